// SPDX-License-Identifier: LGPL-2.1-or-later
// What the network says of IPv6: router advertisements, and the report of a DHCPv6 client on prefixes.
#include <array>

#include <arpa/inet.h>

#include "core/advertised_dns.hpp"
#include "core/limits.hpp"
#include "core/prefix_report.hpp"
#include "core/resolv_conf.hpp"
#include "core/router_advert.hpp"
#include "fuzz/target.hpp"
#include "support/fake_ports.hpp"

using namespace ppp;
using namespace ppp::fuzz;

namespace {

bool isAddress6(const std::string& text) {
    std::array<std::uint8_t, 16> bytes{};
    return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

void hear(const core::RouterAdvert& advert) {
    require(advert.servers.size() <= core::limits::kDnsServers, "the servers of one router are bounded");
    for (const auto& server : advert.servers) {
        require(isAddress6(server.address), "a server is an address", server.address);
        require(server.lifetime.count() >= 0, "a lifetime is none below zero");
    }
    test::FakeClock clock;
    core::AdvertisedDns dns(clock, [] {}, {});
    dns.heard(advert.servers);
    require(dns.servers().size() <= core::limits::kDnsServers, "the servers of a link are bounded");
    core::DnsPlan plan;
    for (const auto& server : dns.servers()) {
        plan.servers.push_back(server.address);
    }
    core::resolvConfOf(plan);
    clock.advance(std::chrono::hours(24));
    dns.heard(advert.servers);
    // As long as a lifetime can be, and a bit: all of them are gone.
    clock.advance(std::chrono::seconds(0x1'0000'0000));
    for (const auto& server : dns.servers()) {
        require(server.until > clock.now(), "no server outlives its time", server.address);
    }
}

void prefixes(std::string_view report) {
    const auto end = std::min(report.find('\n'), report.size());
    const auto found = core::prefixesOf(report, report.substr(0, end));
    require(found.size() <= core::kMostPrefixes, "prefixes are bounded");
    for (const auto& prefix : found) {
        const auto slash = prefix.text.find('/');
        require(slash != std::string::npos && isAddress6(prefix.text.substr(0, slash)), "a prefix is one",
                prefix.text);
        require(prefix.until.sinceBoot.count() > 0, "it is valid for some time", prefix.text);
    }
    const auto variable = [&](const std::string& name) -> std::optional<std::string> {
        const auto at = report.find(name + "=");
        if (at == std::string_view::npos) {
            return std::nullopt;
        }
        const auto value = report.substr(at + name.size() + 1);
        return std::string(value.substr(0, value.find('\n')));
    };
    if (const auto written = core::prefixReport(variable, core::BootTime{std::chrono::seconds(5)})) {
        const auto session = variable(core::kSessionVariable).value_or("");
        core::prefixesOf(*written, session);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    prefixes(asText({data, size}));
    Supply supply({data, size});
    const int hops = supply.byte();
    std::array<std::uint8_t, 16> source{0xfe, 0x80};
    source[15] = supply.byte();
    if (source[15] == 0) {
        source = {0x20, 0x01};
    }
    if (const auto advert = core::readRouterAdvert(supply.rest(), hops, source)) {
        require(hops == 255 && source[0] == 0xfe, "it came from the link (RFC 4861, 6.1.2)");
        hear(*advert);
    }
    return 0;
}
