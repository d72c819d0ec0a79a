// SPDX-License-Identifier: LGPL-2.1-or-later
// org.ppp.Manager and the object manager above the connections.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "org_ppp_manager_adaptor.hpp"
#include "service/connection_object.hpp"

namespace ppp::service {

/// org.freedesktop.DBus.ObjectManager at /org/ppp.
class RootObject final : public sdbus::AdaptorInterfaces<sdbus::ObjectManager_adaptor> {
public:
    explicit RootObject(sdbus::IConnection& bus);
    ~RootObject();
    RootObject(const RootObject&) = delete;
    RootObject& operator=(const RootObject&) = delete;
};

// As ConnectionObject.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class ManagerObject final
    : public sdbus::AdaptorInterfaces<org::ppp::Manager_adaptor, sdbus::ManagedObject_adaptor> {
public:
    ManagerObject(sdbus::IConnection& bus, ServiceContext& context);
    ~ManagerObject();
    ManagerObject(const ManagerObject&) = delete;
    ManagerObject& operator=(const ManagerObject&) = delete;

    /// Emits PropertiesChanged for what differs from the last time.
    void flush();

private:
    using Rows = std::vector<sdbus::Struct<std::string, sdbus::ObjectPath, std::string, std::string>>;

    Rows ListConnections() override;
    sdbus::ObjectPath GetConnection(const std::string& name) override;
    void AddConnection(sdbus::Result<sdbus::ObjectPath>&& result, std::string name, std::string json,
                       VariantMap secrets) override;
    void Reload(sdbus::Result<>&& result) override;
    void RedialAll(sdbus::Result<uint32_t>&& result, VariantMap options) override;
    void DownAll(sdbus::Result<uint32_t>&& result, VariantMap options) override;
    void Discover(sdbus::Result<std::vector<VariantMap>>&& result, std::string interface,
                  uint32_t timeoutMs) override;
    void DiscoverSerial(sdbus::Result<std::vector<VariantMap>>&& result, uint32_t timeoutMs) override;
    void RegisterSecretAgent(sdbus::Result<>&& result, sdbus::ObjectPath agent) override;
    void UnregisterSecretAgent(sdbus::Result<>&& result, sdbus::ObjectPath agent) override;

    std::string Version() override;
    std::vector<sdbus::ObjectPath> Connections() override;
    std::string PrimaryConnection() override { return context_.manager.primary(); }
    std::string DnsHandler() override { return context_.manager.dnsHandler(); }

    std::string sender() { return bus::senderOf(getObject()); }
    void startDiscovery(const Reply<std::vector<VariantMap>>& reply, const std::string& interface,
                        core::Duration howLong);

    void startSerialDiscovery(const Reply<std::vector<VariantMap>>& reply, core::Duration howLong);
    template <typename Found>
    void finish(std::uint64_t id, const Reply<std::vector<VariantMap>>& reply,
                const std::vector<Found>& found, const std::string& error);

    ServiceContext& context_;
    std::map<std::uint64_t, std::unique_ptr<core::Pending>> searches_;
    std::uint64_t lastSearch_ = 0;
    std::vector<sdbus::ObjectPath> shownConnections_;
    std::string shownPrimary_, shownHandler_;
};

} // namespace ppp::service
