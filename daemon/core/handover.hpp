// SPDX-License-Identifier: LGPL-2.1-or-later
// Hands one link over to the machine and takes it back: joins the parts, each of which is a file of its own
// (handover_*.cpp), in their order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/address_text.hpp"
#include "core/handover_clamp.hpp"
#include "core/handover_dns.hpp"
#include "core/handover_hooks.hpp"
#include "core/handover_ip6.hpp"
#include "core/handover_neighbour.hpp"
#include "core/handover_routes.hpp"
#include "core/handover_vrf.hpp"
#include "core/handover_zone.hpp"
#include "core/ports.hpp"

namespace ppp::core {

/// What the parts need of whoever owns the connections.
class HandoverHost : public RouteHost, public ClampHost, public ZoneHost, public ProxyHost {};

class Handover {
public:
    /// `changed` is called from the loop when something that was under way has come about.
    Handover(const std::string& connection, const Ports& ports, HandoverHost& host,
             std::function<void()> changed);
    Handover(const Handover&) = delete;
    Handover& operator=(const Handover&) = delete;

    /// What has to be done before the interface has an address. prepared() where it is; changed() follows
    /// where it is not yet.
    void prepare(const Profile& profile, const std::string& interface, std::uint32_t index) {
        zone_.prepare(profile, interface, index);
    }
    bool prepared() const { return zone_.open(); }
    /// Brings the machine to what profile and facts ask for; again after any change. What is in force already
    /// is left alone.
    void apply(const Profile& profile, const LinkFacts& facts);
    /// As apply(), of a link that was in force when an earlier life ended: what is in the kernel is claimed
    /// before anybody has answered, else it would be taken for left over.
    void adopt(const Profile& profile, const LinkFacts& facts);
    /// Takes everything back, in the opposite order. changed() follows where something had to be waited for;
    /// at most 5 s.
    void withdraw();
    /// The same but for what belongs to the interface (its zone): it stays while the interface may have
    /// addresses, or get new ones.
    void rest();
    /// No longer waits for answers that did not come.
    void abandon();
    /// All parts are put in force once more: others have interfered.
    void reapply();
    /// Pushes the DNS settings again, to a resolver that has forgotten them.
    void pushDnsAgain() { dns_.reapply(); }
    /// The same for the zone and a firewall.
    void putZoneAgain() { zone_.reapply(); }
    /// Other interfaces have changed.
    void neighboursMoved() { neighbour_.reapply(); }

    bool applied() const;
    bool routesApplied() const { return vrf_.inPlace() && routes_.applied(); }
    /// Something that the link needs has come or gone: it is looked for once more.
    bool concerns(const Link& link) const { return vrf_.concerns(link); }
    /// Nothing is in force and nothing under way.
    bool idle() const;
    std::vector<std::string> dnsServers() const { return dns_.servers(); }
    /// How far IPv6 goes; null while it is not known.
    const Ip6Reach* reach6() const { return ip6_.reach(); }
    /// What did not work, for a person; empty: all did.
    std::string trouble() const;
    LinkHooks& hooks() { return *hooks_; }
    void listenToHooks(std::function<void(const HookFailure&)> failed);
    /// Tells the hooks the end of a link that went while no daemon lived; nothing waits for that.
    void endHooks();
    /// What is due of the hooks goes on without us; we are told nothing any more, and must not be used.
    std::unique_ptr<LinkHooks> releaseHooks();

private:
    struct Asked {
        Profile profile;
        LinkFacts facts;
    };
    void bring(const Profile& profile, const LinkFacts& facts, bool adopted);
    void partChanged();
    void tellHooks();

    std::function<void()> changed_;
    std::unique_ptr<Asked> waiting_;        ///< what the parts after one that is not open are to be told
    const HandoverPart* holdsUp_ = nullptr; ///< that one, while there is something waiting
    HandoverZone zone_;
    HandoverIp6 ip6_;
    std::unique_ptr<LinkHooks> hooks_;
    HandoverPreUp preUp_;
    HandoverVrf vrf_;
    HandoverRoutes routes_;
    HandoverDns dns_;
    HandoverNeighbour neighbour_;
    HandoverClamp clamp_;
    HandoverUpHooks upHooks_;
    const std::vector<HandoverPart*> parts_; ///< in the order in which they are applied
};

} // namespace ppp::core
