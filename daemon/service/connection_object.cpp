// SPDX-License-Identifier: LGPL-2.1-or-later
// Life, signals and changed properties of a connection object.
#include "service/connection_object.hpp"

namespace ppp::service {

namespace {

struct Property {
    const char* name;
    bool (*same)(const core::View& a, const core::View& b);
};

#define PPP_SAME(member) [](const core::View& a, const core::View& b) { return a.member == b.member; }
constexpr Property kProperties[] = {
    {"Type", PPP_SAME(type)},
    {"State", PPP_SAME(state)},
    {"Phase", PPP_SAME(phase)},
    {"Reason", PPP_SAME(reason)},
    {"ReasonText", PPP_SAME(reasonText)},
    {"Interface", PPP_SAME(interface)},
    {"InterfaceIndex", PPP_SAME(interfaceIndex)},
    {"LocalAddress", PPP_SAME(localAddress)},
    {"PeerAddress", PPP_SAME(peerAddress)},
    {"LocalAddress6", PPP_SAME(localAddress6)},
    {"PeerAddress6", PPP_SAME(peerAddress6)},
    {"Addresses6", PPP_SAME(addresses6)},
    {"DelegatedPrefixes", PPP_SAME(delegatedPrefixes)},
    {"DnsServers", PPP_SAME(dnsServers)},
    {"Mtu", PPP_SAME(mtu)},
    {"Device", PPP_SAME(device)},
    {"ConnectedAt", PPP_SAME(connectedAt)},
    {"StateSince", PPP_SAME(stateSince)},
    {"NextAttempt", PPP_SAME(nextAttempt)},
    {"Attempt", PPP_SAME(attempt)},
    {"Wanted", PPP_SAME(wanted)},
    {"AutoConnect", PPP_SAME(autoConnect)},
    {"NeedsRedial", PPP_SAME(needsRedial)},
    {"DefaultRoute", PPP_SAME(defaultRoute)},
    {"Metered", PPP_SAME(metered)},
    {"EnginePid", PPP_SAME(enginePid)},
    {"Details", PPP_SAME(details)},
};
#undef PPP_SAME

} // namespace

ConnectionObject::ConnectionObject(sdbus::IConnection& bus, ServiceContext& context,
                                   core::Connection& connection)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{names::connectionPath(connection.name())}), context_(context),
      connection_(connection), name_(connection.name()), shown_(connection.view()) {
    registerAdaptor();
}

ConnectionObject::~ConnectionObject() {
    unregisterAdaptor();
}

void ConnectionObject::flush() {
    core::View now = view();
    std::vector<bus::PropertyName> changed;
    for (const Property& property : kProperties) {
        if (!property.same(shown_, now)) {
            changed.emplace_back(property.name);
        }
    }
    shown_ = std::move(now);
    if (!changed.empty()) {
        getObject().emitPropertiesChangedSignal(bus::InterfaceName{names::kConnectionInterface}, changed);
    }
}

void ConnectionObject::stateChanged(core::State now, core::State old, core::Reason reason,
                                    const core::Details& details) {
    emitStateChanged(std::string(core::wire(now)), std::string(core::wire(old)),
                     std::string(core::wire(reason)), toVariants(details));
}

void ConnectionObject::event(const core::TimelineEntry& entry) {
    emitEvent(entry.at.wall(context_.clock), entry.what, toVariants(entry.details));
}

} // namespace ppp::service
