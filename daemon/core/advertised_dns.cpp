// SPDX-License-Identifier: LGPL-2.1-or-later
// One list, one timer.
#include "core/advertised_dns.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"

namespace ppp::core {

namespace {

bool earlier(const AdvertisedServer& a, const AdvertisedServer& b) {
    return a.until < b.until;
}

} // namespace

AdvertisedDns::AdvertisedDns(Clock& clock, std::function<void()> changed, std::vector<AdvertisedServer> known)
    : clock_(clock), changed_(std::move(changed)), servers_(std::move(known)) {
    drop();
}

void AdvertisedDns::heard(const std::vector<RouterAdvert::Server>& servers) {
    if (servers.empty()) {
        return;
    }
    for (const RouterAdvert::Server& server : servers) {
        take(server);
    }
    drop();
    changed_();
}

void AdvertisedDns::take(const RouterAdvert::Server& server) {
    const BootTime until = clock_.now() + server.lifetime;
    const auto known = std::find_if(servers_.begin(), servers_.end(),
                                    [&](const auto& one) { return one.address == server.address; });
    if (known != servers_.end()) {
        known->until = until;
    } else if (server.lifetime.count() > 0) {
        if (servers_.size() >= limits::kDnsServers) {
            servers_.erase(std::min_element(servers_.begin(), servers_.end(), earlier));
        }
        servers_.push_back({server.address, until});
    }
}

/// Those whose time is over.
void AdvertisedDns::drop() {
    std::erase_if(servers_, [now = clock_.now()](const auto& one) { return one.until <= now; });
    end_.reset();
    if (!servers_.empty()) {
        const BootTime next = std::min_element(servers_.begin(), servers_.end(), earlier)->until;
        end_ = clock_.at(next, [this] {
            drop();
            changed_();
        });
    }
}

} // namespace ppp::core
