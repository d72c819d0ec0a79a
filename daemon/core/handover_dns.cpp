// SPDX-License-Identifier: LGPL-2.1-or-later
// The plan, and an asynchronous resolver that is told it.
#include "core/handover_dns.hpp"

#include <algorithm>

#include "core/address_text.hpp"
#include "core/limits.hpp"

namespace ppp::core {

std::optional<DnsPlan> planDns(const Profile& profile, const LinkFacts& facts) {
    const bool peer = profile.dns.mode == DnsMode::Peer || profile.dns.mode == DnsMode::PeerAndStatic;
    const bool fixed = profile.dns.mode == DnsMode::Static || profile.dns.mode == DnsMode::PeerAndStatic;
    DnsPlan plan;
    if (fixed) {
        plan.servers = profile.dns.servers;
    }
    const auto add = [&](const std::string& server) {
        const bool known = std::find(plan.servers.begin(), plan.servers.end(), server) != plan.servers.end();
        if (peer && !known) {
            plan.servers.push_back(server);
        }
    };
    if (facts.ip4) {
        plan.interface = facts.ip4->index;
        plan.interfaceName = facts.ip4->interface;
        for (const auto& server : facts.ip4->dns) {
            // This machine itself, or nobody: resolved refuses its own address, and with it all the others.
            if (server[0] != 0 && server[0] != 127 && server[0] < 224) {
                add(showAddress(server));
            }
        }
    } else if (facts.ip6) {
        plan.interface = facts.ip6->index;
        plan.interfaceName = facts.ip6->interface;
    }
    if (facts.ip6) {
        for (const AdvertisedServer& server : facts.servers6) {
            add(server.address);
        }
    }
    if (plan.servers.empty() || plan.interface == 0 || profile.dns.handler == DnsHandlerChoice::None) {
        return std::nullopt;
    }
    plan.servers.resize(std::min(plan.servers.size(), limits::kDnsServers));
    plan.search = profile.dns.search;
    const auto policy = profile.ipv4.enabled ? profile.ipv4.defaultRoute : profile.ipv6.defaultRoute;
    plan.defaultRoute = profile.dns.defaultRoute.value_or(policy != RoutePolicy::Never);
    plan.dnssec = profile.dns.dnssec.value_or("");
    plan.overTls = profile.dns.overTls.value_or("");
    plan.handler = profile.dns.handler;
    plan.priority = profile.priority;
    return plan;
}

void HandoverDns::apply(const Profile& profile, const LinkFacts& facts) {
    const auto plan = planDns(profile, facts);
    if (!plan) {
        if (plan_) {
            resolver_.revert(*plan_, [](const std::string&) {});
        }
        plan_.reset();
        applied_ = true;
        ++generation_;
        trouble_.clear();
    } else if (!plan_ || *plan_ != *plan || !applied_) {
        push(*plan);
    }
}

void HandoverDns::push(const DnsPlan& plan) {
    plan_ = plan;
    applied_ = false;
    resolver_.apply(plan, answers_.expect([this, mine = ++generation_](const std::string& error) {
        if (mine == generation_) {
            // A resolver that fails must not keep a working link from being up: it is told
            // again when it comes back.
            applied_ = true;
            trouble_ = error.empty() ? "" : "DNS: " + error;
        }
        changed_();
    }));
}

void HandoverDns::reapply() {
    if (plan_) {
        push(DnsPlan(*plan_));
    }
}

void HandoverDns::withdraw() {
    applied_ = false;
    trouble_.clear();
    if (!plan_) {
        return;
    }
    ++generation_;
    const DnsPlan plan = *plan_;
    plan_.reset();
    resolver_.revert(plan, answers_.expect([this](const std::string&) { changed_(); }));
}

} // namespace ppp::core
