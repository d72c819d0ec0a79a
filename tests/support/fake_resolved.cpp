// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for systemd-resolved. A setting per method, as FakeControl knows them. Calls: "SetLinkDNS
// 7 10.64.0.53", "SetLinkDomains 7 example.com ~corp", "SetLinkDefaultRoute 7 true", "SetLinkDNSSEC 7 no",
// "SetLinkDNSOverTLS 7 yes", "RevertLink 7".
#include <cstdlib>

#include <arpa/inet.h>

#include "fake_control.hpp"
#include "org_freedesktop_resolve1_manager_adaptor.hpp"

namespace {

using Server = sdbus::Struct<int32_t, std::vector<uint8_t>>;
using Domain = sdbus::Struct<std::string, bool>;
using Adaptors = sdbus::AdaptorInterfaces<org::freedesktop::resolve1::Manager_adaptor>;

std::string textOf(const Server& server) {
    char text[INET6_ADDRSTRLEN] = "?";
    const auto& bytes = server.get<1>();
    const std::size_t size = server.get<0>() == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
    if (bytes.size() == size) {
        inet_ntop(server.get<0>(), bytes.data(), text, sizeof text);
    }
    return text;
}

class FakeResolved final : public Adaptors {
public:
    FakeResolved(sdbus::IConnection& bus, ppp::test::FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{"/org/freedesktop/resolve1"}), control_(control) {
        registerAdaptor();
    }
    virtual ~FakeResolved() { unregisterAdaptor(); }
    FakeResolved(const FakeResolved&) = delete;
    FakeResolved& operator=(const FakeResolved&) = delete;

private:
    void called(const std::string& method, int32_t link, const std::string& rest, sdbus::Result<>&& result) {
        control_.record(method + " " + std::to_string(link) + rest);
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            method, [kept] { kept->returnResults(); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void SetLinkDNS(sdbus::Result<>&& result, int32_t link, std::vector<Server> servers) override {
        std::string rest;
        for (const auto& server : servers) {
            rest += " " + textOf(server);
        }
        called("SetLinkDNS", link, rest, std::move(result));
    }
    void SetLinkDomains(sdbus::Result<>&& result, int32_t link, std::vector<Domain> domains) override {
        std::string rest;
        for (const auto& domain : domains) {
            rest += (domain.get<1>() ? " ~" : " ") + domain.get<0>();
        }
        called("SetLinkDomains", link, rest, std::move(result));
    }
    void SetLinkDefaultRoute(sdbus::Result<>&& result, int32_t link, bool enable) override {
        called("SetLinkDefaultRoute", link, enable ? " true" : " false", std::move(result));
    }
    void SetLinkDNSSEC(sdbus::Result<>&& result, int32_t link, std::string mode) override {
        called("SetLinkDNSSEC", link, " " + mode, std::move(result));
    }
    void SetLinkDNSOverTLS(sdbus::Result<>&& result, int32_t link, std::string mode) override {
        called("SetLinkDNSOverTLS", link, " " + mode, std::move(result));
    }
    void RevertLink(sdbus::Result<>&& result, int32_t link) override {
        called("RevertLink", link, "", std::move(result));
    }

    ppp::test::FakeControl& control_;
};

} // namespace

int main() {
    const auto bus = sdbus::createSystemBusConnection();
    ppp::test::FakeControl control(*bus, "resolved", "org.freedesktop.resolve1");
    const FakeResolved resolved(*bus, control);
    bus->enterEventLoop();
    return EXIT_FAILURE;
}
