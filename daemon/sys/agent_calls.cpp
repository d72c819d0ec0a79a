// SPDX-License-Identifier: LGPL-2.1-or-later
// GetSecrets and Cancel of org.ppp.SecretAgent; GetConnectionUnixUser; sd_uid_get_sessions(3).
#include "sys/agent_calls.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include <systemd/sd-login.h>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "dbus/names.hpp"

namespace ppp::sys {
namespace {

constexpr const char* kAgent = "org.ppp.SecretAgent";
constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr const char* kBusErrors = "org.freedesktop.DBus.Error.";
constexpr auto kLongest = std::chrono::minutes(10); // beyond the time that core gives it

using Values = std::map<std::string, sdbus::Variant>;

std::optional<core::Secret> secretFrom(const sdbus::Variant& value) {
    if (value.containsValueOfType<std::string>()) {
        auto text = value.get<std::string>();
        core::Secret secret{text};
        explicit_bzero(text.data(), text.size());
        return secret;
    }
    if (value.containsValueOfType<std::vector<std::uint8_t>>()) {
        auto bytes = value.get<std::vector<std::uint8_t>>();
        core::Secret secret{std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())};
        explicit_bzero(bytes.data(), bytes.size());
        return secret;
    }
    return std::nullopt;
}

core::AgentReply taken(const Values& values) {
    core::AgentReply out;
    for (const auto& [key, value] : values) {
        if (auto secret = secretFrom(value)) {
            out.secrets.emplace(key, std::move(*secret));
        } else {
            return {{},
                    core::text::cat("its \"", core::text::harmless(key, core::limits::kNameLength),
                                    "\" has the wrong type; expected s or ay"),
                    false};
        }
    }
    return out;
}

core::AgentReply refused(const std::string& name, const std::string& text) {
    core::AgentReply out;
    out.declined = !name.starts_with(kBusErrors) && !name.starts_with("System.Error.");
    out.error = core::text::harmless(text.empty() ? name : text, core::limits::kAgentText);
    return out;
}

bool hasActiveSession(std::uint32_t uid) {
    return sd_uid_get_sessions(uid, 1, nullptr) > 0;
}

} // namespace

class AgentCalls::Call final : public core::Pending {
public:
    Call() = default;
    ~Call() override { call.cancel(); }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    sdbus::PendingAsyncCall call;
};

AgentCalls::AgentCalls(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher)
    : AgentCalls(loop, bus, watcher, hasActiveSession) {}

AgentCalls::AgentCalls(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher, Active active)
    : loop_(loop), bus_(bus), watcher_(watcher), active_(std::move(active)),
      driver_(sdbus::createProxy(bus, bus::ServiceName{kBus}, sdbus::ObjectPath{kBusPath})) {}

AgentCalls::~AgentCalls() = default;

sdbus::IProxy& AgentCalls::proxy(const core::AgentAddress& agent) {
    auto& slot = proxies_[agent];
    if (!slot) {
        slot = sdbus::createProxy(bus_, bus::ServiceName{agent.owner}, sdbus::ObjectPath{agent.path});
        bus::activate(*slot);
    }
    return *slot;
}

std::unique_ptr<core::Pending> AgentCalls::ask(const core::AgentAddress& agent,
                                               const core::AgentQuestion& question,
                                               std::function<void(core::AgentReply)> done) {
    Values hints{{"name", sdbus::Variant{question.connection}}};
    const auto hint = [&hints](const char* key, const std::string& value) {
        if (!value.empty()) {
            hints.emplace(key, sdbus::Variant{value});
        }
    };
    hint("user", question.user);
    hint("reason", question.reason);
    hint("text", question.text);
    auto pending = std::make_unique<Call>();
    pending->call =
        proxy(agent)
            .callMethodAsync("GetSecrets")
            .onInterface(kAgent)
            .withTimeout(kLongest)
            .withArguments(sdbus::ObjectPath{names::connectionPath(question.connection)}, question.keys,
                           hints)
            .uponReplyInvoke([this, mine = pending.get(), done = std::move(done)](bus::CallError error,
                                                                                  const Values& values) {
                mine->call = {}; // cancelling it now would destroy the callback we are in
                loop_.guarded([&] {
                    done(bus::failed(error) ? refused(error->getName(), error->getMessage()) : taken(values));
                });
            });
    return pending;
}

void AgentCalls::cancel(const core::AgentAddress& agent, const std::string& connection) {
    loop_.guarded([&] {
        proxy(agent)
            .callMethodAsync("Cancel")
            .onInterface(kAgent)
            .withArguments(sdbus::ObjectPath{names::connectionPath(connection)})
            .uponReplyInvoke([](bus::CallError) {});
    });
}

void AgentCalls::forget(const core::AgentAddress& agent) {
    proxies_.erase(agent);
}

std::unique_ptr<core::Pending> AgentCalls::watch(const std::string& owner, std::function<void()> gone) {
    return watcher_.watch(owner, std::move(gone));
}

std::unique_ptr<core::Pending> AgentCalls::whoIs(const std::string& owner,
                                                 std::function<void(std::optional<std::uint32_t> uid)> done) {
    auto pending = std::make_unique<Call>();
    pending->call = driver_->callMethodAsync("GetConnectionUnixUser")
                        .onInterface(kBus)
                        .withArguments(owner)
                        .uponReplyInvoke([this, mine = pending.get(),
                                          done = std::move(done)](bus::CallError error, std::uint32_t uid) {
                            mine->call = {};
                            loop_.guarded([&] {
                                done(bus::failed(error) ? std::nullopt : std::optional<std::uint32_t>(uid));
                            });
                        });
    return pending;
}

} // namespace ppp::sys
