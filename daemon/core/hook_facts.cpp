// SPDX-License-Identifier: LGPL-2.1-or-later
// Two tables: pppd's and Debian's variables, and the dispatcher's.
#include "core/hook_facts.hpp"

#include <algorithm>

#include "core/address_text.hpp"
#include "core/handover_dns.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr std::size_t kValue = 255; // bytes
constexpr const char* kPath = "PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

using Words = std::vector<std::string>;

/// What pppd would have been given to dial on.
std::string lineOf(const Profile& profile) {
    const bool vlan = profile.pppoe && profile.pppoe->vlan;
    return device(profile) + (vlan ? "." + std::to_string(*profile.pppoe->vlan) : "");
}

std::string speedOf(const Profile& profile) {
    return profile.serial ? std::to_string(profile.serial->speed) : "0";
}

/// The kernel's number of a link that has its first name; empty where it was given another.
std::string unitOf(const std::string& interface) {
    constexpr std::string_view kFirst = "ppp";
    const std::string number = interface.starts_with(kFirst) ? interface.substr(kFirst.size()) : "";
    return number.find_first_not_of("0123456789") == std::string::npos ? number : "";
}

void add(Words& environment, const std::string& name, const std::string& value) {
    environment.push_back(variable(name, value));
}

void addKnown(Words& environment, const std::string& name, const std::string& value) {
    if (!value.empty()) {
        add(environment, name, value);
    }
}

/// As pppd, which keeps what one protocol has brought for the scripts of the other.
Words pppEnvironment(const std::string& connection, const Profile& profile, const LinkFacts& facts,
                     const std::string& interface) {
    Words out{kPath};
    add(out, "DEVICE", lineOf(profile));
    add(out, "IFNAME", interface);
    add(out, "SPEED", speedOf(profile));
    add(out, "ORIG_UID", "0");
    add(out, "PPPLOGNAME", "root");
    add(out, "LINKNAME", connection);
    add(out, "CALL_FILE", connection);
    addKnown(out, "UNIT", unitOf(interface));
    addKnown(out, "PPPD_PID", facts.pppdPid == 0 ? "" : std::to_string(facts.pppdPid));
    addKnown(out, "PEERNAME", facts.peerName);
    if (facts.session) {
        add(out, "MACREMOTE", showMac(facts.session->peer));
        add(out, "REMOTENUMBER", showMac(facts.session->peer));                       // pppd 2.5.2
        addKnown(out, "ACNAME", text::harmless(facts.session->concentrator, kValue)); // pppd 2.5.1
    }
    if (facts.ip4) {
        add(out, "IPLOCAL", showAddress(facts.ip4->local));
        add(out, "IPREMOTE", showAddress(facts.ip4->peer));
        for (std::size_t i = 0; i < std::min<std::size_t>(facts.ip4->dns.size(), 2); ++i) {
            add(out, text::cat("DNS", i + 1), showAddress(facts.ip4->dns[i]));
        }
    }
    if (facts.ip6) {
        add(out, "LLLOCAL", showLinkLocal(facts.ip6->localId));
        add(out, "LLREMOTE", showLinkLocal(facts.ip6->peerId));
    }
    return out;
}

/// What Debian's /etc/ppp/ip-up makes of its arguments before it calls run-parts.
void addDebians(Words& environment, const Words& arguments) {
    constexpr const char* kNames[] = {"PPP_IFACE", "PPP_TTY",    "PPP_SPEED",
                                      "PPP_LOCAL", "PPP_REMOTE", "PPP_IPPARAM"};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        add(environment, kNames[i], arguments[i]);
    }
    const std::string& tty = arguments[1];
    add(environment, "PPP_TTYNAME", tty.substr(tty.rfind('/') + 1));
}

HookDebt debtOf(const std::string& connection, const Profile& profile, const LinkFacts& facts,
                const std::string& interface, const std::string& local, const std::string& peer) {
    HookDebt debt;
    const std::string name = text::harmless(interface, kValue);
    debt.arguments = {name, lineOf(profile), speedOf(profile), local, peer, connection};
    debt.environment = pppEnvironment(connection, profile, facts, name);
    addDebians(debt.environment, debt.arguments);
    return debt;
}

std::string joined(const Words& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

/// As many whole words as a value holds.
std::string listed(const Words& words) {
    Words fit;
    for (const std::string& word : words) {
        fit.push_back(word);
        if (joined(fit).size() > kValue) {
            fit.pop_back();
            break;
        }
    }
    return joined(fit);
}

std::string_view nameOf(const std::string& variable) {
    return std::string_view(variable).substr(0, variable.find('='));
}

} // namespace

std::string variable(const std::string& name, const std::string& value) {
    return name + '=' + text::harmless(value, kValue);
}

HookDebt debtOfIp4(const std::string& connection, const Profile& profile, const LinkFacts& facts) {
    const engine::Ip4Up& ip4 = *facts.ip4;
    HookDebt debt =
        debtOf(connection, profile, facts, ip4.interface, showAddress(ip4.local), showAddress(ip4.peer));
    debt.interface = ip4.index;
    debt.key = text::cat(ip4.index, ' ', showAddress(ip4.local), ' ', showAddress(ip4.peer));
    return debt;
}

HookDebt debtOfIp6(const std::string& connection, const Profile& profile, const LinkFacts& facts) {
    const engine::Ip6Up& ip6 = *facts.ip6;
    const std::string local = showLinkLocal(ip6.localId);
    const std::string peer = showLinkLocal(ip6.peerId);
    HookDebt debt = debtOf(connection, profile, facts, ip6.interface, local, peer);
    debt.interface = ip6.index;
    debt.key = text::cat(ip6.index, ' ', local, ' ', peer);
    return debt;
}

HookDebt debtOfLink(const std::string& connection, const Profile& profile, const LinkFacts& facts) {
    HookDebt debt;
    Words& out = debt.environment;
    out = {kPath};
    add(out, "PPP_CONNECTION", connection);
    add(out, "PPP_TYPE", std::string(wire(profile.type)));
    add(out, "PPP_DEVICE", device(profile));
    add(out, "PPP_INTERFACE", facts.ip4 ? facts.ip4->interface : facts.ip6->interface);
    add(out, "PPP_MTU", std::to_string(facts.ip4 ? facts.ip4->mtu : facts.ip6->mtu));
    if (facts.ip4) {
        add(out, "PPP_LOCAL_ADDRESS", showAddress(facts.ip4->local));
        add(out, "PPP_PEER_ADDRESS", showAddress(facts.ip4->peer));
    }
    if (facts.ip6) {
        add(out, "PPP_LOCAL_ADDRESS6", showLinkLocal(facts.ip6->localId));
        add(out, "PPP_PEER_ADDRESS6", showLinkLocal(facts.ip6->peerId));
        addKnown(out, "PPP_ADDRESSES6", listed(facts.addresses6));
        addKnown(out, "PPP_DELEGATED_PREFIXES", listed(facts.prefixes6));
    }
    if (const auto dns = planDns(profile, facts)) {
        add(out, "PPP_DNS_SERVERS", listed(dns->servers));
    }
    debt.interface = facts.ip4 ? facts.ip4->index : facts.ip6->index;
    debt.key = joined(out);
    return debt;
}

Words endVariables(const HookDebt& debt, BootTime now, const std::optional<LinkCounters>& counters) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - debt.since).count();
    const auto since = [](std::uint64_t all, std::uint64_t before) {
        return all > before ? all - before : 0;
    };
    const LinkCounters all = counters.value_or(LinkCounters{});
    return {text::cat("CONNECT_TIME=", seconds), text::cat("BYTES_SENT=", since(all.txBytes, debt.sent)),
            text::cat("BYTES_RCVD=", since(all.rxBytes, debt.received))};
}

void tellDispatcher(HookOrder& order, const HookDebt& debt, const std::string& event,
                    const HookDebt* previous) {
    constexpr std::string_view kPrefix = "PPP_";
    order.folder = hooks::kDispatcher;
    order.environment = debt.environment;
    add(order.environment, "PPP_EVENT", event);
    for (const std::string& old : previous != nullptr ? previous->environment : Words{}) {
        const auto& now = debt.environment;
        if (old.starts_with(kPrefix) && std::find(now.begin(), now.end(), old) == now.end()) {
            order.environment.push_back("PPP_PREVIOUS_" + old.substr(kPrefix.size()));
        }
    }
    const auto interface = std::find_if(debt.environment.begin(), debt.environment.end(),
                                        [](const auto& one) { return nameOf(one) == "PPP_INTERFACE"; });
    const auto connection = std::find_if(debt.environment.begin(), debt.environment.end(),
                                         [](const auto& one) { return nameOf(one) == "PPP_CONNECTION"; });
    const auto value = [&](const auto& at) {
        return at == debt.environment.end() ? std::string() : at->substr(at->find('=') + 1);
    };
    order.arguments = {event, value(connection), value(interface)};
}

} // namespace ppp::core
