// SPDX-License-Identifier: LGPL-2.1-or-later
// Routes at once, DNS through an asynchronous resolver.
#include "core/handover.hpp"

#include <algorithm>
#include <cstdio>

#include "core/limits.hpp"

namespace ppp::core {

std::string showAddress(const std::array<std::uint8_t, 4>& a) {
    std::array<char, 16> out{};
    const int size = std::snprintf(out.data(), out.size(), "%u.%u.%u.%u", +a[0], +a[1], +a[2], +a[3]);
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string showLinkLocal(const std::array<std::uint8_t, 8>& id) {
    std::array<char, 40> out{};
    const auto word = [&](std::size_t i) { return static_cast<unsigned>(id[i] << 8 | id[i + 1]); };
    const int size =
        std::snprintf(out.data(), out.size(), "fe80::%x:%x:%x:%x", word(0), word(2), word(4), word(6));
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string showMac(const MacAddress& m) {
    std::array<char, 18> out{};
    std::snprintf(out.data(), out.size(), "%02x:%02x:%02x:%02x:%02x:%02x", +m[0], +m[1], +m[2], +m[3], +m[4],
                  +m[5]);
    return {out.data()};
}

std::optional<DnsPlan> planDns(const Profile& profile, const LinkFacts& facts) {
    const bool peer = profile.dns.mode == DnsMode::Peer || profile.dns.mode == DnsMode::PeerAndStatic;
    const bool fixed = profile.dns.mode == DnsMode::Static || profile.dns.mode == DnsMode::PeerAndStatic;
    DnsPlan plan;
    if (fixed) {
        plan.servers = profile.dns.servers;
    }
    if (facts.ip4) {
        plan.interface = facts.ip4->index;
        plan.interfaceName = facts.ip4->interface;
        for (const auto& server : facts.ip4->dns) {
            const std::string shown = showAddress(server);
            const bool known =
                std::find(plan.servers.begin(), plan.servers.end(), shown) != plan.servers.end();
            if (peer && !known) {
                plan.servers.push_back(shown);
            }
        }
    } else if (facts.ip6) {
        plan.interface = facts.ip6->index;
        plan.interfaceName = facts.ip6->interface;
    }
    if (plan.servers.empty() || plan.interface == 0 || profile.dns.handler == DnsHandlerChoice::None) {
        return std::nullopt;
    }
    plan.servers.resize(std::min(plan.servers.size(), limits::kDnsServers));
    plan.search = profile.dns.search;
    plan.defaultRoute = profile.dns.defaultRoute.value_or(profile.ipv4.defaultRoute != RoutePolicy::Never);
    return plan;
}

RouteClaim claimFor(const std::string& connection, const Profile& profile, const LinkFacts& facts) {
    RouteClaim claim;
    claim.connection = connection;
    claim.interface = facts.ip4 ? facts.ip4->index : 0;
    claim.priority = profile.priority;
    claim.defaultRoute = profile.ipv4.defaultRoute;
    claim.metric = profile.ipv4.metric;
    claim.table = profile.ipv4.table;
    claim.routes = profile.ipv4.routes;
    return claim;
}

Handover::Handover(std::string connection, const Ports& ports, RouteHost& host, std::function<void()> changed)
    : connection_(std::move(connection)), ports_(ports), host_(host), changed_(std::move(changed)) {}

void Handover::apply(const Profile& profile, const LinkFacts& facts) {
    routeTrouble_.clear();
    if (facts.ip4) {
        const RouteClaim claim = claimFor(connection_, profile, facts);
        claimed_ = claim;
        std::string error;
        routesApplied_ = host_.claimRoutes(claim, error);
        routeTrouble_ = error;
    } else {
        if (claimed_) {
            host_.withdrawRoutes(connection_);
            claimed_.reset();
        }
        routesApplied_ = true;
    }
    const auto plan = planDns(profile, facts);
    if (!plan) {
        if (dns_) {
            ports_.dns.revert(*dns_, [](const std::string&) {});
        }
        dns_.reset();
        dnsApplied_ = true;
    } else if (!dns_ || *dns_ != *plan || !dnsApplied_) {
        pushDns(*plan);
    }
}

void Handover::pushDns(const DnsPlan& plan) {
    dns_ = plan;
    dnsApplied_ = false;
    ++pending_;
    const std::uint64_t mine = ++generation_;
    ports_.dns.apply(
        plan, [this, mine, epoch = epoch_, alive = std::weak_ptr<int>(alive_)](const std::string& error) {
            if (alive.expired() || epoch != epoch_) {
                return;
            }
            --pending_;
            if (mine != generation_) {
                changed_();
                return;
            }
            // A resolver that fails must not keep a working link from being up: it is told again when it
            // comes back.
            dnsApplied_ = true;
            dnsTrouble_ = error.empty() ? "" : "DNS: " + error;
            changed_();
        });
}

void Handover::reapply() {
    if (claimed_) {
        std::string error;
        routesApplied_ = host_.claimRoutes(*claimed_, error);
        routeTrouble_ = routesApplied_ ? "" : error;
    }
    pushDnsAgain();
}

void Handover::pushDnsAgain() {
    if (dns_) {
        pushDns(DnsPlan(*dns_));
    }
}

void Handover::withdraw() {
    if (claimed_) {
        host_.withdrawRoutes(connection_);
        claimed_.reset();
    }
    routesApplied_ = false;
    dnsApplied_ = false;
    routeTrouble_.clear();
    dnsTrouble_.clear();
    if (!dns_) {
        return;
    }
    ++pending_;
    ++generation_;
    const DnsPlan plan = *dns_;
    dns_.reset();
    ports_.dns.revert(plan, [this, epoch = epoch_, alive = std::weak_ptr<int>(alive_)](const std::string&) {
        if (!alive.expired() && epoch == epoch_) {
            --pending_;
            changed_();
        }
    });
}

std::string Handover::trouble() const {
    const bool both = !routeTrouble_.empty() && !dnsTrouble_.empty();
    return routeTrouble_ + (both ? "; " : "") + dnsTrouble_;
}

void Handover::abandon() {
    ++epoch_;
    pending_ = 0;
}

std::vector<std::string> Handover::dnsServers() const {
    return dns_ ? dns_->servers : std::vector<std::string>{};
}

} // namespace ppp::core
