// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods of org.ppp.Manager: validate, authorise, act, answer.
#include "service/manager_object.hpp"

#include "core/text.hpp"

namespace ppp::service {

namespace {

constexpr std::uint32_t kMaxDiscoverMs = 60000;

void requireTimeout(std::uint32_t milliseconds) {
    if (milliseconds == 0 || milliseconds > kMaxDiscoverMs) {
        throw bus::makeError(
            "org.freedesktop.DBus.Error.InvalidArgs",
            core::text::cat("timeout_ms ", milliseconds, " is out of range; expected 1 to ", kMaxDiscoverMs));
    }
}

} // namespace

RootObject::RootObject(sdbus::IConnection& bus)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{names::kRootPath}) {
    registerAdaptor();
}

RootObject::~RootObject() {
    unregisterAdaptor();
}

ManagerObject::ManagerObject(sdbus::IConnection& bus, ServiceContext& context)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{names::kManagerPath}), context_(context) {
    registerAdaptor();
}

ManagerObject::~ManagerObject() {
    unregisterAdaptor();
}

void ManagerObject::flush() {
    std::vector<bus::PropertyName> changed;
    const auto compare = [&](auto& shown, auto now, const char* name) {
        if (shown != now) {
            shown = std::move(now);
            changed.emplace_back(name);
        }
    };
    compare(shownConnections_, Connections(), "Connections");
    compare(shownPrimary_, PrimaryConnection(), "PrimaryConnection");
    compare(shownHandler_, DnsHandler(), "DnsHandler");
    if (!changed.empty()) {
        getObject().emitPropertiesChangedSignal(bus::InterfaceName{names::kManagerInterface}, changed);
    }
}

std::string ManagerObject::Version() {
    return PPP_MANAGER_VERSION;
}

std::vector<sdbus::ObjectPath> ManagerObject::Connections() {
    std::vector<sdbus::ObjectPath> out;
    for (const core::Connection* connection : context_.manager.connections()) {
        out.emplace_back(names::connectionPath(connection->name()));
    }
    return out;
}

ManagerObject::Rows ManagerObject::ListConnections() {
    return guard([&] {
        Rows rows;
        for (const core::Connection* connection : context_.manager.connections()) {
            const core::Profile* const profile = connection->runningProfile();
            rows.emplace_back(connection->name(),
                              sdbus::ObjectPath{names::connectionPath(connection->name())},
                              profile != nullptr ? std::string(core::wire(profile->type)) : std::string{},
                              std::string(core::wire(connection->state())));
        }
        return rows;
    });
}

sdbus::ObjectPath ManagerObject::GetConnection(const std::string& name) {
    return guard([&] { return sdbus::ObjectPath{names::connectionPath(context_.manager.get(name).name())}; });
}

void ManagerObject::AddConnection(sdbus::Result<sdbus::ObjectPath>&& result, std::string name,
                                  std::string json, VariantMap secrets) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            auto parsed = std::make_shared<core::Secrets>(parseSecrets(secrets));
            core::Manager& manager = context_.manager;
            manager.checkNew(name, json, *parsed);
            context_.gate.pass(reply, sender(), names::kActionModify, name, true,
                               [reply, &manager, name, json, parsed] {
                                   manager.checkNew(name, json, *parsed);
                                   manager.add(name, json, *parsed);
                                   reply.answer(sdbus::ObjectPath{names::connectionPath(name)});
                               });
        });
    });
}

void ManagerObject::Reload(sdbus::Result<>&& result) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        context_.gate.pass(reply, sender(), names::kActionModify, "", true,
                           [reply, &manager = context_.manager] {
                               manager.reload();
                               reply.answer();
                           });
    });
}

void ManagerObject::RedialAll(sdbus::Result<uint32_t>&& result, VariantMap options) {
    guard([&] {
        const std::string from = sender();
        const auto reply = context_.gate.admit(from, std::move(result));
        reply.attempt([&] {
            const CallOptions call = parseOptions(options, {"origin"});
            context_.gate.pass(reply, from, names::kActionControl, "", call.interactive,
                               [reply, call, from, &manager = context_.manager] {
                                   reply.answer(manager.redialAll(call.origin.empty() ? from : call.origin));
                               });
        });
    });
}

void ManagerObject::DownAll(sdbus::Result<uint32_t>&& result, VariantMap options) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            const CallOptions call = parseOptions(options, {"wait"});
            context_.gate.pass(reply, sender(), names::kActionControl, "", call.interactive,
                               [reply, call, &manager = context_.manager] {
                                   auto count = std::make_shared<std::uint32_t>(0);
                                   auto finished = std::make_shared<bool>(false);
                                   *count = manager.downAll([reply, call, count, finished](const auto&) {
                                       *finished = true;
                                       if (call.wait && *count > 0) {
                                           reply.answer(*count);
                                       }
                                   });
                                   if (!call.wait || *finished) {
                                       reply.answer(*count);
                                   }
                               });
        });
    });
}

void ManagerObject::Discover(sdbus::Result<std::vector<VariantMap>>&& result, std::string interface,
                             uint32_t timeoutMs) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            requireTimeout(timeoutMs);
            context_.gate.pass(reply, sender(), names::kActionControl, "", true,
                               [this, reply, interface, timeoutMs] {
                                   startDiscovery(reply, interface, std::chrono::milliseconds(timeoutMs));
                               });
        });
    });
}

/// What was found, or why nothing could be looked for.
template <typename Found>
void ManagerObject::finish(std::uint64_t id, const Reply<std::vector<VariantMap>>& reply,
                           const std::vector<Found>& found, const std::string& error) {
    const auto search = std::move(searches_[id]);
    searches_.erase(id);
    if (!error.empty()) {
        reply.refuse(core::Error(core::ErrorCode::Failed, error));
        return;
    }
    std::vector<VariantMap> out;
    for (const Found& one : found) {
        out.push_back(toVariants(one));
    }
    reply.answer(out);
}

void ManagerObject::startDiscovery(const Reply<std::vector<VariantMap>>& reply, const std::string& interface,
                                   core::Duration howLong) {
    const std::uint64_t id = ++lastSearch_;
    searches_[id] = context_.finder.find(
        interface, howLong,
        [this, id, reply](const std::vector<core::Concentrator>& found, const std::string& error) {
            finish(id, reply, found, error);
        });
}

void ManagerObject::DiscoverSerial(sdbus::Result<std::vector<VariantMap>>&& result, uint32_t timeoutMs) {
    guard([&] {
        const auto reply = context_.gate.admit(sender(), std::move(result));
        reply.attempt([&] {
            requireTimeout(timeoutMs);
            context_.gate.pass(reply, sender(), names::kActionControl, "", true, [this, reply, timeoutMs] {
                startSerialDiscovery(reply, std::chrono::milliseconds(timeoutMs));
            });
        });
    });
}

void ManagerObject::startSerialDiscovery(const Reply<std::vector<VariantMap>>& reply,
                                         core::Duration howLong) {
    std::vector<core::NamedPort> named;
    for (const core::Connection* connection : context_.manager.connections()) {
        const core::Profile* const profile = connection->runningProfile();
        if (profile == nullptr || !profile->serial) {
            continue;
        }
        const core::State state = connection->state();
        const bool uses = state == core::State::Connecting || state == core::State::Up ||
                          state == core::State::Disconnecting;
        named.push_back({profile->serial->device, profile->serial->speed,
                         uses ? core::text::cat("connection ", connection->name()) : std::string()});
    }
    const std::uint64_t id = ++lastSearch_;
    searches_[id] = context_.serials.find(
        named, howLong,
        [this, id, reply](const std::vector<core::SerialPort>& found, const std::string& error) {
            finish(id, reply, found, error);
        });
}

void ManagerObject::RegisterSecretAgent(sdbus::Result<>&& result, sdbus::ObjectPath agent) {
    guard([&] {
        const std::string from = sender();
        const auto reply = context_.gate.admit(from, std::move(result));
        const core::AgentAddress address{from, agent};
        context_.gate.pass(reply, from, names::kActionControl, "", true,
                           [reply, address, &agents = context_.manager.agents()] {
                               agents.enroll(address, answering(reply));
                           });
    });
}

void ManagerObject::UnregisterSecretAgent(sdbus::Result<>&& result, sdbus::ObjectPath agent) {
    guard([&] {
        const std::string from = sender();
        const auto reply = context_.gate.admit(from, std::move(result));
        reply.attempt([&] {
            context_.manager.agents().dismiss({from, agent});
            reply.answer();
        });
    });
}

} // namespace ppp::service
