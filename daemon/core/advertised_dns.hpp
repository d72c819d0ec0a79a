// SPDX-License-Identifier: LGPL-2.1-or-later
// The name servers that routers advertise on one link, each for as long as it was told to hold.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/router_advert.hpp"

namespace ppp::core {

struct AdvertisedServer {
    std::string address;
    BootTime until;
    bool operator==(const AdvertisedServer&) const = default;
};

class AdvertisedDns {
public:
    /// `changed` is called from the loop when servers() may differ. `known`: those that an earlier life
    /// heard.
    AdvertisedDns(Clock& clock, std::function<void()> changed, std::vector<AdvertisedServer> known);

    /// As RFC 8106 section 6.1: a server that is told again holds on, lifetime 0 ends it. Of more than
    /// limits::kDnsServers those that end first go.
    void heard(const std::vector<RouterAdvert::Server>& servers);
    /// In the order in which they came.
    const std::vector<AdvertisedServer>& servers() const { return servers_; }

private:
    void take(const RouterAdvert::Server& server);
    void drop();

    Clock& clock_;
    std::function<void()> changed_;
    std::vector<AdvertisedServer> servers_;
    std::unique_ptr<Timer> end_;
};

} // namespace ppp::core
