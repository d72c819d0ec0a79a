// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of each option of pppd(8), 2.4.9 to 2.5.x, that has a key in a profile or no use in one. The
// rest is in core's tables: those that are passed on, and those that are refused with a reason.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "cli/import/named_rows.hpp"
#include "cli/import/options_taker.hpp"
#include "core/pppd_options.hpp"

namespace ppp::cli::importing {
namespace {

using Json = nlohmann::ordered_json;

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

constexpr std::string_view kDaemon = "the daemon sees to it";
constexpr std::string_view kLog = "pppd's log goes to the journal; see it with `pppctl log`";
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

} // namespace

/// As pppd reads one: decimal, 0x hexadecimal, 0 octal.
nlohmann::ordered_json numberOf(const std::string& word) {
    char* end = nullptr;
    errno = 0;
    const long long value = std::strtoll(word.c_str(), &end, 0);
    const bool whole = !word.empty() && *end == '\0' && errno == 0 && end == word.c_str() + word.size();
    return whole ? Json(value) : Json(word);
}

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
                       special(option) || find(kShort, option) != nullptr || find(refused, option) != nullptr;
    return known ? std::optional(0) : std::nullopt;
}

bool handle(OptionsTaker& taker, const Option& option) {
    if (const Flag* const flag = find(kFlags, option.name)) {
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
        return handleSpecial(taker, option);
    }
    return true;
}

} // namespace ppp::cli::importing
