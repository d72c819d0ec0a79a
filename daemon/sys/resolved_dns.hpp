// SPDX-License-Identifier: LGPL-2.1-or-later
// DNS per link through systemd-resolved.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sys/dns_handler.hpp"

namespace ppp::sys {

/// org.freedesktop.resolve1(5): SetLinkDomains, SetLinkDefaultRoute, then SetLinkDNS, in the order that
/// systemd asks of VPN software, sent together; what is refused of them does not keep the others from being
/// told. SetLinkDNSSEC and SetLinkDNSOverTLS, first, where the plan says something of them, or said so
/// before. RevertLink. A resolved that does not know the new link yet (it learns of it by netlink, as we do)
/// is asked again until the deadline. Never started by us: calls go to the owner of its name, not to the
/// name.
class ResolvedDns final : public DnsBackend {
public:
    explicit ResolvedDns(DnsContext context);
    ~ResolvedDns() override;
    ResolvedDns(const ResolvedDns&) = delete;
    ResolvedDns& operator=(const ResolvedDns&) = delete;
    bool available() const override { return resolved_ != nullptr; }
    std::string missing() const override { return "systemd-resolved is not running"; }
    void apply(const core::DnsPlan& plan, Done done) override;
    void revert(const core::DnsPlan& plan, Done done) override;

private:
    class Job;
    void start(const core::DnsPlan& plan, bool revert, Done done);
    void ownerIs(const std::string& owner);

    DnsContext context_;
    sdbus::Slot match_;
    std::unique_ptr<sdbus::IProxy> resolved_;
    std::map<std::uint32_t, std::unique_ptr<Job>> jobs_; // one an interface
    std::set<std::uint32_t> secured_; // interfaces with DNSSEC or DNS-over-TLS settings of their own
};

std::unique_ptr<DnsBackend> makeResolvedDns(const DnsContext& context);

} // namespace ppp::sys
