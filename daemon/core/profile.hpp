// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection's profile as typed values; every default is the one of the profile contract.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.hpp"

namespace ppp::core {

enum class LinkType { Pppoe, Serial, L2tp };
enum class RoutePolicy { Auto, Always, Never };
enum class DnsMode { Peer, Static, PeerAndStatic, Off };
enum class DnsHandlerChoice { Auto, Resolved, Resolvconf, File, None };
enum class FlowControl { RtsCts, XonXoff, None };

struct PppoeSection {
    std::string interface;             ///< Ethernet interface, required
    std::optional<std::uint32_t> vlan; ///< 1–4094
    std::string service;
    std::string accessConcentrator;
    std::string accessConcentratorMac; ///< "aa:bb:cc:dd:ee:ff", lower case; empty: any
    std::string hostUniq;              ///< hex digits, an even number; empty: pppd's own
    std::string cloneMac;
    Duration discoveryTimeout = std::chrono::seconds(15);
    bool operator==(const PppoeSection&) const = default;
};

struct DialSection {
    std::string number;
    std::vector<std::string> init{"ATZ"};
    std::vector<std::pair<std::string, std::string>>
        login; ///< expect, send; "$password" stands for the secret
    Duration timeout = std::chrono::seconds(60);
    bool operator==(const DialSection&) const = default;
};

struct SerialSection {
    std::string device;
    std::uint32_t speed = 115200;
    FlowControl flowControl = FlowControl::RtsCts;
    bool modemLines = true;
    std::optional<DialSection> dial;
    std::vector<std::string> hangup{"+++", "ATH"};
    bool operator==(const SerialSection&) const = default;
};

struct L2tpSection {
    std::string server;
    std::uint16_t port = 1701;
    std::string hostname;
    Duration helloInterval = std::chrono::seconds(60);
    bool requireIpsec = false;
    bool operator==(const L2tpSection&) const = default;
};

struct AuthSection {
    std::string user;
    std::vector<std::string> refuse, require; ///< of: pap chap mschap mschapv2 eap
    std::string remoteName;
    bool allowEmptyPassword = false;
    bool operator==(const AuthSection&) const = default;
};

struct PppSection {
    std::optional<std::uint32_t> mru, mtu; ///< bytes; absent: by type, see effectiveMtu()
    Duration lcpEchoInterval = std::chrono::seconds(10);
    std::uint32_t lcpEchoFailure = 3;
    std::uint32_t asyncmap = 0;
    std::vector<std::uint8_t> escape;
    std::optional<bool> vj;
    std::string compression = "off"; ///< off deflate bsd (checked against the table in the contract)
    std::optional<bool> accomp, pcomp;
    std::string mppe = "off"; ///< off, on, 40, 128, stateful …
    bool passive = false, silent = false, debug = false;
    std::uint32_t restartLcp = 3, restartIpcp = 3; ///< seconds, pppd's lcp-restart and ipcp-restart
    std::vector<std::string> extraOptions;         ///< from the allow-list, one string an argument
    bool operator==(const PppSection&) const = default;
};

struct StaticRoute {
    std::string to; ///< prefix in text
    std::string via;
    std::optional<std::uint32_t> metric;
    bool operator==(const StaticRoute&) const = default;
};

struct Ip4Section {
    bool enabled = true;
    std::string local, peer;
    bool acceptLocal = true, acceptPeer = true;
    RoutePolicy defaultRoute = RoutePolicy::Auto;
    std::optional<std::uint32_t> metric, table;
    std::string vrf;
    std::vector<StaticRoute> routes;
    bool proxyArp = false;
    bool operator==(const Ip4Section&) const = default;
};

struct Ip6Section {
    bool enabled = true;
    std::string interfaceId; ///< "::1:2:3:4" or empty
    bool acceptRa = true;
    RoutePolicy defaultRoute = RoutePolicy::Auto;
    std::optional<std::uint32_t> metric;
    bool prefixDelegation = false;
    Duration wait = std::chrono::seconds(1);
    bool operator==(const Ip6Section&) const = default;
};

struct DnsSection {
    DnsMode mode = DnsMode::Peer;
    std::vector<std::string> servers, search;
    std::optional<bool> defaultRoute;
    std::optional<std::string> dnssec, overTls;
    DnsHandlerChoice handler = DnsHandlerChoice::Auto;
    bool operator==(const DnsSection&) const = default;
};

struct Backoff {
    Duration first;
    double factor;
    Duration cap;
    bool operator==(const Backoff&) const = default;
};

struct ReconnectSection {
    bool enabled = true;
    std::uint32_t authFailures = 3;
    double jitter = 0.2;
    Backoff lost{std::chrono::seconds(0), 2, std::chrono::seconds(60)};
    Backoff discovery{std::chrono::seconds(2), 2, std::chrono::seconds(120)};
    Backoff auth{std::chrono::seconds(15), 4, std::chrono::seconds(1800)};
    Backoff modem{std::chrono::seconds(30), 1.5, std::chrono::seconds(600)};
    bool operator==(const ReconnectSection&) const = default;
};

struct Profile {
    LinkType type = LinkType::Pppoe;
    bool autoconnect = false;
    std::int32_t priority = 100; ///< lower wins the default route
    std::optional<PppoeSection> pppoe;
    std::optional<SerialSection> serial;
    std::optional<L2tpSection> l2tp;
    AuthSection auth;
    PppSection ppp;
    Ip4Section ipv4;
    Ip6Section ipv6;
    DnsSection dns;
    bool mssClamp = true;
    ReconnectSection reconnect;
    Duration sessionLimit{0}; ///< 0: none
    std::string redialAt;     ///< "HH:MM" or empty
    Duration idleTimeout{0};
    bool onDemand = false;
    bool hooks = false;
    bool metered = false;
    std::string firewallZone, interfaceName;
    bool operator==(const Profile&) const = default;
};

/// One thing that is wrong with a profile.
struct Fault {
    std::string pointer; ///< RFC 6901 JSON pointer; empty: the whole document
    std::string text;    ///< what is wrong and what was expected
};

struct ParsedProfile {
    std::optional<Profile> profile; ///< present exactly where there are no faults
    std::vector<Fault> faults;
};

/// Reads and checks a whole profile; finds every fault, not only the first. Never throws on bad input.
/// `json` may have // comments; duplicate keys, unknown keys (the nearest known one is named), wrong types,
/// values out of range, sections of another type, more than limits::kProfileSize are faults.
ParsedProfile parseProfile(std::string_view json);

/// The faults as text, a line each: "/pppoe/interface: …".
std::string describe(const std::vector<Fault>& faults);

/// 1–64 of [A-Za-z0-9._-], not starting with a dot.
bool validName(std::string_view name);

std::string_view wire(LinkType type);
/// The MTU asked for: the profile's, or by type 1492, 1500, 1400. Bytes.
std::uint32_t effectiveMtu(const Profile& profile);
std::uint32_t effectiveMru(const Profile& profile);
/// What the link stands on: the Ethernet interface, the tty, the tunnel's server.
std::string device(const Profile& profile);

} // namespace ppp::core
