// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods of org.ppp.Connection: validate, authorise, act, answer.
#include <algorithm>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "service/connection_object.hpp"

namespace ppp::service {

namespace {

using LogLines = std::vector<sdbus::Struct<uint64_t, uint32_t, std::string>>;

constexpr std::size_t kUsualLines = 200;

void readLog(ServiceContext& context, const core::Connection& connection, std::size_t max,
             const Reply<LogLines>& reply) {
    const std::size_t lines = max == 0 ? kUsualLines : std::min(max, core::limits::kLogLines);
    const std::uint64_t id = ++context.lastReading;
    auto reading = context.logs.read(
        {connection.name(), connection.story().engines(), lines},
        [&context, id, reply](const std::vector<core::LogLine>& found, const std::string& error) {
            const auto over = std::move(context.readings[id]);
            context.readings.erase(id);
            if (!error.empty()) {
                reply.refuse(core::Error(core::ErrorCode::Failed, error));
                return;
            }
            LogLines out;
            for (const core::LogLine& line : found) {
                out.emplace_back(line.time, line.priority, line.text);
            }
            reply.answer(out);
        });
    context.readings.emplace(id, std::move(reading));
}

/// A file that somebody else wrote may hold anything; the bus carries UTF-8 without NUL alone.
void requireText(const core::Connection& connection) {
    const std::string& text = connection.profileText();
    if (!core::text::isUtf8(text) || text.find('\0') != std::string::npos) {
        throw core::Error(core::ErrorCode::InvalidProfile,
                          core::text::cat("connections/", connection.name(),
                                          ".json cannot be shown; expected UTF-8 text without NUL"));
    }
}

} // namespace

template <typename... Values>
void ConnectionObject::allowed(const Reply<Values...>& reply, const char* action, bool interactive,
                               std::function<void(core::Connection&)> act) {
    context_.gate.pass(
        reply, sender(), action, name_, interactive,
        [&manager = context_.manager, name = name_, act = std::move(act)] { act(manager.get(name)); });
}

void ConnectionObject::Up(sdbus::Result<>&& result, Options options) {
    guard([&] {
        const std::string from = sender();
        const auto reply = context_.gate.admit(from, std::move(result));
        reply.attempt([&] {
            const CallOptions call = parseOptions(options, {"wait", "timeout"});
            allowed(reply, names::kActionControl, call.interactive,
                    [reply, call, from](core::Connection& connection) {
                        connection.up({call.wait, std::chrono::seconds(call.timeout), from, call.interactive},
                                      answering(reply));
                    });
        });
    });
}

void ConnectionObject::Down(sdbus::Result<>&& result, Options options) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            const CallOptions call = parseOptions(options, {"wait"});
            allowed(reply, names::kActionControl, call.interactive,
                    [reply, call](core::Connection& connection) {
                        connection.down(call.wait, answering(reply));
                    });
        });
    });
}

void ConnectionObject::Redial(sdbus::Result<>&& result, Options options) {
    guard([&] {
        const std::string from = sender();
        const auto reply = context_.gate.admit(from, std::move(result));
        reply.attempt([&] {
            const CallOptions call = parseOptions(options, {"wait", "origin"});
            allowed(reply, names::kActionControl, call.interactive,
                    [reply, call, from](core::Connection& connection) {
                        connection.redial({call.wait, call.origin.empty() ? from : call.origin},
                                          answering(reply));
                    });
        });
    });
}

void ConnectionObject::GetProfile(sdbus::Result<std::string>&& result) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        allowed(reply, names::kActionDebug, true, [reply](core::Connection& connection) {
            requireText(connection);
            reply.answer(connection.profileText());
        });
    });
}

void ConnectionObject::UpdateProfile(sdbus::Result<>&& result, std::string json) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            core::requireValid(json);
            allowed(reply, names::kActionModify, true,
                    [reply, json, &manager = context_.manager](core::Connection& connection) {
                        manager.updateProfile(connection, json);
                        reply.answer();
                    });
        });
    });
}

void ConnectionObject::SetSecrets(sdbus::Result<>&& result, VariantMap secrets) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            auto parsed = std::make_shared<core::Secrets>(parseSecrets(secrets));
            allowed(reply, names::kActionModify, true,
                    [reply, parsed, &manager = context_.manager](core::Connection& connection) {
                        manager.setSecrets(connection, *parsed);
                        reply.answer();
                    });
        });
    });
}

void ConnectionObject::ClearSecrets(sdbus::Result<>&& result) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        allowed(reply, names::kActionModify, true,
                [reply, &manager = context_.manager](core::Connection& connection) {
                    manager.clearSecrets(connection);
                    reply.answer();
                });
    });
}

void ConnectionObject::Remove(sdbus::Result<>&& result) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        allowed(reply, names::kActionModify, true,
                [reply, &manager = context_.manager](core::Connection& connection) {
                    manager.remove(connection.name(), answering(reply));
                });
    });
}

VariantMap ConnectionObject::statistics() {
    const core::View now = view();
    std::map<std::string, std::uint64_t> counters;
    if (!now.interface.empty()) {
        counters = context_.counters(now.interface);
    }
    Present present;
    if (now.connectedAt != 0) {
        const std::uint64_t wall = context_.clock.wall(context_.clock.now());
        present = {true, wall - std::min(wall, now.connectedAt), counters["rx-bytes"], counters["tx-bytes"]};
    }
    VariantMap out = toVariants(connection_.story().statistics(), present, context_.clock);
    for (const auto& [key, value] : counters) {
        out.emplace(key, sdbus::Variant{value});
    }
    return out;
}

void ConnectionObject::GetStatistics(sdbus::Result<VariantMap>&& result) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            connection_.measureEcho([reply, out = statistics()](std::optional<core::Duration> roundTrip) {
                VariantMap all = out;
                if (roundTrip) {
                    all.emplace("echo-rtt-us",
                                sdbus::Variant{static_cast<std::uint64_t>(roundTrip->count())});
                }
                reply.answer(all);
            });
        });
    });
}

std::vector<sdbus::Struct<uint64_t, std::string, VariantMap>>
ConnectionObject::GetTimeline(const uint32_t& max) {
    return guard([&] {
        std::vector<sdbus::Struct<uint64_t, std::string, VariantMap>> out;
        for (const core::TimelineEntry& entry : connection_.story().timeline().last(max)) {
            out.emplace_back(entry.at.wall(context_.clock), entry.what, toVariants(entry.details));
        }
        return out;
    });
}

void ConnectionObject::GetLog(
    sdbus::Result<std::vector<sdbus::Struct<uint64_t, uint32_t, std::string>>>&& result, uint32_t max) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        allowed(reply, names::kActionDebug, true,
                [reply, max, &context = context_](core::Connection& connection) {
                    readLog(context, connection, max, reply);
                });
    });
}

void ConnectionObject::SetDebug(sdbus::Result<>&& result, bool enabled) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        allowed(reply, names::kActionDebug, true, [reply, enabled](core::Connection& connection) {
            connection.setDebug(enabled);
            reply.answer();
        });
    });
}

} // namespace ppp::service
