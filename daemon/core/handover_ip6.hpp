// SPDX-License-Identifier: LGPL-2.1-or-later
// IPv6 of one link beyond its peer: what the kernel takes from the peer's router advertisements, and whether
// anything came.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/advertised_dns.hpp"
#include "core/handover_part.hpp"
#include "core/ports.hpp"
#include "core/router_watch.hpp"

namespace ppp::core {

/// How far IPv6 of a link goes.
struct Ip6Reach {
    std::vector<std::string> addresses;    ///< global ones, with prefix length
    std::vector<std::string> prefixes;     ///< delegated ones
    std::vector<AdvertisedServer> servers; ///< of names
    BootTime routerUntil;                  ///< a router has advertised itself up to then; zero: none has
    bool routed = false;                   ///< beyond the peer: LinkFacts::routed6
    bool operator==(const Ip6Reach&) const = default;
};

/// Holds up nothing: a link is up without it. The kernel's own default route, where it made one before it was
/// told not to, is removed: the routes of the hand-over decide alone.
class HandoverIp6 final : public HandoverPart, private Ip6Listener {
public:
    /// `changed` is called from the loop when reach() or trouble() may differ, after a first time not more
    /// often than each kPace.
    HandoverIp6(std::string connection, const Ports& ports, std::function<void()> changed);
    static constexpr Duration kPace = std::chrono::seconds(1);

    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    void reapply() override;
    bool applied() const override { return true; }
    bool idle() const override { return !on_; }
    std::string trouble() const override;
    /// Null while it is not known.
    const Ip6Reach* reach() const { return on_ ? &reach_ : nullptr; }

private:
    void routerAdvertised(const RouterAdvert& advert) override;
    void addressesChanged() override;
    void configure();
    void checkSettings();
    void removeRivals();
    void delegate(bool wanted, std::uint32_t enginePid);
    void lookAtPrefixes();
    void look();
    void tell();

    const std::string connection_;
    Clock& clock_;
    Ip6& ip6_;
    Network& network_;
    PrefixClients& clients_;
    std::function<void()> changed_;
    bool on_ = false;
    std::string interface_;
    std::uint32_t index_ = 0;
    bool acceptRa_ = false;
    Ip6Reach reach_;
    std::string refused_;   ///< why the settings are not in force
    std::string unguarded_; ///< why a delegated prefix is not
    std::unique_ptr<Ip6Watch> watch_;
    std::unique_ptr<RouterWatch> router_;
    std::unique_ptr<AdvertisedDns> names_;
    PrefixClients::Session session_;
    std::unique_ptr<PrefixClient> client_;
    std::unique_ptr<Timer> tidy_, check_, pace_, expiry_;
    bool unchecked_ = false, untold_ = false;
};

} // namespace ppp::core
