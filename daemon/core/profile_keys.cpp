// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of a profile's keys. A new key is a member in profile.hpp, a line here and an entry in the JSON
// Schema.
#include "core/profile_keys.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <optional>
#include <type_traits>

#include "core/limits.hpp"
#include "core/profile_faults.hpp"
#include "core/text.hpp"

namespace ppp::core {
namespace {

using Words = std::span<const std::string_view>;

void assign(bool& target, const KeyValue& value) {
    target = value.flag;
}
void assign(double& target, const KeyValue& value) {
    target = value.number;
}
void assign(Duration& target, const KeyValue& value) {
    target = value.time;
}
void assign(std::string& target, const KeyValue& value) {
    target = value.text;
}
void assign(std::vector<std::string>& target, const KeyValue& value) {
    target = value.texts;
}
void assign(std::vector<std::uint8_t>& target, const KeyValue& value) {
    target = value.codes;
}
void assign(std::vector<std::pair<std::string, std::string>>& target, const KeyValue& value) {
    target = value.pairs;
}
template <std::integral Whole> void assign(Whole& target, const KeyValue& value) {
    target = static_cast<Whole>(value.number);
}
template <typename Word>
requires std::is_enum_v<Word>
void assign(Word& target, const KeyValue& value) {
    target = static_cast<Word>(value.choice);
}
template <typename Inner> void assign(std::optional<Inner>& target, const KeyValue& value) {
    target.reset();
    if (!value.null) {
        assign(target.emplace(), value);
    }
}

template <typename Inner> Inner& opened(Inner& section) {
    return section;
}
template <typename Inner> Inner& opened(std::optional<Inner>& section) {
    return *section;
}
template <typename Inner> Inner& opened(std::vector<Inner>& sections) {
    return sections.back();
}

template <typename Outer, typename Member, typename... Rest>
auto& follow(Outer& outer, Member member, Rest... rest) {
    if constexpr (sizeof...(rest) == 0) {
        return outer.*member;
    } else {
        return follow(opened(outer.*member), rest...);
    }
}

/// Stores a value in the member that the path leads to; sections on the way have been opened.
template <auto... Path> void put(Profile& profile, const KeyValue& value) {
    assign(follow(profile, Path...), value);
}

template <auto... Path> void putLower(Profile& profile, const KeyValue& value) {
    std::string& target = follow(profile, Path...);
    target = value.text;
    for (char& c : target) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
}

template <auto... Path> void open(Profile& profile, const KeyValue&) {
    auto& section = follow(profile, Path...);
    using Section = std::remove_reference_t<decltype(section)>;
    if constexpr (requires { section.emplace_back(); }) {
        section.emplace_back();
    } else if constexpr (!std::is_aggregate_v<Section>) {
        section.emplace();
    }
}

constexpr Key section(std::string_view pointer, KeyStore store) {
    return {.pointer = pointer, .kind = KeyKind::Section, .store = store};
}
constexpr Key flag(std::string_view pointer, std::string_view standard, KeyStore store) {
    return {.pointer = pointer, .kind = KeyKind::Flag, .store = store, .standard = standard};
}
constexpr Key range(KeyKind kind, std::string_view pointer, double least, double most,
                    std::string_view standard, KeyStore store) {
    return {
        .pointer = pointer, .kind = kind, .store = store, .standard = standard, .least = least, .most = most};
}
constexpr Key integer(std::string_view pointer, double least, double most, std::string_view standard,
                      KeyStore store) {
    return range(KeyKind::Integer, pointer, least, most, standard, store);
}
constexpr Key number(std::string_view pointer, double least, double most, std::string_view standard,
                     KeyStore store) {
    return range(KeyKind::Number, pointer, least, most, standard, store);
}
constexpr Key time(std::string_view pointer, double least, double most, std::string_view standard,
                   KeyStore store) {
    return range(KeyKind::Time, pointer, least, most, standard, store);
}
constexpr Key wholeTime(std::string_view pointer, double least, double most, std::string_view standard,
                        KeyStore store) {
    return range(KeyKind::WholeTime, pointer, least, most, standard, store);
}
constexpr Key line(std::string_view pointer, std::size_t longest, const TextRule& rule, KeyStore store) {
    return {.pointer = pointer,
            .kind = KeyKind::Text,
            .store = store,
            .standard = "\"\"",
            .longest = longest,
            .rule = &rule};
}
constexpr Key lines(std::string_view pointer, double most, std::size_t longest, const TextRule& rule,
                    std::string_view standard, KeyStore store) {
    return {.pointer = pointer,
            .kind = KeyKind::Texts,
            .store = store,
            .standard = standard,
            .most = most,
            .longest = longest,
            .rule = &rule};
}
constexpr Key words(KeyKind kind, std::string_view pointer, Words choices, std::string_view standard,
                    KeyStore store) {
    return {.pointer = pointer, .kind = kind, .store = store, .standard = standard, .choices = choices};
}
constexpr Key choice(std::string_view pointer, Words choices, std::string_view standard, KeyStore store) {
    return words(KeyKind::Choice, pointer, choices, standard, store);
}
constexpr Key orNull(Key key) {
    key.nullable = true;
    if (key.standard.empty() || key.kind == KeyKind::Text) {
        key.standard = "null";
    }
    return key;
}
constexpr Key required(Key key) {
    key.required = true;
    key.standard = {};
    return key;
}
/// Of a required text: "" says something, too.
constexpr Key mayBeEmpty(Key key) {
    key.empty = true;
    return key;
}

// The words of an enum stand in the order of its values.
constexpr std::array<std::string_view, 3> kTypes{"pppoe", "serial", "l2tp"};
constexpr std::array<std::string_view, 3> kFlowControls{"rtscts", "xonxoff", "none"};
constexpr std::array<std::string_view, 3> kRoutePolicies{"auto", "always", "never"};
constexpr std::array<std::string_view, 4> kDnsModes{"peer", "static", "peer+static", "off"};
constexpr std::array<std::string_view, 5> kDnsHandlers{"auto", "resolved", "resolvconf", "file", "none"};

constexpr std::array<std::string_view, 5> kAuthMethods{"pap", "chap", "mschap", "mschapv2", "eap"};
constexpr std::array<std::string_view, 3> kCompressions{"off", "deflate", "bsd"};
constexpr std::array<std::string_view, 7> kMppeModes{"off",      "on",          "40",          "128",
                                                     "stateful", "40-stateful", "128-stateful"};
constexpr std::array<std::string_view, 3> kDnssecModes{"yes", "no", "allow-downgrade"}; // resolved.conf(5)
constexpr std::array<std::string_view, 3> kOverTlsModes{"yes", "no", "opportunistic"};

constexpr double kU32 = 4294967295.0;
constexpr double kDay = 86400;
constexpr double kYear = 365 * kDay;
constexpr std::size_t kTag = 255;     // bytes of a PPPoE tag's text that are accepted
constexpr std::size_t kPppName = 255; // bytes: RFC 1334, 2.2.1 and pppd's MAXNAMELEN
constexpr std::size_t kLine = 255;    // bytes of a modem's or login's line
constexpr double kLines = 32;
constexpr std::size_t kName = 15; // bytes: IFNAMSIZ less its terminator
constexpr std::size_t kMacText = 17;
constexpr double kLeastMtu = 128,
                 kMostMtu = 16384; // bytes: pppd's MINMRU and MAXMRU, for `mtu` and `mru` alike

using P = Profile;
using Eth = PppoeSection;
using Tty = SerialSection;
using Dial = DialSection;
using Tun = L2tpSection;
using Who = AuthSection;
using Lcp = PppSection;
using V4 = Ip4Section;
using V6 = Ip6Section;
using Dns = DnsSection;
using Again = ReconnectSection;

constexpr std::array kGeneral{
    required(choice("/type", kTypes, "", put<&P::type>)),
    flag("/autoconnect", "false", put<&P::autoconnect>),
    integer("/priority", 0, 65535, "100", put<&P::priority>),
    flag("/mss-clamp", "true", put<&P::mssClamp>),
    time("/session-limit", 0, kYear, "0", put<&P::sessionLimit>),
    line("/redial-at", 5, rules::kTimeOfDay, put<&P::redialAt>),
    wholeTime("/idle-timeout", 0, kYear, "0", put<&P::idleTimeout>),
    flag("/on-demand", "false", put<&P::onDemand>),
    flag("/hooks", "false", put<&P::hooks>),
    flag("/metered", "false", put<&P::metered>),
    line("/firewall-zone", 64, rules::kZone, put<&P::firewallZone>),
    line("/interface-name", kName, rules::kInterface, put<&P::interfaceName>),
};

constexpr std::array kPppoe{
    section("/pppoe", open<&P::pppoe>),
    required(line("/pppoe/interface", kName, rules::kInterface, put<&P::pppoe, &Eth::interface>)),
    orNull(integer("/pppoe/vlan", 1, 4094, "", put<&P::pppoe, &Eth::vlan>)),
    line("/pppoe/service", kTag, rules::kAnyText, put<&P::pppoe, &Eth::service>),
    line("/pppoe/access-concentrator", kTag, rules::kAnyText, put<&P::pppoe, &Eth::accessConcentrator>),
    line("/pppoe/access-concentrator-mac", kMacText, rules::kMac,
         putLower<&P::pppoe, &Eth::accessConcentratorMac>),
    line("/pppoe/host-uniq", 128, rules::kHostUniq, put<&P::pppoe, &Eth::hostUniq>),
    line("/pppoe/clone-mac", kMacText, rules::kMac, putLower<&P::pppoe, &Eth::cloneMac>),
    time("/pppoe/discovery-timeout", 1, 600, "15", put<&P::pppoe, &Eth::discoveryTimeout>),
};

constexpr std::array kSerial{
    section("/serial", open<&P::serial>),
    required(line("/serial/device", 255, rules::kTtyDevice, put<&P::serial, &Tty::device>)),
    integer("/serial/speed", 50, 12000000, "115200", put<&P::serial, &Tty::speed>),
    choice("/serial/flow-control", kFlowControls, "\"rtscts\"", put<&P::serial, &Tty::flowControl>),
    flag("/serial/modem-lines", "true", put<&P::serial, &Tty::modemLines>),
    lines("/serial/hangup", kLines, kLine, rules::kAnyText, R"(["+++", "ATH"])",
          put<&P::serial, &Tty::hangup>),
    section("/serial/dial", open<&P::serial, &Tty::dial>),
    mayBeEmpty(required(
        line("/serial/dial/number", 128, rules::kPhoneNumber, put<&P::serial, &Tty::dial, &Dial::number>))),
    lines("/serial/dial/init", kLines, kLine, rules::kAnyText, R"(["ATZ"])",
          put<&P::serial, &Tty::dial, &Dial::init>),
    Key{.pointer = "/serial/dial/login",
        .kind = KeyKind::Pairs,
        .store = put<&P::serial, &Tty::dial, &Dial::login>,
        .standard = "[]",
        .most = kLines,
        .longest = kLine},
    time("/serial/dial/timeout", 1, 600, "60", put<&P::serial, &Tty::dial, &Dial::timeout>),
};

constexpr std::array kL2tp{
    section("/l2tp", open<&P::l2tp>),
    required(line("/l2tp/server", 253, rules::kServer, put<&P::l2tp, &Tun::server>)),
    integer("/l2tp/port", 1, 65535, "1701", put<&P::l2tp, &Tun::port>),
    line("/l2tp/hostname", 253, rules::kHostName, put<&P::l2tp, &Tun::hostname>),
    time("/l2tp/hello-interval", 0, kDay, "60", put<&P::l2tp, &Tun::helloInterval>),
    flag("/l2tp/require-ipsec", "false", put<&P::l2tp, &Tun::requireIpsec>),
};

constexpr std::array kAuth{
    section("/auth", open<&P::auth>),
    line("/auth/user", kPppName, rules::kAnyText, put<&P::auth, &Who::user>),
    words(KeyKind::Choices, "/auth/refuse", kAuthMethods, "[]", put<&P::auth, &Who::refuse>),
    words(KeyKind::Choices, "/auth/require", kAuthMethods, "[]", put<&P::auth, &Who::require>),
    line("/auth/remote-name", kPppName, rules::kAnyText, put<&P::auth, &Who::remoteName>),
    flag("/auth/allow-empty-password", "false", put<&P::auth, &Who::allowEmptyPassword>),
};

constexpr std::array kPpp{
    section("/ppp", open<&P::ppp>),
    orNull(integer("/ppp/mru", kLeastMtu, kMostMtu, "", put<&P::ppp, &Lcp::mru>)),
    orNull(integer("/ppp/mtu", kLeastMtu, kMostMtu, "", put<&P::ppp, &Lcp::mtu>)),
    wholeTime("/ppp/lcp-echo-interval", 0, 3600, "10", put<&P::ppp, &Lcp::lcpEchoInterval>),
    integer("/ppp/lcp-echo-failure", 0, 255, "3", put<&P::ppp, &Lcp::lcpEchoFailure>),
    Key{.pointer = "/ppp/asyncmap",
        .kind = KeyKind::Mask,
        .store = put<&P::ppp, &Lcp::asyncmap>,
        .standard = R"("0x0")",
        .most = kU32},
    Key{.pointer = "/ppp/escape",
        .kind = KeyKind::Codes,
        .store = put<&P::ppp, &Lcp::escape>,
        .standard = "[]",
        .most = 255},
    orNull(flag("/ppp/vj", "", put<&P::ppp, &Lcp::vj>)),
    choice("/ppp/compression", kCompressions, R"("off")", put<&P::ppp, &Lcp::compression>),
    orNull(flag("/ppp/accomp", "", put<&P::ppp, &Lcp::accomp>)),
    orNull(flag("/ppp/pcomp", "", put<&P::ppp, &Lcp::pcomp>)),
    choice("/ppp/mppe", kMppeModes, R"("off")", put<&P::ppp, &Lcp::mppe>),
    flag("/ppp/passive", "false", put<&P::ppp, &Lcp::passive>),
    flag("/ppp/silent", "false", put<&P::ppp, &Lcp::silent>),
    flag("/ppp/debug", "false", put<&P::ppp, &Lcp::debug>),
    section("/ppp/restart", open<&P::ppp>),
    integer("/ppp/restart/lcp", 1, 60, "3", put<&P::ppp, &Lcp::restartLcp>),
    integer("/ppp/restart/ipcp", 1, 60, "3", put<&P::ppp, &Lcp::restartIpcp>),
    lines("/ppp/extra-options", 128, 1024, rules::kAnyText, "[]", put<&P::ppp, &Lcp::extraOptions>),
};

constexpr std::array kIpv4{
    section("/ipv4", open<&P::ipv4>),
    flag("/ipv4/enabled", "true", put<&P::ipv4, &V4::enabled>),
    line("/ipv4/local", 15, rules::kIp4Address, put<&P::ipv4, &V4::local>),
    line("/ipv4/peer", 15, rules::kIp4Address, put<&P::ipv4, &V4::peer>),
    flag("/ipv4/accept-local", "true", put<&P::ipv4, &V4::acceptLocal>),
    flag("/ipv4/accept-peer", "true", put<&P::ipv4, &V4::acceptPeer>),
    choice("/ipv4/default-route", kRoutePolicies, R"("auto")", put<&P::ipv4, &V4::defaultRoute>),
    orNull(integer("/ipv4/metric", 0, kU32, "", put<&P::ipv4, &V4::metric>)),
    orNull(integer("/ipv4/table", 1, kU32, "", put<&P::ipv4, &V4::table>)),
    line("/ipv4/vrf", kName, rules::kInterface, put<&P::ipv4, &V4::vrf>),
    Key{.pointer = "/ipv4/routes",
        .kind = KeyKind::Sections,
        .store = open<&P::ipv4, &V4::routes>,
        .standard = "[]",
        .most = 256},
    required(line("/ipv4/routes/*/to", 49, rules::kPrefix, put<&P::ipv4, &V4::routes, &StaticRoute::to>)),
    line("/ipv4/routes/*/via", 45, rules::kGateway, put<&P::ipv4, &V4::routes, &StaticRoute::via>),
    orNull(integer("/ipv4/routes/*/metric", 0, kU32, "", put<&P::ipv4, &V4::routes, &StaticRoute::metric>)),
    flag("/ipv4/proxy-arp", "false", put<&P::ipv4, &V4::proxyArp>),
};

constexpr std::array kIpv6{
    section("/ipv6", open<&P::ipv6>),
    flag("/ipv6/enabled", "true", put<&P::ipv6, &V6::enabled>),
    line("/ipv6/interface-id", 39, rules::kInterfaceId, put<&P::ipv6, &V6::interfaceId>),
    flag("/ipv6/accept-ra", "true", put<&P::ipv6, &V6::acceptRa>),
    choice("/ipv6/default-route", kRoutePolicies, R"("auto")", put<&P::ipv6, &V6::defaultRoute>),
    orNull(integer("/ipv6/metric", 0, kU32, "", put<&P::ipv6, &V6::metric>)),
    flag("/ipv6/prefix-delegation", "false", put<&P::ipv6, &V6::prefixDelegation>),
    time("/ipv6/wait", 0, 60, "1", put<&P::ipv6, &V6::wait>),
};

constexpr std::array kDns{
    section("/dns", open<&P::dns>),
    choice("/dns/mode", kDnsModes, R"("peer")", put<&P::dns, &Dns::mode>),
    lines("/dns/servers", limits::kDnsServers, 45, rules::kDnsServer, "[]", put<&P::dns, &Dns::servers>),
    lines("/dns/search", 32, 254, rules::kSearchDomain, "[]", put<&P::dns, &Dns::search>),
    orNull(flag("/dns/default-route", "", put<&P::dns, &Dns::defaultRoute>)),
    orNull(choice("/dns/dnssec", kDnssecModes, "", put<&P::dns, &Dns::dnssec>)),
    orNull(choice("/dns/over-tls", kOverTlsModes, "", put<&P::dns, &Dns::overTls>)),
    choice("/dns/handler", kDnsHandlers, R"("auto")", put<&P::dns, &Dns::handler>),
};

constexpr std::array kReconnect{
    section("/reconnect", open<&P::reconnect>),
    flag("/reconnect/enabled", "true", put<&P::reconnect, &Again::enabled>),
    integer("/reconnect/auth-failures", 0, 1000, "3", put<&P::reconnect, &Again::authFailures>),
    number("/reconnect/jitter", 0, 1, "0.2", put<&P::reconnect, &Again::jitter>),
    section("/reconnect/lost", open<&P::reconnect, &Again::lost>),
    time("/reconnect/lost/first", 0, kDay, "0", put<&P::reconnect, &Again::lost, &Backoff::first>),
    number("/reconnect/lost/factor", 1, 10, "2", put<&P::reconnect, &Again::lost, &Backoff::factor>),
    time("/reconnect/lost/cap", 0, 7 * kDay, "60", put<&P::reconnect, &Again::lost, &Backoff::cap>),
    section("/reconnect/discovery", open<&P::reconnect, &Again::discovery>),
    time("/reconnect/discovery/first", 0, kDay, "2", put<&P::reconnect, &Again::discovery, &Backoff::first>),
    number("/reconnect/discovery/factor", 1, 10, "2",
           put<&P::reconnect, &Again::discovery, &Backoff::factor>),
    time("/reconnect/discovery/cap", 0, 7 * kDay, "120",
         put<&P::reconnect, &Again::discovery, &Backoff::cap>),
    section("/reconnect/auth", open<&P::reconnect, &Again::auth>),
    time("/reconnect/auth/first", 0, kDay, "15", put<&P::reconnect, &Again::auth, &Backoff::first>),
    number("/reconnect/auth/factor", 1, 10, "4", put<&P::reconnect, &Again::auth, &Backoff::factor>),
    time("/reconnect/auth/cap", 0, 7 * kDay, "1800", put<&P::reconnect, &Again::auth, &Backoff::cap>),
    section("/reconnect/modem", open<&P::reconnect, &Again::modem>),
    time("/reconnect/modem/first", 0, kDay, "30", put<&P::reconnect, &Again::modem, &Backoff::first>),
    number("/reconnect/modem/factor", 1, 10, "1.5", put<&P::reconnect, &Again::modem, &Backoff::factor>),
    time("/reconnect/modem/cap", 0, 7 * kDay, "600", put<&P::reconnect, &Again::modem, &Backoff::cap>),
};

template <std::size_t... Sizes> constexpr auto joined(const std::array<Key, Sizes>&... parts) {
    std::array<Key, (Sizes + ...)> all{};
    std::size_t at = 0;
    const auto append = [&](const auto& part) {
        for (const Key& key : part) {
            all[at++] = key;
        }
    };
    (append(parts), ...);
    return all;
}

constexpr auto kKeys = joined(kGeneral, kPppoe, kSerial, kL2tp, kAuth, kPpp, kIpv4, kIpv6, kDns, kReconnect);

std::string plain(double value) {
    std::ostringstream out;
    out.precision(12);
    out << value;
    return out.str();
}

std::string withinRange(const Key& key, std::string_view what) {
    return text::cat(what, plain(key.least), " to ", plain(key.most));
}

} // namespace

std::string expectation(const Key& key) {
    switch (key.kind) {
    case KeyKind::Section:
        return "an object";
    case KeyKind::Sections:
        return text::cat("a list of at most ", plain(key.most), " objects");
    case KeyKind::Flag:
        return "true or false";
    case KeyKind::Integer:
        return withinRange(key, "");
    case KeyKind::Number:
        return withinRange(key, "a number from ");
    case KeyKind::Time:
        return withinRange(key, R"(seconds, or text such as "90s" or "1h30m", from )") + " s";
    case KeyKind::WholeTime:
        return withinRange(key, R"(whole seconds, or text such as "90s" or "1h30m", from )") + " s";
    case KeyKind::Text:
        return std::string(key.rule->expected);
    case KeyKind::Choice:
        return alternatives(key.choices);
    case KeyKind::Texts:
        return text::cat("a list of at most ", plain(key.most), " texts");
    case KeyKind::Choices:
        return text::cat("a list of ", alternatives(key.choices));
    case KeyKind::Mask:
        return "32 bits: an integer, or hex digits such as \"0xa0000\"";
    case KeyKind::Codes:
        return "a list of bytes: integers from 0 to 255, or hex digits such as \"0x11\"";
    case KeyKind::Pairs:
        return text::cat("a list of at most ", plain(key.most), R"( pairs such as ["ogin:", "alice"])");
    }
    return {};
}

std::span<const Key> profileKeys() {
    return kKeys;
}

const Key* findKey(std::string_view pointer) {
    const auto found =
        std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& key) { return key.pointer == pointer; });
    return found == kKeys.end() ? nullptr : &*found;
}

} // namespace ppp::core
