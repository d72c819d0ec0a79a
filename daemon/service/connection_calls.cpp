// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods of org.ppp.Connection: validate, authorise, act, answer.
#include "core/text.hpp"
#include "service/connection_object.hpp"

namespace ppp::service {

namespace {

core::Error notYet(const char* what) {
    return {core::ErrorCode::NotSupported, core::text::cat(what, " is not supported yet")};
}

core::Done answering(const Reply<>& reply) {
    return [reply](const std::optional<core::Error>& error) {
        if (error) {
            reply.refuse(*error);
        } else {
            reply.answer();
        }
    };
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
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            const CallOptions call = parseOptions(options, {"wait", "timeout"});
            allowed(reply, names::kActionControl, call.interactive,
                    [reply, call](core::Connection& connection) {
                        connection.up({call.wait, std::chrono::seconds(call.timeout)}, answering(reply));
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
        allowed(reply, names::kActionDebug, true,
                [reply](core::Connection& connection) { reply.answer(connection.profileText()); });
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

VariantMap ConnectionObject::GetStatistics() {
    return guard([&] {
        const core::Statistics& own = connection_.statistics();
        const core::View now = view();
        std::uint64_t up = own.totalUp;
        if (now.connectedAt != 0) {
            up += context_.clock.wall(context_.clock.now()) - now.connectedAt;
        }
        VariantMap out{{"sessions", sdbus::Variant{own.sessions}},
                       {"attempts", sdbus::Variant{own.attempts}},
                       {"failures", sdbus::Variant{own.failures}},
                       {"total-up-us", sdbus::Variant{up}}};
        if (!now.interface.empty()) {
            for (const auto& [key, value] : context_.counters(now.interface)) {
                out.emplace(key, sdbus::Variant{value});
            }
        }
        return out;
    });
}

std::vector<sdbus::Struct<uint64_t, std::string, VariantMap>>
ConnectionObject::GetTimeline(const uint32_t& max) {
    return guard([&] {
        std::vector<sdbus::Struct<uint64_t, std::string, VariantMap>> out;
        for (const core::TimelineEntry& entry : connection_.timeline().last(max)) {
            out.emplace_back(context_.clock.wall(entry.at), entry.what, toVariants(entry.details));
        }
        return out;
    });
}

void ConnectionObject::GetLog(
    sdbus::Result<std::vector<sdbus::Struct<uint64_t, uint32_t, std::string>>>&& result, uint32_t) {
    guard([&] { context_.gate.admit(sender(), std::move(result)).refuse(notYet("GetLog")); });
}

void ConnectionObject::SetDebug(sdbus::Result<>&& result, bool) {
    guard([&] { context_.gate.admit(sender(), std::move(result)).refuse(notYet("SetDebug")); });
}

} // namespace ppp::service
