// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's links and routes over rtnetlink: a snapshot that one monitoring socket keeps up to date, and
// changes that are made and acknowledged at once over a second socket.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "sys/event_loop.hpp"
#include "sys/link_maker.hpp"
#include "sys/netlink_socket.hpp"
#include "sys/padt.hpp"

namespace ppp::sys {

/// What is kept: all links; of the routes, default routes of every table and routes of core::kRouteProtocol,
/// since nothing else can rival or be ours. A filter in the kernel holds back notices of all others, so a
/// router with a full table costs neither memory nor wake-ups, nor do addresses whose lifetime runs on.
/// routes() gives those of table main and of tables that hold a route of ours.
///
/// The kernel sends its notice of a change before it acknowledges the change, so add() and remove() read the
/// monitoring socket before they return: the snapshot is always what the kernel said, never what we hope.
///
/// Four facts of the kernel to know:
/// - To an IPv4 removal metric 0 means "any metric" (fib_nh_match, net/ipv4/fib_semantics.c). remove()
/// therefore looks first
///   whether such a route is there; that works for the routes that are kept, and others' routes must not be
///   removed.
/// - IPv6 has no metric 0: such a route gets netlink::kDefaultMetric6 (1024), and so it stands in the
/// snapshot.
/// - IPv6 merges routes with a gateway that agree in table, destination and metric into one multipath route
///   (fib6_add_rt2node, net/ipv6/ip6_fib.c): shift to a metric that is free.
/// - An IPv6 route exists already (add() says true) where interface and gateway agree, whatever its protocol.
class KernelNetwork final : public core::Network {
public:
    /// `complain` gets a sentence where the kernel cannot be asked. Throws std::system_error.
    KernelNetwork(EventLoop& loop, std::function<void(const std::string&)> complain);

    /// One listener a time; told from the loop, after everything else of the turn.
    void listen(core::NetworkListener* listener) override { listener_ = listener; }
    std::optional<core::Link> link(const std::string& name) const override;
    std::optional<core::Link> link(std::uint32_t index) const override;
    std::vector<core::Route> routes() const override;
    std::optional<core::Route> routeTo(int family, const std::string& address) override;
    bool add(const core::Route& route, std::string& error) override;
    bool remove(const core::Route& route, std::string& error) override;
    std::vector<std::string> addAll(const std::vector<core::Route>& routes) override;
    std::vector<std::string> removeAll(const std::vector<core::Route>& routes) override;
    std::optional<core::Route> asNow(const core::Route& route) override;
    std::vector<core::Rule> rules() const override { return rules_; }
    bool addRule(const core::Rule& rule, std::string& error) override;
    bool removeRule(const core::Rule& rule, std::string& error) override;
    std::vector<std::string> globalAddresses6(std::uint32_t interface) override;
    bool setMaster(std::uint32_t link, std::uint32_t master, std::string& error) override;
    core::Route withMetric(const core::Route& route, std::uint32_t metric) const override;
    bool setUp(const std::string& link, bool up, std::string& error) override;
    bool setMtu(const std::string& link, std::uint32_t mtu, std::string& error) override;
    bool hasAddress(const core::LinkAddress& wanted) override;
    bool addAddress(const core::LinkAddress& address, std::string& error) override;
    std::optional<std::uint32_t> socketsFollow() override;
    bool setSocketsFollow(std::uint32_t value, std::string& error) override;
    std::string makeVlan(const std::string& parent, std::uint32_t id, bool& made,
                         std::string& error) override;
    std::string makeOwnMac(const std::string& parent, const std::string& mac, std::string& error) override;
    std::vector<std::string> madeLinks() override;
    bool removeLink(const std::string& link, std::string& error) override;
    void endSession(const std::string& device, const core::MacAddress& peer, std::uint32_t session) override;
    std::unique_ptr<core::Pending> refuseLateSessions(const std::string& device,
                                                      std::vector<std::uint8_t> hostUniq,
                                                      core::Duration howLong) override;
    std::optional<core::LinkCounters> counters(std::uint32_t index) override;

private:
    /// What has to be told to the listener, in the order it happened.
    struct Notice {
        std::uint32_t changed = 0; ///< index; 0: gone
        std::string gone;
    };
    struct Stale {
        bool links = false, ip4 = false, ip6 = false, rules = false;
    };

    void drain();
    void take(const netlink::Message& message);
    void takeLink(const netlink::LinkFacts& facts, bool gone);
    void takeAddress(const core::LinkAddress& address);
    void takeLostAddress(const core::LinkAddress& address);
    void takeRoute(core::Route route, const netlink::Message& message);
    void forgetRoutesOf(std::uint32_t interface);
    void lost(int family);
    void lostNotices();
    void resync();
    bool dumpLinks();
    bool dumpRoutes(int family);
    bool dumpRules();
    void takeRule(const core::Rule& rule, bool gone);
    /// One request a route; those that must not be sent are empty, with their answer in `errors`.
    std::vector<std::string> changeAll(std::vector<std::vector<std::uint8_t>> requests,
                                       std::vector<std::string> errors, bool (*fine)(int error));
    netlink::Verdict dumpWhole(const std::vector<std::uint8_t>& request, const std::function<void()>& restart,
                               const std::function<void(const netlink::Message&)>& take);
    void linkIs(const core::Link& link);
    void linkWent(std::uint32_t index);
    void announce() { flush_->arm(); }
    void deliver();
    bool present(const core::Route& route) const;
    /// Such a removal would take another route, since this one is not there: see above.
    bool meansAnyMetric(const core::Route& route) const;
    /// An error of a removal that says that there was nothing to remove.
    static bool meansAbsent(int error);

    EventLoop& loop_;
    std::function<void(const std::string&)> complain_;
    NetlinkClient client_;
    LinkMaker maker_{client_};
    PadtSender padts_;
    NetlinkSocket monitor_;
    core::NetworkListener* listener_ = nullptr;
    std::map<std::uint32_t, core::Link> links_;
    std::vector<core::Route> routes_;
    std::vector<core::Rule> rules_; ///< ours
    std::deque<std::pair<std::uint32_t, core::LinkCounters>>
        lastCounters_; ///< of links that are gone, by index
    Stale stale_;
    std::vector<Notice> notices_;
    std::set<std::uint32_t> bare_; ///< lost an address; 0: any may have
    bool routesChanged_ = false;
    std::unique_ptr<EventSource> readable_, flush_;
};

} // namespace ppp::sys
