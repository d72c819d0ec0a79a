// SPDX-License-Identifier: LGPL-2.1-or-later
// The allow-list of pppd's options, and the list of those that have a better place or none.
#include "core/pppd_options.hpp"

#include <algorithm>
#include <array>

namespace ppp::core::pppd {
namespace {

constexpr std::uint32_t kTries = 255;
constexpr std::uint32_t kSeconds = 3600;

constexpr std::array kAllowed{
    Allowed{"active-filter", Argument::Filter},
    Allowed{"bsdcomp", Argument::CodeSizes, 9, 15, Use::Compression},
    Allowed{"chap-interval", Argument::Number, 0, kSeconds},
    Allowed{"chap-max-challenge", Argument::Number, 1, kTries},
    Allowed{"chap-restart", Argument::Number, 1, kSeconds},
    Allowed{"chap-timeout", Argument::Number, 0, kSeconds},
    Allowed{"chapms-strip-domain"},
    Allowed{"default-asyncmap", Argument::None, 0, 0, Use::Serial},
    Allowed{"default-mru"},
    Allowed{"deflate", Argument::CodeSizes, 9, 15, Use::Compression},
    Allowed{"eap-interval", Argument::Number, 0, kSeconds},
    Allowed{"eap-max-rreq", Argument::Number, 1, kTries},
    Allowed{"eap-max-sreq", Argument::Number, 1, kTries},
    Allowed{"eap-restart", Argument::Number, 1, kSeconds},
    Allowed{"eap-timeout", Argument::Number, 0, kSeconds},
    Allowed{"ipcp-max-configure", Argument::Number, 1, kTries},
    Allowed{"ipcp-max-failure", Argument::Number, 1, kTries},
    Allowed{"ipcp-max-terminate", Argument::Number, 1, kTries},
    Allowed{"ipcp-no-address"},
    Allowed{"ipcp-no-addresses"},
    Allowed{"ipv6cp-accept-local"},
    Allowed{"ipv6cp-max-configure", Argument::Number, 1, kTries},
    Allowed{"ipv6cp-max-failure", Argument::Number, 1, kTries},
    Allowed{"ipv6cp-max-terminate", Argument::Number, 1, kTries},
    Allowed{"ipv6cp-restart", Argument::Number, 1, kSeconds},
    Allowed{"ipv6cp-use-ipaddr"},
    Allowed{"ipv6cp-use-persistent"},
    Allowed{"kdebug", Argument::Number, 0, 7},
    Allowed{"lcp-echo-adaptive"},
    Allowed{"lcp-max-configure", Argument::Number, 1, kTries},
    Allowed{"lcp-max-failure", Argument::Number, 1, kTries},
    Allowed{"lcp-max-terminate", Argument::Number, 1, kTries},
    Allowed{"netmask", Argument::Mask},
    Allowed{"nobsdcomp"},
    Allowed{"noccp"},
    Allowed{"nodeflate"},
    Allowed{"nodeflatedraft"},
    Allowed{"noecp"},
    Allowed{"noendpoint"},
    Allowed{"nomagic"},
    Allowed{"nopredictor1"},
    Allowed{"noremoteip"},
    Allowed{"nosendip"},
    Allowed{"novjccomp", Argument::None, 0, 0, Use::Serial},
    Allowed{"pap-max-authreq", Argument::Number, 1, kTries},
    Allowed{"pap-restart", Argument::Number, 1, kSeconds},
    Allowed{"pap-timeout", Argument::Number, 0, kSeconds},
    Allowed{"pass-filter", Argument::Filter},
    Allowed{"receive-all", Argument::None, 0, 0, Use::Serial},
    Allowed{"stop-bits", Argument::Number, 1, 2, Use::Serial},
    Allowed{"sync", Argument::None, 0, 0, Use::Serial},
    Allowed{"vj-max-slots", Argument::Number, 2, 16, Use::Serial},
};

constexpr std::string_view kOwned = "the daemon sets it";
constexpr std::string_view kDetaching = "the daemon watches pppd as its child";
constexpr std::string_view kLogging = "pppd's log goes to the journal; see /ppp/debug";
constexpr std::string_view kServer = "it is for answering calls, and a connection only makes them";
constexpr std::string_view kTlsFile = "it names a file, and EAP-TLS is not supported";
constexpr std::string_view kMultilink = "multilink is not supported";
constexpr std::string_view kNeverIpx = "IPX is never used";
constexpr std::string_view kCommand = "it runs a command as root";
constexpr std::string_view kTraffic = "traffic limits are not supported";
constexpr std::string_view kMachine = "it changes settings of the machine";
constexpr std::string_view kOnlyPrints = "it prints something and ends";
constexpr std::string_view kOnly25 = "pppd 2.4.9 does not know it";

constexpr std::array kRefused{
    // files, commands, secrets, plugins
    Refused{"plugin", "plugins are chosen by the daemon"},
    Refused{"file", "options from files would go unchecked; put them here"},
    Refused{"call", "options from files would go unchecked; put them here"},
    Refused{"connect", "/serial/dial"},
    Refused{"disconnect", "/serial/hangup"},
    Refused{"init", "/serial/dial/init"},
    Refused{"welcome", kCommand},
    Refused{"pty", kCommand},
    Refused{"record", "it names a file"},
    Refused{"socket", "the device is /serial/device"},
    Refused{"notty", "the device is /serial/device"},
    Refused{"ip-up-script", "/hooks"},
    Refused{"ip-down-script", "/hooks"},
    Refused{"ip-pre-up-script", "/hooks"},
    Refused{"ipv6-up-script", "/hooks"},
    Refused{"ipv6-down-script", "/hooks"},
    Refused{"auth-up-script", "/hooks"},
    Refused{"auth-down-script", "/hooks"},
    Refused{"net-init-script", "/hooks"},
    Refused{"net-pre-up-script", "/hooks"},
    Refused{"net-down-script", "/hooks"},
    Refused{"set", "scripts of pppd are not run; see /hooks"},
    Refused{"unset", "scripts of pppd are not run; see /hooks"},
    Refused{"password", "secrets never stand in a profile; use `pppctl set-secret`"},
    Refused{"passwordfd", "secrets never stand in a profile; use `pppctl set-secret`"},
    Refused{"passprompt", "secrets never stand in a profile; use `pppctl set-secret`"},
    Refused{"+ua", "secrets never stand in a profile; use `pppctl set-secret`"},
    Refused{"pap-secrets", "secrets never stand in a profile; use `pppctl set-secret`"},
    Refused{"chap-secrets", "secrets never stand in a profile; use `pppctl set-secret`"},
    Refused{"show-password", "it would write the password to the log"},
    Refused{"hide-password", "the password is never shown"},
    Refused{"ca", kTlsFile},
    Refused{"capath", kTlsFile},
    Refused{"cert", kTlsFile},
    Refused{"key", kTlsFile},
    Refused{"crl", kTlsFile},
    Refused{"crl-dir", kTlsFile},
    Refused{"pkcs12", kTlsFile},
    Refused{"max-tls-version", "EAP-TLS is not supported"},
    Refused{"need-peer-eap", "EAP-TLS is not supported"},
    Refused{"tls-verify-key-usage", "EAP-TLS is not supported"},
    Refused{"tls-verify-method", "EAP-TLS is not supported"},
    Refused{"lcp-rtt-file", "it names a file"},
    // what a key says better
    Refused{"user", "/auth/user"},
    Refused{"name", "/auth/user"},
    Refused{"usehostname", "/auth/user"},
    Refused{"remotename", "/auth/remote-name"},
    Refused{"auth", "/auth/require"},
    Refused{"noauth", "/auth/require"},
    Refused{"mru", "/ppp/mru"},
    Refused{"mtu", "/ppp/mtu"},
    Refused{"lcp-echo-interval", "/ppp/lcp-echo-interval"},
    Refused{"lcp-echo-failure", "/ppp/lcp-echo-failure"},
    Refused{"lcp-restart", "/ppp/restart/lcp"},
    Refused{"ipcp-restart", "/ppp/restart/ipcp"},
    Refused{"asyncmap", "/ppp/asyncmap"},
    Refused{"escape", "/ppp/escape"},
    Refused{"novj", "/ppp/vj"},
    Refused{"noaccomp", "/ppp/accomp"},
    Refused{"nopcomp", "/ppp/pcomp"},
    Refused{"predictor1", "the kernel of Linux has no such compression"},
    Refused{"passive", "/ppp/passive"},
    Refused{"silent", "/ppp/silent"},
    Refused{"debug", "/ppp/debug"},
    Refused{"noip", "/ipv4/enabled"},
    Refused{"ipcp-accept-local", "/ipv4/accept-local"},
    Refused{"ipcp-accept-remote", "/ipv4/accept-peer"},
    Refused{"defaultroute", "/ipv4/default-route"},
    Refused{"nodefaultroute", "/ipv4/default-route"},
    Refused{"replacedefaultroute", "/ipv4/default-route"},
    Refused{"noreplacedefaultroute", "/ipv4/default-route"},
    Refused{"defaultroute-metric", "/ipv4/metric"},
    Refused{"defaultroute6", "/ipv6/default-route"},
    Refused{"nodefaultroute6", "/ipv6/default-route"},
    Refused{"defaultroute6-metric", "/ipv6/metric"},
    Refused{"proxyarp", "/ipv4/proxy-arp"},
    Refused{"noproxyarp", "/ipv4/proxy-arp"},
    Refused{"vrf", "/ipv4/vrf"},
    Refused{"ipv6", "/ipv6/interface-id"},
    Refused{"+ipv6", "/ipv6/enabled"},
    Refused{"noipv6", "/ipv6/enabled"},
    Refused{"usepeerdns", "/dns/mode"},
    Refused{"usepeerwins", "WINS is not used"},
    Refused{"idle", "/idle-timeout"},
    Refused{"maxconnect", "/session-limit"},
    Refused{"demand", "/on-demand"},
    Refused{"persist", "/reconnect/enabled"},
    Refused{"nopersist", "/reconnect/enabled"},
    Refused{"holdoff", "/reconnect"},
    Refused{"maxfail", "/reconnect"},
    Refused{"ifname", "/interface-name"},
    Refused{"unit", "/interface-name"},
    Refused{"crtscts", "/serial/flow-control"},
    Refused{"nocrtscts", "/serial/flow-control"},
    Refused{"cdtrcts", "Linux has no such flow control"},
    Refused{"nocdtrcts", "/serial/flow-control"},
    Refused{"xonxoff", "/serial/flow-control"},
    Refused{"modem", "/serial/modem-lines"},
    Refused{"local", "/serial/modem-lines"},
    Refused{"pppoe-service", "/pppoe/service"},
    Refused{"rp_pppoe_service", "/pppoe/service"},
    Refused{"pppoe-ac", "/pppoe/access-concentrator"},
    Refused{"rp_pppoe_ac", "/pppoe/access-concentrator"},
    Refused{"pppoe-mac", "/pppoe/access-concentrator-mac"},
    Refused{"pppoe-host-uniq", "/pppoe/host-uniq"},
    Refused{"host-uniq", "/pppoe/host-uniq"},
    Refused{"pppoe-padi-timeout", "/pppoe/discovery-timeout"},
    Refused{"pppoe-padi-attempts", "/pppoe/discovery-timeout"},
    // what the daemon owns
    Refused{"nodetach", kDetaching},
    Refused{"updetach", kDetaching},
    Refused{"up_sdnotify", kDetaching},
    Refused{"master_detach", kDetaching},
    Refused{"linkname", kOwned},
    Refused{"ipparam", kOwned},
    Refused{"noipdefault", kOwned},
    Refused{"connect-delay", kOwned},
    Refused{"child-timeout", kOwned},
    Refused{"domain", kOwned},
    Refused{"lock", kOwned},
    Refused{"nolock", kOwned},
    Refused{"noresolvconf", kOwned},
    Refused{"pppoe-sess", kOwned},
    Refused{"rp_pppoe_sess", kOwned},
    Refused{"pppoe-verbose", kLogging},
    Refused{"rp_pppoe_verbose", kLogging},
    Refused{"logfile", kLogging},
    Refused{"logfd", kLogging},
    Refused{"nolog", kLogging},
    Refused{"nologfd", kLogging},
    Refused{"dump", kLogging},
    Refused{"dryrun", kDetaching},
    Refused{"ipv6cp-accept-remote", kOwned},
    Refused{"-h", kOnlyPrints},
    Refused{"--help", kOnlyPrints},
    Refused{"-v", kOnlyPrints},
    Refused{"--version", kOnlyPrints},
    Refused{"show-options", kOnlyPrints},
    Refused{"ipv6cp-noremote", kOnly25},
    Refused{"ipv6cp-nosend", kOnly25},
    Refused{"ipv6cp-nosendip", kOnly25},
    Refused{"ipv6cp-use-remotenumber", kOnly25},
    Refused{"ktune", kMachine},
    Refused{"noktune", kMachine},
    // what a connection never does
    Refused{"ms-dns", kServer},
    Refused{"ms-wins", kServer},
    Refused{"login", kServer},
    Refused{"enable-session", kServer},
    Refused{"papcrypt", kServer},
    Refused{"privgroup", kServer},
    Refused{"allow-ip", kServer},
    Refused{"allow-number", kServer},
    Refused{"remotenumber", kServer},
    Refused{"srp-interval", kServer},
    Refused{"srp-pn-secret", kServer},
    Refused{"srp-use-pseudonym", "SRP is not supported"},
    Refused{"callback", "call-back is not supported"},
    Refused{"multilink", kMultilink},
    Refused{"mp", kMultilink},
    Refused{"nomultilink", kMultilink},
    Refused{"nomp", kMultilink},
    Refused{"bundle", kMultilink},
    Refused{"endpoint", kMultilink},
    Refused{"mrru", kMultilink},
    Refused{"mpshortseq", kMultilink},
    Refused{"nompshortseq", kMultilink},
    Refused{"maxoctets", kTraffic},
    Refused{"mo", kTraffic},
    Refused{"mo-direction", kTraffic},
    Refused{"mo-timeout", kTraffic},
    Refused{"datarate", "it only concerns pty, which is not used"},
};

/// Families of options that one key stands for.
constexpr std::array kRefusedStarts{
    Refused{"refuse-", "/auth/refuse"},   Refused{"require-mppe", "/ppp/mppe"},
    Refused{"require-", "/auth/require"}, Refused{"mppe-", "/ppp/mppe"},
    Refused{"nomppe", "/ppp/mppe"},       Refused{"+mppe", "/ppp/mppe"},
    Refused{"-mppe", "/ppp/mppe"},        Refused{"ipx", kNeverIpx},
    Refused{"noipx", kNeverIpx},          Refused{"+ipx", kNeverIpx},
    Refused{"pppol2tp", kOwned},          Refused{"ppp-manager-", kOwned},
    Refused{"nic-", "/pppoe/interface"},  Refused{"/dev/", "/serial/device"},
};

template <typename Rows> auto* named(const Rows& rows, std::string_view name) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

} // namespace

std::span<const Allowed> allowed() {
    return kAllowed;
}

std::span<const Refused> refused() {
    return kRefused;
}

std::span<const Refused> refusedStarts() {
    return kRefusedStarts;
}

const Allowed* findAllowed(std::string_view option) {
    return named(kAllowed, option);
}

const Refused* findRefused(std::string_view word) {
    static constexpr Refused kAddresses{":", "/ipv4/local and /ipv4/peer"};
    static constexpr Refused kSpeed{"0", "/serial/speed"};
    if (const Refused* const row = named(kRefused, word)) {
        return row;
    }
    for (const Refused& row : kRefusedStarts) {
        if (word.starts_with(row.name)) {
            return &row;
        }
    }
    constexpr std::string_view kAddress = "0123456789.:";
    if (word.find_first_not_of(kAddress) == std::string_view::npos) {
        return word.find(':') != std::string_view::npos ? &kAddresses : &kSpeed;
    }
    return nullptr;
}

bool shortForm(std::string_view option) {
    return option.starts_with('-') || option.starts_with('+');
}

} // namespace ppp::core::pppd
