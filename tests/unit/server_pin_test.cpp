// SPDX-License-Identifier: LGPL-2.1-or-later
// The host route to a tunnel's server: the way it takes, when it moves, and that it goes with its tunnel.
#include "core/server_pin.hpp"

#include "unit/connection_fixture.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;

constexpr int kInet = 2, kInet6 = 10;
const char* const kServer = "203.0.113.9";

Route way(const std::string& gateway, std::uint32_t interface, std::uint32_t metric = 100) {
    Route route;
    route.gateway = gateway;
    route.interface = interface;
    route.metric = metric;
    route.protocol = 16; // RTPROT_DHCP
    route.scope = 0;
    return route;
}

struct View {
    PinWays ways;
    std::optional<Route> kernel;
};

View view(const std::vector<Route>& routes, std::optional<Route> kernel = std::nullopt) {
    return {PinWays(routes, {10, 11}), std::move(kernel)};
}

std::optional<ServerPin> choose(const std::string& server, int family, const View& view) {
    return choosePin(server, family, view.ways, view.kernel);
}

std::optional<ServerPin> follow(const ServerPin& held, const View& view) {
    return followPin(held, view.ways);
}

TEST(ServerPin, goesTheKernelsWay) {
    const auto pin = choose(kServer, kInet, view({}, way("192.0.2.1", 2)));
    ASSERT_TRUE(pin);
    EXPECT_TRUE(pin->viaDefault);
    EXPECT_EQ(pin->route.destination, kServer);
    EXPECT_EQ(pin->route.prefix, 32);
    EXPECT_EQ(pin->route.gateway, "192.0.2.1");
    EXPECT_EQ(pin->route.interface, 2U);
    EXPECT_EQ(pin->route.protocol, kRouteProtocol);
    EXPECT_NE(pin->route.metric, 0U) << "a route that a person has set goes before it";
}

TEST(ServerPin, aNeighbourNeedsNoGateway) {
    Route subnet = way("", 2, 0);
    subnet.destination = "203.0.113.0";
    subnet.prefix = 24;
    const auto pin = choose(kServer, kInet, view({way("192.0.2.1", 3)}, subnet));
    ASSERT_TRUE(pin);
    EXPECT_FALSE(pin->viaDefault);
    EXPECT_EQ(pin->route.gateway, "");
    EXPECT_EQ(pin->route.interface, 2U);
    EXPECT_EQ(pin->route.scope, 253);
}

TEST(ServerPin, theMachineItselfIsNotPinned) {
    Route local = way("", 1, 0);
    local.type = 2; // RTN_LOCAL
    EXPECT_FALSE(choose(kServer, kInet, view({way("192.0.2.1", 2)}, local)));
}

TEST(ServerPin, aWayThatLeadsNowhereIsNone) {
    Route unreachable = way("", 1, 0);
    unreachable.type = 7; // RTN_UNREACHABLE
    const auto pin = choose(kServer, kInet, view({way("192.0.2.1", 2)}, unreachable));
    ASSERT_TRUE(pin);
    EXPECT_EQ(pin->route.interface, 2U);
}

TEST(ServerPin, neverThroughATunnel) {
    const auto pin =
        choose(kServer, kInet,
               view({way("", 10, 50), way("", 11, 51), way("192.0.2.1", 2), way("192.0.2.7", 3, 900)},
                    way("", 10, 50)));
    ASSERT_TRUE(pin);
    EXPECT_EQ(pin->route.interface, 2U);
    EXPECT_TRUE(pin->viaDefault);
    EXPECT_FALSE(choose(kServer, kInet, view({way("", 10, 50)}, way("", 10, 50)))) << "there is no other way";
}

TEST(ServerPin, ofManyWaysTheFirst) {
    Route many = way("", 0);
    many.first = {"192.0.2.1", 2};
    const auto pin = choose(kServer, kInet, view({many}, many));
    ASSERT_TRUE(pin);
    EXPECT_EQ(pin->route.interface, 2U);
    EXPECT_EQ(pin->route.gateway, "192.0.2.1");
    EXPECT_EQ(follow(*pin, view({pin->route, many})), pin);
    const auto beside = choose(kServer, kInet, view({way("", 10, 50), many}, way("", 10, 50)));
    EXPECT_EQ(beside, pin);
}

TEST(ServerPin, twoTunnelsToOneServerGoTheSameWay) {
    const auto first = choose(kServer, kInet, view({way("192.0.2.1", 2)}, way("192.0.2.1", 2)));
    ASSERT_TRUE(first);
    const auto second =
        choose(kServer, kInet, view({way("", 10, 50), way("192.0.2.1", 2), first->route}, first->route));
    EXPECT_EQ(second, first);
}

TEST(ServerPin, followsTheDefaultRoute) {
    const auto pin = choose(kServer, kInet, view({}, way("192.0.2.1", 2)));
    ASSERT_TRUE(pin);
    EXPECT_EQ(follow(*pin, view({pin->route, way("192.0.2.1", 2), way("", 10, 50)})), pin);
    EXPECT_EQ(follow(*pin, view({pin->route, way("192.0.2.1", 2), way("192.0.2.9", 3, 200)})), pin);
    const auto moved = follow(*pin, view({pin->route, way("192.0.2.1", 2), way("192.0.2.9", 3, 20)}));
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->route.gateway, "192.0.2.9");
    EXPECT_EQ(moved->route.interface, 3U);
    EXPECT_EQ(follow(*pin, view({pin->route})), pin) << "without a default route it stays where it is";
    EXPECT_EQ(follow(*pin, view({way("192.0.2.1", 2)})), std::nullopt) << "somebody has removed it";
}

TEST(ServerPin, oneToANeighbourStays) {
    Route subnet = way("", 2, 0);
    subnet.destination = "203.0.113.0";
    subnet.prefix = 24;
    const auto pin = choose(kServer, kInet, view({}, subnet));
    ASSERT_TRUE(pin);
    EXPECT_EQ(follow(*pin, view({pin->route, way("192.0.2.9", 3, 1)})), pin);
}

TEST(ServerPin, ip6) {
    Route six = way("fe80::1", 2, 1024);
    six.family = kInet6;
    const auto pin = choose("2001:db8::9", kInet6, view({}, six));
    ASSERT_TRUE(pin);
    EXPECT_EQ(pin->route.prefix, 128);
    EXPECT_EQ(pin->route.family, kInet6);
    EXPECT_EQ(pin->route.scope, 0);
    EXPECT_FALSE(choose("2001:db8::9", kInet6, view({way("192.0.2.1", 2)}))) << "the other family's route";
}

TEST(ServerPin, addressesAreShown) {
    EXPECT_EQ(showServer({192, 0, 2, 1}), "192.0.2.1");
    EXPECT_EQ(showServer({0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}), "2001:db8::9");
    EXPECT_EQ(showServer({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), "::1");
    EXPECT_EQ(showServer({0x20, 1, 0, 0, 0, 5, 0, 0, 0, 0, 0, 6, 0, 7, 0, 8}), "2001:0:5::6:7:8");
    EXPECT_EQ(showServer({0x20, 1, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0, 0, 0}), "2001:1:2:3:4:5::");
    EXPECT_EQ(showServer({1, 2, 3}), "");
}

struct TunnelLink : Line {
    static constexpr const char* kProfile =
        R"({"type": "l2tp", "l2tp": {"server": "lns.test"}, "ipv6": {"enabled": false}})";

    void up() {
        m.network.table = {way("192.0.2.1", 2)};
        start(kProfile);
        isp().up({}, [](const auto&) {});
        phase(PPPM_PHASE_LOOKUP);
        EXPECT_EQ(isp().view().phase, "tunnel");
        server();
    }
    std::string trouble() {
        const auto details = isp().view().details;
        const auto found = details.find("trouble");
        return found == details.end() ? "" : std::get<std::string>(found->second);
    }
    void server() { engine().report(engine::Server{{203, 0, 113, 9}}); }
    void established() {
        phase(PPPM_PHASE_TUNNEL);
        engine().report(engine::Tunnel{100, 4711, "lns\x1b"});
        phase(PPPM_PHASE_ESTABLISH);
        phase(PPPM_PHASE_NETWORK);
        address();
    }
    std::vector<Route> pins() const {
        std::vector<Route> out;
        for (const Route& route : m.network.table) {
            if (route.prefix == 32) {
                out.push_back(route);
            }
        }
        return out;
    }
};

TEST_F(TunnelLink, theServerIsPinnedBeforeOurDefaultRoute) {
    up();
    ASSERT_EQ(pins().size(), 1U);
    EXPECT_EQ(pins()[0].gateway, "192.0.2.1");
    EXPECT_NE(m.records.records.at("isp").find("203.0.113.9"), std::string::npos);
    established();
    EXPECT_EQ(state(), "up");
    const auto details = isp().view().details;
    EXPECT_EQ(std::get<std::string>(details.at("server-address")), kServer);
    EXPECT_EQ(std::get<std::uint32_t>(details.at("tunnel-id")), 100U);
    EXPECT_EQ(std::get<std::uint32_t>(details.at("peer-tunnel-id")), 4711U);
    EXPECT_EQ(std::get<std::string>(details.at("peer-host-name")).find('\x1b'), std::string::npos);
    EXPECT_EQ(pins().size(), 1U);
    end(5);
    EXPECT_TRUE(nothingApplied());
}

TEST_F(TunnelLink, thePinMovesWithTheDefaultRoute) {
    up();
    established();
    m.network.links["wlan0"] = {3, "wlan0", 1500, true, true};
    m.network.table.push_back(way("198.51.100.1", 3, 10));
    m.network.routesTouched();
    ASSERT_EQ(pins().size(), 1U);
    EXPECT_EQ(pins()[0].interface, 3U);
    m.network.removeInterface("wlan0");
    ASSERT_EQ(pins().size(), 1U);
    EXPECT_EQ(pins()[0].gateway, "192.0.2.1");
}

TEST_F(TunnelLink, withoutAnyWayNoneIsMadeUp) {
    up();
    established();
    m.network.removeInterface("eth0");
    EXPECT_TRUE(pins().empty()) << "certainly not through the tunnel itself";
    m.network.links["eth0"] = {4, "eth0", 1500, true, true};
    m.network.table.push_back(way("192.0.2.1", 4));
    m.network.routesTouched();
    ASSERT_EQ(pins().size(), 1U);
    EXPECT_EQ(pins()[0].interface, 4U);
}

TEST_F(TunnelLink, whoRemovesThePinFindsItBack) {
    up();
    established();
    std::erase_if(m.network.table, [](const Route& route) { return route.prefix == 32; });
    m.network.routesTouched();
    EXPECT_EQ(pins().size(), 1U);
}

TEST_F(TunnelLink, thePinOutlivesTheDaemonAndMovesMeanwhile) {
    up();
    established();
    manager->handOver();
    manager.reset();
    m.engines.survivors.insert("isp");
    m.network.table.erase(m.network.table.begin());
    m.network.table.push_back(way("192.0.2.2", 2));
    restart();
    ASSERT_EQ(state(), "up");
    ASSERT_EQ(pins().size(), 1U);
    EXPECT_EQ(pins()[0].gateway, "192.0.2.2");
}

/// Several tunnels "t0", "t1", … with interfaces 10, 11, …
struct ManyTunnels : Line {
    static std::string name(unsigned n) { return "t" + std::to_string(n); }
    static std::string link(unsigned n) { return "ppp" + std::to_string(n); }
    void open(unsigned count) {
        m.network.table = {way("192.0.2.1", 2)};
        for (unsigned n = 0; n < count; ++n) {
            m.addProfile(name(n), TunnelLink::kProfile);
        }
        restart();
        for (unsigned n = 0; n < count; ++n) {
            manager->get(name(n)).up({}, [](const auto&) {});
            m.clock.advance(std::chrono::seconds(2)); // its turn to dial
            FakeEngine& engine = *m.engines.of(name(n));
            engine.report(engine::PhaseChange{PPPM_PHASE_LOOKUP});
            engine.report(engine::Server{{203, 0, 113, static_cast<std::uint8_t>(n)}});
            engine.report(engine::PhaseChange{PPPM_PHASE_TUNNEL});
            engine.report(engine::Tunnel{100, 4711, "lns"});
            engine.report(engine::PhaseChange{PPPM_PHASE_ESTABLISH});
            engine.report(engine::PhaseChange{PPPM_PHASE_NETWORK});
            m.network.links[link(n)] = {10 + n, link(n), 1492, true, true};
            engine.report(ip4(link(n), 10 + n));
            m.dns.answer();
            ASSERT_EQ(wire(manager->get(name(n)).state()), "up");
        }
    }
    /// How many servers are pinned over this interface.
    std::ptrdiff_t pinned(std::uint32_t interface) const {
        return std::count_if(m.network.table.begin(), m.network.table.end(), [&](const Route& route) {
            return route.prefix == 32 && route.interface == interface;
        });
    }
    /// Copies of the whole table that an event costs.
    template <typename Event> int looks(Event event) {
        const int before = m.network.looks;
        event();
        return m.network.looks - before;
    }
};

TEST_F(ManyTunnels, anEventLooksAtTheRoutesOnceForAllOfThem) {
    constexpr unsigned kMany = 40;
    constexpr int kOnce = 2; // for the pins, and for the routes
    open(kMany);
    ASSERT_EQ(pinned(2), kMany);
    const int handlers = m.dns.looks;
    EXPECT_EQ(looks([&] { m.network.routesTouched(); }), kOnce);
    EXPECT_LE(m.dns.looks - handlers, 2);

    m.network.links["wlan0"] = {3, "wlan0", 1500, true, true};
    m.network.table.push_back(way("198.51.100.1", 3, 60));
    EXPECT_EQ(looks([&] { m.network.routesTouched(); }), kOnce) << "all pins move in one go";
    EXPECT_EQ(pinned(3), kMany);

    std::erase_if(m.network.table, [](const Route& route) { return route.prefix == 32; });
    EXPECT_EQ(looks([&] { m.network.routesTouched(); }), kOnce) << "all pins come back in one go";
    EXPECT_EQ(pinned(3), kMany);

    std::vector<std::string> gone{"wlan0"};
    for (unsigned n = 1; n < kMany; ++n) {
        gone.push_back(link(n));
    }
    EXPECT_EQ(looks([&] { m.network.removeInterfaces(gone); }), kOnce) << "whatever went in this turn";
    EXPECT_EQ(pinned(2), kMany);
}

TEST_F(ManyTunnels, areTakenOverWithoutOneLeadingThroughAnother) {
    open(3);
    manager->handOver();
    manager.reset();
    for (unsigned n = 0; n < 3; ++n) {
        m.engines.survivors.insert(name(n));
    }
    restart();
    EXPECT_EQ(pinned(2), 3);
}

TEST_F(TunnelLink, whatADeadLinkLeftIsRemoved) {
    up();
    established();
    manager.reset();
    m.network.removeInterface("ppp0");
    restart();
    EXPECT_TRUE(pins().empty());
}

TEST_F(TunnelLink, theEngineGoesOnWhenItsServerIsPinned) {
    m.network.table = {way("192.0.2.1", 2)};
    start(kProfile);
    isp().up({}, [](const auto&) {});
    phase(PPPM_PHASE_LOOKUP);
    std::vector<std::size_t> pinned;
    engine().whenPinned = [&] { pinned.push_back(pins().size()); };
    server();
    server(); // as to a daemon that took over before it had answered
    EXPECT_EQ(pinned, (std::vector<std::size_t>{1, 1}));
    EXPECT_EQ(engine().pinned[1], (std::vector<std::uint8_t>{203, 0, 113, 9}));
}

TEST_F(TunnelLink, aServerWithoutAWayIsTroubleAndIsTriedAllTheSame) {
    start(kProfile);
    isp().up({}, [](const auto&) {});
    server();
    EXPECT_EQ(engine().pinned.size(), 1U);
    EXPECT_EQ(trouble(), "there is no way to the tunnel's server 203.0.113.9 beside the tunnel");
    EXPECT_EQ(m.journal.lines.back(), trouble());
    m.network.table.push_back(way("192.0.2.1", 2));
    m.network.routesTouched();
    EXPECT_EQ(pins().size(), 1U);
    EXPECT_EQ(trouble(), "");
}

TEST_F(TunnelLink, theMachineItselfNeedsNoPin) {
    Route local = way("", 1, 0);
    local.type = 2; // RTN_LOCAL
    local.destination = kServer;
    local.prefix = 32;
    m.network.table = {way("192.0.2.1", 2), local};
    start(kProfile);
    isp().up({}, [](const auto&) {});
    server();
    EXPECT_EQ(engine().pinned.size(), 1U);
    EXPECT_EQ(pins().size(), 1U) << "the kernel's own";
    EXPECT_EQ(trouble(), "");
}

TEST_F(TunnelLink, aSilentPeerDoesNotHoldUpOtherDials) {
    for (const std::uint32_t waits :
         {PPPM_PHASE_LOOKUP, PPPM_PHASE_TUNNEL, PPPM_PHASE_CARRIER, PPPM_PHASE_DIALING}) {
        Machine machine;
        machine.addProfile("last");
        for (std::size_t n = 0; n < DialPacer::kPlaces; ++n) {
            machine.addProfile("t" + std::to_string(n), kProfile);
        }
        Manager all(machine.ports());
        all.load();
        all.begin();
        for (std::size_t n = 0; n < DialPacer::kPlaces; ++n) {
            const std::string name = "t" + std::to_string(n);
            all.get(name).up({}, [](const auto&) {});
            machine.engines.of(name)->report(engine::PhaseChange{waits});
        }
        all.get("last").up({}, [](const auto&) {});
        EXPECT_EQ(machine.engines.of("last"), nullptr);
        machine.clock.advance(std::chrono::milliseconds(1001));
        EXPECT_NE(machine.engines.of("last"), nullptr) << waits;
    }
}

} // namespace
