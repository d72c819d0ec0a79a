// SPDX-License-Identifier: LGPL-2.1-or-later
// org.ppp.Connection: the face of one core::Connection on the bus.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/manager.hpp"
#include "core/services.hpp"
#include "dbus/names.hpp"
#include "org_ppp_connection_adaptor.hpp"
#include "service/gate.hpp"

namespace ppp::service {

/// What the bus objects share; owned by the BusService and older than any of them.
struct ServiceContext {
    core::Manager& manager;
    core::ConcentratorFinder& finder;
    core::SerialFinder& serials;
    core::LogReader& logs;
    core::Clock& clock;
    Gate& gate;
    /// rx-bytes … of an interface, empty where it is gone.
    std::function<std::map<std::string, std::uint64_t>(const std::string& interface)> counters;
    /// Answers to GetLog under way; here, because a connection may be removed meanwhile.
    std::map<std::uint64_t, std::unique_ptr<core::Pending>> readings;
    std::uint64_t lastReading = 0;
};

// sdbus-c++ gives its adaptors no virtual destructor; ours are final and owned as what they are.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class ConnectionObject final
    : public sdbus::AdaptorInterfaces<org::ppp::Connection_adaptor, sdbus::ManagedObject_adaptor> {
public:
    /// Complete on the bus when constructed; announce() then tells the object manager's listeners.
    ConnectionObject(sdbus::IConnection& bus, ServiceContext& context, core::Connection& connection);
    ~ConnectionObject();
    ConnectionObject(const ConnectionObject&) = delete;
    ConnectionObject& operator=(const ConnectionObject&) = delete;

    void announce() { emitInterfacesAddedSignal(); }
    void retract() { emitInterfacesRemovedSignal(); }
    /// Emits PropertiesChanged for what differs from the last time.
    void flush();
    void stateChanged(core::State now, core::State old, core::Reason reason, const core::Details& details);
    void event(const core::TimelineEntry& entry);

private:
    using Options = VariantMap;

    void Up(sdbus::Result<>&& result, Options options) override;
    void Down(sdbus::Result<>&& result, Options options) override;
    void Redial(sdbus::Result<>&& result, Options options) override;
    void GetProfile(sdbus::Result<std::string>&& result) override;
    void UpdateProfile(sdbus::Result<>&& result, std::string json) override;
    void SetSecrets(sdbus::Result<>&& result, VariantMap secrets) override;
    void ClearSecrets(sdbus::Result<>&& result) override;
    void Remove(sdbus::Result<>&& result) override;
    void GetStatistics(sdbus::Result<VariantMap>&& result) override;
    std::vector<sdbus::Struct<uint64_t, std::string, VariantMap>> GetTimeline(const uint32_t& max) override;
    void GetLog(sdbus::Result<std::vector<sdbus::Struct<uint64_t, uint32_t, std::string>>>&& result,
                uint32_t max) override;
    void SetDebug(sdbus::Result<>&& result, bool enabled) override;

    std::string Name() override { return name_; }
    std::string Type() override { return view().type; }
    std::string State() override { return view().state; }
    std::string Phase() override { return view().phase; }
    std::string Reason() override { return view().reason; }
    std::string ReasonText() override { return view().reasonText; }
    std::string Interface() override { return view().interface; }
    uint32_t InterfaceIndex() override { return view().interfaceIndex; }
    std::string LocalAddress() override { return view().localAddress; }
    std::string PeerAddress() override { return view().peerAddress; }
    std::string LocalAddress6() override { return view().localAddress6; }
    std::string PeerAddress6() override { return view().peerAddress6; }
    std::vector<std::string> Addresses6() override { return view().addresses6; }
    std::vector<std::string> DelegatedPrefixes() override { return view().delegatedPrefixes; }
    std::vector<std::string> DnsServers() override { return view().dnsServers; }
    uint32_t Mtu() override { return view().mtu; }
    std::string Device() override { return view().device; }
    uint64_t ConnectedAt() override { return view().connectedAt; }
    uint64_t StateSince() override { return view().stateSince; }
    uint64_t NextAttempt() override { return view().nextAttempt; }
    uint32_t Attempt() override { return view().attempt; }
    bool Wanted() override { return view().wanted; }
    bool AutoConnect() override { return view().autoConnect; }
    bool NeedsRedial() override { return view().needsRedial; }
    bool DefaultRoute() override { return view().defaultRoute; }
    bool Metered() override { return view().metered; }
    uint32_t EnginePid() override { return view().enginePid; }
    VariantMap Details() override { return toVariants(view().details); }

    VariantMap statistics();
    core::View view() const { return connection_.view(); }
    std::string sender() { return bus::senderOf(getObject()); }
    /// Runs `act` on the connection, once allowed; it may have been removed while somebody was asked.
    template <typename... Values>
    void allowed(const Reply<Values...>& reply, const char* action, bool interactive,
                 std::function<void(core::Connection&)> act);

    ServiceContext& context_;
    core::Connection& connection_;
    const std::string name_;
    core::View shown_;
};

} // namespace ppp::service
