// SPDX-License-Identifier: LGPL-2.1-or-later
// One object per question to polkit; all its ways to end go through finish().
#include "sys/polkit_authority.hpp"

#include <utility>

#include <unistd.h>

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::sys {
namespace {

constexpr const char* kService = "org.freedesktop.PolicyKit1";
constexpr const char* kPath = "/org/freedesktop/PolicyKit1/Authority";
constexpr const char* kAuthority = "org.freedesktop.PolicyKit1.Authority";
constexpr const char* kCancelled = "org.freedesktop.PolicyKit1.Error.Cancelled";
constexpr const char* kSilent = "polkit does not answer";
constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr std::uint32_t kAllowUserInteraction = 1;
constexpr auto kBusPatience = std::chrono::seconds(5);
constexpr auto kMargin = std::chrono::seconds(5); // the call outlasts our own timers

using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
using Verdict = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;

// Nobody has, and nobody can start, a polkit: then what it would have said cannot be known.
bool isAbsent(const std::string& error) {
    return error == "org.freedesktop.DBus.Error.ServiceUnknown" ||
           error == "org.freedesktop.DBus.Error.NameHasNoOwner" ||
           error.starts_with("org.freedesktop.DBus.Error.Spawn.") ||
           error.starts_with("org.freedesktop.systemd1.");
}

std::string describe(const std::string& error, const std::string& text) {
    if (isAbsent(error)) {
        return "polkit is not running";
    }
    if (error == "org.freedesktop.DBus.Error.NoReply" || error == "org.freedesktop.DBus.Error.Disconnected") {
        return "polkit went away without an answer";
    }
    return "polkit cannot decide: " + core::text::harmless(text, core::limits::kPeerText);
}

} // namespace

class PolkitAuthority::Question final : public core::Pending {
public:
    using Done = std::function<void(Decision, const std::string&)>;
    Question(PolkitAuthority& authority, std::string sender, bool interactive, Done done)
        : authority_(authority), sender_(std::move(sender)), interactive_(interactive),
          done_(std::move(done)), id_("ppp-manager-" + std::to_string(++authority.lastId_)) {}
    ~Question() override { stop(); }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    void ask(const std::string& action, const std::map<std::string, std::string>& details);

private:
    void answered(const bus::CallError& error, const Verdict& verdict);
    void noVerdict(const std::string& cause, bool goOn);
    void askForLife();
    void finish(Decision decision, const std::string& why);
    void stop();

    PolkitAuthority& authority_;
    std::string sender_;
    bool interactive_;
    Done done_;
    std::string id_;
    bool asking_ = false;
    sdbus::PendingAsyncCall call_, uidCall_, lifeCall_;
    std::unique_ptr<core::Pending> watch_;
    std::unique_ptr<EventSource> machineTimer_, personTimer_, failure_;
};

void PolkitAuthority::Question::ask(const std::string& action,
                                    const std::map<std::string, std::string>& details) {
    EventLoop& loop = authority_.loop_;
    watch_ = authority_.watcher_.watch(sender_,
                                       [this] { finish(Decision::Denied, "the caller has left the bus"); });
    machineTimer_ = loop.after(authority_.patience_.machine, [this] {
        noVerdict(kSilent, interactive_);
        if (interactive_) {
            askForLife();
        }
    });
    if (interactive_) {
        personTimer_ = loop.after(authority_.patience_.person,
                                  [this] { finish(Decision::Denied, "nobody authenticated in time"); });
    }
    const Subject subject{std::string("system-bus-name"), {{"name", sdbus::Variant{sender_}}}};
    const auto longest =
        (interactive_ ? authority_.patience_.person : authority_.patience_.machine) + kMargin;
    call_ = authority_.polkit_->callMethodAsync("CheckAuthorization")
                .onInterface(kAuthority)
                .withTimeout(longest)
                .withArguments(subject, action, details, interactive_ ? kAllowUserInteraction : 0U, id_)
                .uponReplyInvoke([this](bus::CallError error, const Verdict& verdict) {
                    authority_.loop_.guarded([&] { answered(error, verdict); });
                });
    asking_ = true;
}

void PolkitAuthority::Question::answered(const bus::CallError& error, const Verdict& verdict) {
    asking_ = false;
    call_ = {}; // cancelling it now would destroy the callback we are in
    if (bus::failed(error)) {
        if (error->getName() == kCancelled) {
            finish(Decision::Denied, "the authentication was called off");
        } else {
            noVerdict(describe(error->getName(), error->getMessage()), false);
        }
    } else if (verdict.get<0>()) {
        finish(Decision::Allowed, {});
    } else if (verdict.get<1>() && !interactive_) {
        finish(Decision::Denied, "this needs authentication, and interaction was not allowed");
    } else if (verdict.get<1>()) {
        finish(Decision::Denied,
               "this needs authentication, and no authentication agent is there to ask for it");
    } else {
        finish(Decision::Denied, "polkit does not allow it");
    }
}

void PolkitAuthority::Question::noVerdict(const std::string& cause, bool goOn) {
    machineTimer_.reset();
    uidCall_.cancel();
    uidCall_ =
        authority_.driver_->callMethodAsync("GetConnectionUnixUser")
            .onInterface(kBus)
            .withTimeout(kBusPatience)
            .withArguments(sender_)
            .uponReplyInvoke([this, cause, goOn](bus::CallError error, std::uint32_t uid) {
                uidCall_ = {};
                if (!bus::failed(error) && uid == 0) {
                    authority_.loop_.guarded([&] { finish(Decision::Allowed, cause + ": root is allowed"); });
                } else if (!goOn) {
                    authority_.loop_.guarded(
                        [&] { finish(Decision::Denied, cause + ": only root is allowed"); });
                }
            });
}

// A person may be typing, and polkit waits with us; or polkit hangs, and nobody was asked anything.
void PolkitAuthority::Question::askForLife() {
    lifeCall_ = authority_.polkit_->callMethodAsync("Ping")
                    .onInterface("org.freedesktop.DBus.Peer")
                    .withTimeout(authority_.patience_.life)
                    .uponReplyInvoke([this](bus::CallError error) {
                        lifeCall_ = {};
                        if (bus::failed(error)) {
                            authority_.loop_.guarded([&] { noVerdict(kSilent, false); });
                        }
                    });
}

void PolkitAuthority::Question::finish(Decision decision, const std::string& why) {
    stop();
    if (auto done = std::exchange(done_, nullptr)) {
        done(decision, why); // may destroy this
    }
}

void PolkitAuthority::Question::stop() {
    watch_.reset();
    machineTimer_.reset();
    personTimer_.reset();
    call_.cancel();
    uidCall_.cancel();
    lifeCall_.cancel();
    if (std::exchange(asking_, false)) {
        authority_.loop_.guarded([this] {
            authority_.polkit_->callMethodAsync("CancelCheckAuthorization")
                .onInterface(kAuthority)
                .withArguments(id_)
                .uponReplyInvoke([](bus::CallError) {});
        });
    }
}

PolkitAuthority::PolkitAuthority(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher)
    : PolkitAuthority(loop, bus, watcher, Patience{}) {}

PolkitAuthority::PolkitAuthority(EventLoop& loop, sdbus::IConnection& bus, NameWatcher& watcher,
                                 Patience patience)
    : loop_(loop), watcher_(watcher), patience_(patience),
      polkit_(sdbus::createProxy(bus, bus::ServiceName{kService}, sdbus::ObjectPath{kPath})),
      driver_(sdbus::createProxy(bus, bus::ServiceName{kBus}, sdbus::ObjectPath{kBusPath})) {}

PolkitAuthority::~PolkitAuthority() = default;

std::unique_ptr<core::Pending>
PolkitAuthority::check(const std::string& sender, const std::string& action,
                       const std::map<std::string, std::string>& details, bool interactive,
                       std::function<void(Decision, const std::string& why)> done) {
    auto question = std::make_unique<Question>(*this, sender, interactive, std::move(done));
    question->ask(action, details);
    return question;
}

} // namespace ppp::sys
