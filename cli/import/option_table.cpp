// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of each option of pppd(8), 2.4.9 to 2.5.x, that has a key in a profile or no use in one. The
// rest is in core's tables: those that are passed on, and those that are refused with a reason.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>

#include "cli/import/options_taker.hpp"
#include "core/pppd_options.hpp"
#include "core/text.hpp"

namespace ppp::cli::import {
namespace {

using Json = nlohmann::ordered_json;
using core::text::cat;
using Handler = void (*)(OptionsTaker& taker, const Option& option);

// ---- plain ones: an option, a key, a value

struct Flag {
    std::string_view name, pointer, value; ///< value: JSON
};
constexpr std::array kFlags{
    Flag{"noaccomp", "/ppp/accomp", "false"},
    Flag{"-ac", "/ppp/accomp", "false"},
    Flag{"nopcomp", "/ppp/pcomp", "false"},
    Flag{"-pc", "/ppp/pcomp", "false"},
    Flag{"novj", "/ppp/vj", "false"},
    Flag{"-vj", "/ppp/vj", "false"},
    Flag{"passive", "/ppp/passive", "true"},
    Flag{"-p", "/ppp/passive", "true"},
    Flag{"silent", "/ppp/silent", "true"},
    Flag{"-s", "/ppp/silent", "true"},
    Flag{"debug", "/ppp/debug", "true"},
    Flag{"-d", "/ppp/debug", "true"},
    Flag{"noip", "/ipv4/enabled", "false"},
    Flag{"-ip", "/ipv4/enabled", "false"},
    Flag{"nodefaultroute", "/ipv4/default-route", "\"never\""},
    Flag{"-defaultroute", "/ipv4/default-route", "\"never\""},
    Flag{"noreplacedefaultroute", "/ipv4/default-route", "\"auto\""},
    Flag{"defaultroute6", "/ipv6/default-route", "\"auto\""},
    Flag{"-defaultroute6", "/ipv6/default-route", "\"never\""},
    Flag{"nodefaultroute6", "/ipv6/default-route", "\"never\""},
    Flag{"proxyarp", "/ipv4/proxy-arp", "true"},
    Flag{"noproxyarp", "/ipv4/proxy-arp", "false"},
    Flag{"-proxyarp", "/ipv4/proxy-arp", "false"},
    Flag{"+ipv6", "/ipv6/enabled", "true"},
    Flag{"noipv6", "/ipv6/enabled", "false"},
    Flag{"-ipv6", "/ipv6/enabled", "false"},
    Flag{"crtscts", "/serial/flow-control", "\"rtscts\""},
    Flag{"nocrtscts", "/serial/flow-control", "\"none\""},
    Flag{"-crtscts", "/serial/flow-control", "\"none\""},
    Flag{"nocdtrcts", "/serial/flow-control", "\"none\""},
    Flag{"xonxoff", "/serial/flow-control", "\"xonxoff\""},
    Flag{"modem", "/serial/modem-lines", "true"},
    Flag{"local", "/serial/modem-lines", "false"},
    Flag{"require-mppe", "/ppp/mppe", "\"on\""},
    Flag{"+mppe", "/ppp/mppe", "\"on\""},
    Flag{"require-mppe-40", "/ppp/mppe", "\"40\""},
    Flag{"+mppe-40", "/ppp/mppe", "\"40\""},
    Flag{"require-mppe-128", "/ppp/mppe", "\"128\""},
    Flag{"+mppe-128", "/ppp/mppe", "\"128\""},
    Flag{"nomppe", "/ppp/mppe", "\"off\""},
    Flag{"-mppe", "/ppp/mppe", "\"off\""},
};

enum class As { Number, Text };
struct Value {
    std::string_view name, pointer;
    As as;
};
constexpr std::array kValues{
    Value{"mtu", "/ppp/mtu", As::Number},
    Value{"mru", "/ppp/mru", As::Number},
    Value{"lcp-echo-interval", "/ppp/lcp-echo-interval", As::Number},
    Value{"lcp-echo-failure", "/ppp/lcp-echo-failure", As::Number},
    Value{"lcp-restart", "/ppp/restart/lcp", As::Number},
    Value{"ipcp-restart", "/ppp/restart/ipcp", As::Number},
    Value{"idle", "/idle-timeout", As::Number},
    Value{"defaultroute-metric", "/ipv4/metric", As::Number},
    Value{"defaultroute6-metric", "/ipv6/metric", As::Number},
    Value{"remotename", "/auth/remote-name", As::Text},
    Value{"ifname", "/interface-name", As::Text},
    Value{"vrf", "/ipv4/vrf", As::Text},
    Value{"pppoe-service", "/pppoe/service", As::Text},
    Value{"rp_pppoe_service", "/pppoe/service", As::Text},
    Value{"pppoe-ac", "/pppoe/access-concentrator", As::Text},
    Value{"rp_pppoe_ac", "/pppoe/access-concentrator", As::Text},
    Value{"pppoe-mac", "/pppoe/access-concentrator-mac", As::Text},
    Value{"pppoe-host-uniq", "/pppoe/host-uniq", As::Text},
    Value{"host-uniq", "/pppoe/host-uniq", As::Text},
};

struct Known {
    std::string_view name, why;
};
constexpr std::string_view kDaemon = "the daemon sees to it";
constexpr std::string_view kLog = "pppd's log goes to the journal; see it with `pppctl log`";
constexpr std::string_view kNoCompression = "compression of data is off unless /ppp/compression is set";
/// What happens anyway, or makes no difference.
constexpr std::array kStandard{
    Known{"nodetach", kDaemon},
    Known{"-detach", kDaemon},
    Known{"updetach", kDaemon},
    Known{"up_sdnotify", kDaemon},
    Known{"lock", kDaemon},
    Known{"nolock", kDaemon},
    Known{"connect-delay", kDaemon},
    Known{"child-timeout", kDaemon},
    Known{"noresolvconf", "pppd writes no resolv.conf; see /dns"},
    Known{"noipdefault", "the machine's own address is never proposed"},
    Known{"hide-password", "passwords are in no log"},
    Known{"nomultilink", "multilink is never used"},
    Known{"nomp", "multilink is never used"},
    Known{"-mp", "multilink is never used"},
    Known{"nompshortseq", "multilink is never used"},
    Known{"noipx", "IPX is never used"},
    Known{"-ipx", "IPX is never used"},
    Known{"noktune", "settings of the machine stay as they are"},
    Known{"nobsdcomp", kNoCompression},
    Known{"-bsdcomp", kNoCompression},
    Known{"nodeflate", kNoCompression},
    Known{"-deflate", kNoCompression},
    Known{"nodeflatedraft", kNoCompression},
    Known{"nopredictor1", kNoCompression},
    Known{"-predictor1", kNoCompression},
    Known{"noccp", kNoCompression},
    Known{"-ccp", kNoCompression},
    Known{"nolog", kLog},
    Known{"nologfd", kLog},
    Known{"logfd", kLog},
    Known{"logfile", kLog},
    Known{"dump", kLog},
    Known{"pppoe-verbose", kLog},
    Known{"rp_pppoe_verbose", kLog},
};
/// Short forms of options that are passed on by their long names.
constexpr std::array kShort{
    Known{"-vjccomp", "novjccomp"}, Known{"-am", "default-asyncmap"}, Known{"-mn", "nomagic"},
    Known{"-mru", "default-mru"},   Known{"-as", "asyncmap"},         Known{"-ecp", "noecp"},
};

/// Of those that core refuses the ones with an argument, families by their beginning.
constexpr auto kOneArgument = std::to_array<std::string_view>({
    "plugin",
    "file",
    "call",
    "connect",
    "disconnect",
    "init",
    "welcome",
    "pty",
    "record",
    "socket",
    "ip-up-script",
    "ip-down-script",
    "ip-pre-up-script",
    "ipv6-up-script",
    "ipv6-down-script",
    "auth-up-script",
    "auth-down-script",
    "net-init-script",
    "net-pre-up-script",
    "net-down-script",
    "set",
    "unset",
    "password",
    "passwordfd",
    "passprompt",
    "+ua",
    "pap-secrets",
    "chap-secrets",
    "ca",
    "capath",
    "cert",
    "key",
    "crl",
    "crl-dir",
    "pkcs12",
    "max-tls-version",
    "tls-verify-method",
    "lcp-rtt-file",
    "user",
    "name",
    "asyncmap",
    "escape",
    "ipv6",
    "maxconnect",
    "holdoff",
    "maxfail",
    "unit",
    "pppoe-padi-timeout",
    "pppoe-padi-attempts",
    "linkname",
    "ipparam",
    "connect-delay",
    "child-timeout",
    "domain",
    "pppoe-sess",
    "rp_pppoe_sess",
    "pppoe-verbose",
    "rp_pppoe_verbose",
    "logfile",
    "logfd",
    "ms-dns",
    "ms-wins",
    "privgroup",
    "allow-ip",
    "allow-number",
    "remotenumber",
    "srp-interval",

    "callback",
    "bundle",
    "endpoint",
    "mrru",
    "maxoctets",
    "mo",
    "mo-direction",
    "mo-timeout",
    "datarate",
    "-as",
    "mppe",
    "ipx-network",
    "ipx-node",
    "ipx-routing",
    "ipx-router-name",
    "ipxcp-restart",
    "ipxcp-max-configure",
    "ipxcp-max-failure",
    "ipxcp-max-terminate",
    "pppol2tp_lns_mode",
    "pppol2tp",
    "ms-dns1",
    "ms-dns2",
    "minconnect",
});

template <typename Rows> const auto* find(const Rows& rows, std::string_view name) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == name; });
    return row == rows.end() ? nullptr : &*row;
}

/// As pppd reads one: decimal, 0x hexadecimal, 0 octal.
Json numberOf(const std::string& word) {
    char* end = nullptr;
    errno = 0;
    const long long value = std::strtoll(word.c_str(), &end, 0);
    const bool whole = !word.empty() && *end == '\0' && errno == 0 && end == word.c_str() + word.size();
    return whole ? Json(value) : Json(word);
}

std::string hexadecimal(unsigned long value) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
    return "0x" + std::string(digits.data(), end);
}

void takeMask(OptionsTaker& taker, const Option& option) {
    const std::string& word = option.argument();
    char* end = nullptr;
    const unsigned long value = std::strtoul(word.c_str(), &end, 16); // pppd's own base here
    taker.set(option, "/ppp/asyncmap", !word.empty() && *end == '\0' ? Json(hexadecimal(value)) : Json(word));
}

void takeEscape(OptionsTaker& taker, const Option& option) {
    Json codes = Json::array();
    std::string_view rest = option.argument();
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        codes.push_back(std::string(trim(rest.substr(0, comma))));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    taker.set(option, "/ppp/escape", codes);
}

// ---- who is who

void takeUser(OptionsTaker& taker, const Option& option) {
    taker.seen.user = true;
    taker.set(option, "/auth/user", option.argument());
}

void takeName(OptionsTaker& taker, const Option& option) {
    if (taker.seen.user) {
        return taker.note(option, Verdict::Default, "`user` says whom the peer is told");
    }
    taker.set(option, "/auth/user", option.argument());
}

void takePassword(OptionsTaker& taker, const Option& option) {
    taker.note(option, Verdict::Taken, "the secret `password`");
    taker.connection().keep("password", option.argument());
}

/// The old way: user and password on two lines of a file.
void takeUserFile(OptionsTaker& taker, const Option& option) {
    const Reading reading = taker.reader()(option.argument());
    if (!reading.text) {
        return taker.notTaken(option, cat(option.argument(), ": ", reading.trouble));
    }
    const std::string_view text = *reading.text;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view rest = text.substr(std::min(end + 1, text.size()));
    takeUser(taker, {option.place, option.name, {std::string(trim(text.substr(0, end)))}});
    taker.note(option, Verdict::Taken, "the secret `password`");
    taker.connection().keep("password", rest.substr(0, rest.find_first_of("\r\n")));
}

void takeSecretsFile(OptionsTaker& taker, const Option& option) {
    (option.name == "chap-secrets" ? taker.seen.chapSecrets : taker.seen.papSecrets) = option.argument();
    taker.note(option, Verdict::Taken, "the password is looked up there");
}

void takeAuth(OptionsTaker& taker, const Option& option) {
    taker.seen.auth = option;
}

void takeNoAuth(OptionsTaker& taker, const Option& option) {
    if (taker.seen.auth) {
        taker.note(*taker.seen.auth, Verdict::NotTaken,
                   cat("overridden in line ", option.place.line, " of ", option.place.file));
        taker.seen.auth.reset();
    }
    taker.note(option, Verdict::Default, "the peer has to prove nothing unless /auth/require says so");
}

/// refuse-pap, -pap, require-chap, +chap, …; false: it is no such option.
bool takeMethod(OptionsTaker& taker, const Option& option) {
    std::string_view name = option.name;
    const bool refuse = name.starts_with("refuse-") || name.starts_with('-');
    if (!refuse && !name.starts_with("require-") && !name.starts_with('+')) {
        return false;
    }
    name.remove_prefix(name.starts_with("refuse-") ? 7 : name.starts_with("require-") ? 8 : 1);
    constexpr std::array kMethods{Known{"pap", "pap"}, Known{"chap", "chap"}, Known{"mschap", "mschap"},
                                  Known{"mschap-v2", "mschapv2"}, Known{"eap", "eap"}};
    const Known* const method = find(kMethods, name);
    if (method == nullptr) {
        return false;
    }
    const char* pointer = refuse ? "/auth/refuse" : "/auth/require";
    if (!refuse && method->why == "eap") {
        taker.notTaken(option, "EAP cannot be asked of the peer");
        return true;
    }
    taker.connection().append(pointer, method->why);
    taker.note(option, Verdict::Taken, pointer);
    return true;
}

// ---- what the link stands on

void takePlugin(OptionsTaker& taker, const Option& option) {
    const std::string& path = option.argument();
    const std::string file = path.substr(path.rfind('/') + 1);
    if (file == "rp-pppoe.so" || file == "pppoe.so" || file == "rp-pppoe" || file == "pppoe" ||
        file == "libpppoe.so" || file == "kernel-pppoe.so") {
        taker.seen.pppoePlugin = true;
        return taker.note(option, Verdict::Taken, "/type: pppoe");
    }
    if (file == "pppoatm.so") {
        taker.seen.troubles.emplace_back("PPP over ATM is not supported");
    }
    taker.notTaken(option, "plugins are chosen by the daemon");
}

void takeFile(OptionsTaker& taker, const Option& option) {
    taker.include(option, option.argument());
}

void takeCall(OptionsTaker& taker, const Option& option) {
    const std::string& name = option.argument();
    if (name.starts_with('/') || name == ".." || name.starts_with("../") ||
        name.find("/../") != std::string::npos || name.ends_with("/..")) {
        return taker.notTaken(option, "pppd calls only files below /etc/ppp/peers");
    }
    taker.include(option, "/etc/ppp/peers/" + name);
}

void takeLater(OptionsTaker& taker, const Option& option) {
    taker.seen.later.push_back(option);
}

void takePadi(OptionsTaker& taker, const Option& option) {
    const auto value = number(option.argument(), 1, 600);
    if (!value) {
        return taker.notTaken(option, "it is no number from 1 to 600");
    }
    (option.name == "pppoe-padi-timeout" ? taker.seen.padiTimeout : taker.seen.padiAttempts) = value;
    long long sum = 0, step = taker.seen.padiTimeout.value_or(5);
    for (long long i = 0; i < taker.seen.padiAttempts.value_or(3) && sum < 600; ++i, step *= 2) {
        sum += step;
    }
    taker.set(option, "/pppoe/discovery-timeout", std::clamp(sum, 1LL, 600LL),
              "all attempts together, in seconds");
}

// ---- dialling again

void takePersist(OptionsTaker& taker, const Option& option) {
    taker.seen.persist = true;
    taker.set(option, "/reconnect/enabled", true);
}

void takeNoPersist(OptionsTaker& taker, const Option& option) {
    taker.seen.persist = false;
    taker.note(option, Verdict::Taken, "/reconnect/enabled");
}

void takeDemand(OptionsTaker& taker, const Option& option) {
    taker.seen.persist = true;
    taker.set(option, "/on-demand", true);
}

void takeHoldoff(OptionsTaker& taker, const Option& option) {
    const Json seconds = numberOf(option.argument());
    if (seconds.is_number() && seconds > 60) {
        taker.connection().put("/reconnect/lost/cap", seconds);
    }
    taker.set(option, "/reconnect/lost/first", seconds);
}

void takeMaxfail(OptionsTaker& taker, const Option& option) {
    if (option.argument() == "0") {
        return taker.note(option, Verdict::Default,
                          "the daemon does not give up, but for a refused password");
    }
    taker.notTaken(option, "the daemon goes on with growing pauses (/reconnect), and gives up only after "
                           "/reconnect/auth-failures refused passwords");
}

void takeMaxconnect(OptionsTaker& taker, const Option& option) {
    const Json seconds = numberOf(option.argument());
    taker.set(option, "/session-limit", seconds, "at the end of the time the daemon dials again");
}

// ---- addresses

void takeDefaultRoute(OptionsTaker& taker, const Option& option) {
    taker.seen.defaultRoute = true;
    taker.set(option, "/ipv4/default-route", option.name == "defaultroute" ? "auto" : "always");
}

void takePeerDns(OptionsTaker& taker, const Option& option) {
    taker.seen.peerDns = true;
    taker.set(option, "/dns/mode", "peer");
}

void takeAccept(OptionsTaker& taker, const Option& option) {
    const bool local = option.name == "ipcp-accept-local";
    (local ? taker.seen.acceptLocal : taker.seen.acceptPeer) = true;
    taker.set(option, local ? "/ipv4/accept-local" : "/ipv4/accept-peer", true);
}

/// `ipv6 LOCAL,REMOTE`, each an interface identifier.
void takeIdentifiers(OptionsTaker& taker, const Option& option) {
    const std::string& word = option.argument();
    const std::string local = word.substr(0, word.find(','));
    const bool remote = word.find(',') != std::string::npos && word.find(',') + 1 < word.size();
    if (local.empty() || local == "::") {
        return taker.note(option, remote ? Verdict::NotTaken : Verdict::Default,
                          remote ? "the peer chooses its own identifier" : "IPv6 is on anyway");
    }
    taker.set(option, "/ipv6/interface-id", local,
              remote ? "the peer chooses its own identifier" : std::string_view());
}

void takeUnit(OptionsTaker& taker, const Option& option) {
    taker.set(option, "/interface-name", "ppp" + option.argument());
}

// ---- compression and encryption

void takeCompression(OptionsTaker& taker, const Option& option) {
    const std::string& sizes = option.argument();
    if (sizes == "0" || sizes == "0,0") {
        return taker.note(option, Verdict::Default, kNoCompression);
    }
    const char* method = option.name == "bsdcomp" ? "bsd" : "deflate";
    if (sizes == "15" || sizes == "15,15") { // pppd's own
        return taker.set(option, "/ppp/compression", method);
    }
    taker.connection().put("/ppp/compression", method);
    taker.extra(option);
}

void takeStateful(OptionsTaker& taker, const Option& option) {
    const Json mode = taker.connection().at("/ppp/mppe");
    const std::string word = mode.is_string() ? mode.get<std::string>() : "on";
    taker.set(option, "/ppp/mppe",
              word.starts_with("40")    ? "40-stateful"
              : word.starts_with("128") ? "128-stateful"
                                        : "stateful");
}

void takeStateless(OptionsTaker& taker, const Option& option) {
    taker.note(option, Verdict::Default, "encryption is stateless unless /ppp/mppe says so");
}

void takeNoMppe40(OptionsTaker& taker, const Option& option) {
    const bool no40 = option.name.ends_with("40");
    if (!taker.connection().has("/ppp/mppe")) {
        return taker.note(option, Verdict::Default, "encryption is off unless /ppp/mppe is set");
    }
    taker.set(option, "/ppp/mppe", no40 ? "128" : "40");
}

/// The spelling of an old patch: mppe required,stateless,no40,no56.
void takeOldMppe(OptionsTaker& taker, const Option& option) {
    const std::string& words = option.argument();
    const auto has = [&](std::string_view word) {
        return ("," + words + ",").find(cat(',', word, ',')) != std::string::npos;
    };
    if (!has("required")) {
        return taker.notTaken(option, "encryption that is not required is none; see /ppp/mppe");
    }
    taker.set(option, "/ppp/mppe", has("no40") ? "128" : has("no128") ? "40" : "on");
}

void takeNothing(OptionsTaker& taker, const Option& option) {
    taker.notTaken(option,
                   "it turns the whole negotiation off; say what is meant by the keys of /ppp and /ipv4");
}

struct Special {
    std::string_view name;
    Handler handler;
};
constexpr std::array kSpecial{
    Special{"asyncmap", takeMask},
    Special{"escape", takeEscape},
    Special{"user", takeUser},
    Special{"name", takeName},
    Special{"password", takePassword},
    Special{"+ua", takeUserFile},
    Special{"chap-secrets", takeSecretsFile},
    Special{"pap-secrets", takeSecretsFile},
    Special{"auth", takeAuth},
    Special{"noauth", takeNoAuth},
    Special{"plugin", takePlugin},
    Special{"file", takeFile},
    Special{"call", takeCall},
    Special{"connect", takeLater},
    Special{"disconnect", takeLater},
    Special{"init", takeLater},
    Special{"pty", takePtyCommand},
    Special{"pppoe-padi-timeout", takePadi},
    Special{"pppoe-padi-attempts", takePadi},
    Special{"persist", takePersist},
    Special{"nopersist", takeNoPersist},
    Special{"demand", takeDemand},
    Special{"holdoff", takeHoldoff},
    Special{"maxfail", takeMaxfail},
    Special{"maxconnect", takeMaxconnect},
    Special{"defaultroute", takeDefaultRoute},
    Special{"replacedefaultroute", takeDefaultRoute},
    Special{"usepeerdns", takePeerDns},
    Special{"ipcp-accept-local", takeAccept},
    Special{"ipcp-accept-remote", takeAccept},
    Special{"ipv6", takeIdentifiers},
    Special{"unit", takeUnit},
    Special{"bsdcomp", takeCompression},
    Special{"deflate", takeCompression},
    Special{"mppe-stateful", takeStateful},
    Special{"nomppe-stateful", takeStateless},
    Special{"nomppe-40", takeNoMppe40},
    Special{"nomppe-128", takeNoMppe40},
    Special{"-mppe-40", takeNoMppe40},
    Special{"-mppe-128", takeNoMppe40},
    Special{"mppe", takeOldMppe},
    Special{"-all", takeNothing},
};

} // namespace

std::optional<int> argumentsOf(std::string_view option) {
    const auto among = [&](const auto& list) {
        return std::find(list.begin(), list.end(), option) != list.end();
    };
    if (find(kValues, option) != nullptr || among(kOneArgument)) {
        return 1;
    }
    if (const auto* const allowed = core::pppd::findAllowed(option)) {
        return allowed->argument == core::pppd::Argument::None ? 0 : 1;
    }
    const auto refused = core::pppd::refused();
    const bool known = find(kFlags, option) != nullptr || find(kStandard, option) != nullptr ||
                       find(kSpecial, option) != nullptr || find(kShort, option) != nullptr ||
                       find(refused, option) != nullptr;
    return known ? std::optional(0) : std::nullopt;
}

bool handle(OptionsTaker& taker, const Option& option) {
    if (const Special* const row = find(kSpecial, option.name)) {
        row->handler(taker, option);
    } else if (const Flag* const flag = find(kFlags, option.name)) {
        taker.set(option, flag->pointer, Json::parse(flag->value));
    } else if (const Value* const value = find(kValues, option.name)) {
        taker.set(option, value->pointer,
                  value->as == As::Number ? numberOf(option.argument()) : Json(option.argument()));
    } else if (const Known* const standard = find(kStandard, option.name)) {
        taker.note(option, Verdict::Default, standard->why);
    } else if (const Known* const longName = find(kShort, option.name)) {
        const Option spelt{option.place, std::string(longName->why), option.arguments};
        if (!handle(taker, spelt)) {
            taker.extra(spelt);
        }
    } else {
        return takeMethod(taker, option);
    }
    return true;
}

} // namespace ppp::cli::import
