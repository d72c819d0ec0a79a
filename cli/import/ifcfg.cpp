// SPDX-License-Identifier: LGPL-2.1-or-later
// Red Hat: /etc/sysconfig/network-scripts/ifcfg-ppp0 (sysconfig.txt of initscripts), for PPPoE with the
// variables of rp-pppoe, for modems with a chat script or a section of wvdial.conf; passwords in keys-ppp0
// beside it, or in pppd's files.
#include <array>

#include "cli/import/pppoe_conf.hpp"
#include "cli/import/shell_settings.hpp"
#include "cli/import/wvdial.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {
namespace {

using core::text::cat;

constexpr std::string_view kRhythm = "the daemon dials again in a rhythm that fits the cause, see /reconnect";
constexpr std::size_t kDomains = 256; // of one DOMAIN; a profile has fewer, which its check says
constexpr std::string_view kOther = "is not about PPP";
constexpr std::string_view kName = "a profile has the name of its file; `pppctl import --name` gives another";

void onBoot(Work& work, const Setting& setting, std::string_view) {
    rule::key(work, setting, "/autoconnect");
}

void defaultRoute(Work& work, const Setting& setting, std::string_view detail) {
    if (const auto flag = truth(setting.text())) {
        work.take(setting, detail, *flag ? "auto" : "never");
    } else {
        work.wrong(setting, "yes or no");
    }
}

void domain(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text.empty()) {
        work.note(setting, Verdict::Default, "is empty");
        return;
    }
    std::size_t count = 0;
    std::size_t at = 0;
    for (; at < text.size() && count < kDomains;) {
        const auto end = std::min(text.find_first_of(" \t", at), text.size());
        if (end > at) {
            work.connection.append("/dns/search", text.substr(at, end - at));
            ++count;
        }
        at = end + 1;
    }
    if (at < text.size()) {
        work.note(setting, Verdict::Changed, cat("/dns/search: no more than the first ", kDomains));
    } else {
        work.note(setting, Verdict::Taken, "/dns/search");
    }
}

void address(Work& work, const Setting& setting, std::string_view detail) {
    if (trim(setting.text()) == "0.0.0.0") {
        work.note(setting, Verdict::Default, "the peer gives the address");
    } else {
        rule::key(work, setting, detail);
    }
}

void flow(Work& work, const Setting& setting, std::string_view) {
    if (const auto flag = truth(setting.text())) {
        work.take(setting, "/serial/flow-control", *flag ? "rtscts" : "none");
    } else {
        work.wrong(setting, "yes or no");
    }
}

void escapes(Work& work, const Setting& setting, std::string_view) {
    const auto flag = truth(setting.text());
    if (!flag) {
        work.wrong(setting, "yes or no");
    } else if (*flag) {
        work.connection.append("/ppp/extra-options", "default-asyncmap");
        work.note(setting, Verdict::Changed,
                  "/ppp/extra-options: default-asyncmap, which escapes all control characters");
    } else {
        work.note(setting, Verdict::Default, "no characters are escaped");
    }
}

void device(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text.starts_with("ppp") && number(text.substr(3), 0, 65535)) {
        work.note(setting, Verdict::Default,
                  "the kernel gives the next free name; /interface-name makes it this one always");
    } else {
        rule::key(work, setting, "/interface-name");
    }
}

/// Red Hat's own names; those of rp-pppoe come behind.
constexpr std::array kOwn{
    Rule{"TYPE", rule::keep},
    Rule{"DEVICE", device},
    Rule{"ONBOOT", onBoot},
    Rule{"PEERDNS", rule::keep},
    Rule{"DNS3", rule::keep},
    Rule{"DNS4", rule::keep},
    Rule{"DOMAIN", domain},
    Rule{"SEARCH", domain},
    Rule{"DEFROUTE", defaultRoute, "/ipv4/default-route"},
    Rule{"IPV6_DEFROUTE", defaultRoute, "/ipv6/default-route"},
    Rule{"IPV6INIT", rule::key, "/ipv6/enabled"},
    Rule{"IPV6_AUTOCONF", rule::key, "/ipv6/accept-ra"},
    Rule{"PERSIST", rule::keep},
    Rule{"IPADDR", address, "/ipv4/local"},
    Rule{"REMIP", address, "/ipv4/peer"},
    Rule{"NETMASK", rule::leave, "a link to one peer has no network round it"},
    Rule{"ZONE", rule::key, "/firewall-zone"},
    Rule{"PASSWORD", rule::secret, "password"},
    Rule{"PASS", rule::secret, "password"},
    Rule{"PAPNAME", rule::keep},
    Rule{"MODEMPORT", rule::key, "/serial/device"},
    Rule{"LINESPEED", rule::key, "/serial/speed"},
    Rule{"HARDFLOWCTL", flow},
    Rule{"ESCAPECHARS", escapes},
    Rule{"INITSTRING", rule::keep},
    Rule{"CHATSCRIPT", rule::keep},
    Rule{"WVDIALSECT", rule::keep},
    Rule{"PPPOPTIONS", rule::keep}, // pppOptions() takes both, as the type decides what becomes of them
    Rule{"PPPD_EXTRA", rule::keep},
    Rule{"IDLETIMEOUT", rule::keep},
    Rule{"DEBUG", rule::key, "/ppp/debug"},
    Rule{"AC", rule::leave, "is not used by the scripts either; ACNAME names the access concentrator"},
    Rule{"RETRYTIMEOUT", rule::leave, kRhythm},
    Rule{"DISCONNECTTIMEOUT", rule::leave, kRhythm},
    Rule{"BOOTTIMEOUT", rule::leave, "`pppctl up` waits until the link is up or fails"},
    Rule{"DEFABORT", rule::standard, "a modem's words of failure are known"},
    Rule{"MODEMNAME", rule::standard, "only names the modem"},
    Rule{"NAME", rule::keep},
    Rule{"PROVIDER", rule::leave, kName},
    Rule{"BOOTPROTO", rule::standard, "addresses always come from the peer, by IPCP"},
    Rule{"UUID", rule::leave, "is of NetworkManager alone"},
    Rule{"NM_CONTROLLED", rule::leave,
         "the daemon tells NetworkManager nothing; it leaves PPP links of others alone"},
    Rule{"HOTPLUG", rule::leave, "the daemon waits for the device by itself"},
    Rule{"HWADDR", rule::leave, kOther},
    Rule{"PROXY_METHOD", rule::leave, kOther},
    Rule{"BROWSER_ONLY", rule::leave, kOther},
    Rule{"IPV4_FAILURE_FATAL", rule::leave, "one family is enough to be up"},
    Rule{"IPV6_FAILURE_FATAL", rule::leave, "one family is enough to be up"},
    Rule{"DIALONNETIFUP", rule::leave, "/autoconnect brings a link up at boot"},
};

std::vector<Rule> allRules() {
    std::vector<Rule> out(kOwn.begin(), kOwn.end());
    out.insert(out.end(), pppoe_conf::rules().begin(), pppoe_conf::rules().end());
    return out;
}

/// The part behind "ifcfg-".
std::string_view label(const std::string& path) {
    const std::string_view base = baseName(path);
    return base.starts_with("ifcfg-") ? base.substr(6) : base;
}

void keysFile(Work& work) {
    const std::string path = cat(folder(work.input.path), "/keys-", label(work.input.path));
    const Reading reading = work.input.read(path);
    if (!reading.text) {
        if (!reading.absent) {
            work.connection.note({path, 0}, path, Verdict::NotTaken, reading.trouble);
        }
        return;
    }
    std::string trouble;
    const core::Secret text = plainText(*reading.text, trouble);
    if (!trouble.empty()) {
        work.connection.note({path, 0}, path, Verdict::NotTaken, trouble);
        return;
    }
    static constexpr std::array kKeys{
        Rule{"PASSWORD", rule::secret, "password"},
        Rule{"PASS", rule::secret, "password"},
        Rule{"PPPOE_PASSWORD", rule::secret, "password"},
        Rule{"PIN", rule::secret, "pin"},
    };
    const Settings settings = readShell(text.view(), path);
    work.badLines(settings);
    work.apply(settings.settings, kKeys, Letters::Exact);
}

void dialer(Work& work, const Setting& setting, std::vector<core::Secret>& texts,
            std::vector<Settings>& kept) {
    const std::string path = "/etc/wvdial.conf";
    const Reading reading = work.input.read(path);
    std::string trouble = reading.trouble;
    if (reading.text) {
        texts.push_back(plainText(*reading.text, trouble));
    }
    if (!reading.text || !trouble.empty()) {
        work.note(setting, Verdict::NotTaken, cat(path, ": ", trouble));
        work.trouble(setting.place, cat("the number to dial is in ", path, ": ", trouble));
        return;
    }
    kept.push_back(wvdial::read(texts.back().view(), path));
    work.note(setting, Verdict::Taken, cat("its settings in ", path, " have rows of their own"));
    wvdial::take(work, wvdial::effective(kept.back(), trim(setting.text())));
}

void chat(Work& work) {
    const Setting* const named = work.kept("CHATSCRIPT");
    std::string path(work.keptText("CHATSCRIPT"));
    if (path.empty()) {
        path = cat(folder(work.input.path), "/chat-", label(work.input.path));
    }
    const Place from = named == nullptr ? Place{work.input.path, 0} : named->place;
    const Reading reading = work.input.read(path);
    if (!reading.text) {
        work.connection.note(from, path, Verdict::NotTaken, reading.trouble);
        work.trouble(from, cat("the number to dial is in ", path, ": ", reading.trouble));
        return;
    }
    if (named != nullptr) {
        work.note(*named, Verdict::Taken, "/serial/dial");
    }
    takeChatScript(work.connection, {path, 1}, *reading.text, work.input.read);
}

void modem(Work& work, std::vector<core::Secret>& texts, std::vector<Settings>& kept) {
    work.connection.put("/type", "serial");
    const Setting* const section = work.kept("WVDIALSECT");
    if (section != nullptr && !trim(section->text()).empty()) {
        const auto device = work.connection.at("/serial/device");
        const auto speed = work.connection.at("/serial/speed");
        dialer(work, *section, texts, kept);
        // ifup-ppp opens the line itself, and wvdial only dials on it.
        if (!device.is_null()) {
            work.connection.put("/serial/device", device);
        }
        if (!speed.is_null()) {
            work.connection.put("/serial/speed", speed);
        }
    } else {
        chat(work);
    }
    if (const Setting* const init = work.kept("INITSTRING")) {
        work.note(*init, Verdict::Default, "the scripts do not look at it: the chat script has its own");
    }
    for (const char* const name : {"DNSTYPE", "CLAMPMSS", "USEPEERDNS"}) {
        if (const Setting* const other = work.kept(name)) {
            work.note(*other, Verdict::NotTaken, "is for PPPoE");
        }
    }
    const Setting* const peer = work.kept("PEERDNS");
    const bool off = peer != nullptr && truth(peer->text()) == false;
    if (peer != nullptr) {
        work.note(*peer, off ? Verdict::Taken : Verdict::Default,
                  off ? "/dns/mode" : "is the default of /dns/mode");
    }
    if (off) {
        work.connection.put("/dns/mode", pppoe_conf::takeServers(work) ? "static" : "off");
    }
    for (const char* const name : {"DNS1", "DNS2", "DNS3", "DNS4"}) {
        const Setting* const server = work.kept(name);
        if (server != nullptr && !off) {
            work.note(*server, Verdict::NotTaken,
                      "the peer's name servers are used, as PEERDNS is not \"no\"");
        }
    }
}

/// The options for pppd. Only where /type is known does OptionsTaker know what the link has use for.
void pppOptions(Work& work) {
    for (const char* const name : {"PPPOPTIONS", "PPPD_EXTRA"}) {
        if (const Setting* const options = work.kept(name)) {
            rule::optionWords(work, *options, {});
        }
    }
}

/// What the scripts look at in one case alone: ifup-ppp gives pppd IDLETIMEOUT with DEMAND=yes, ppp-watch has
/// PERSIST of modems, and pppoe-connect dials again unless RETRY_ON_FAILURE=no.
void life(Work& work, bool pppoe) {
    const Connection& connection = work.connection;
    if (const Setting* const idle = work.kept("IDLETIMEOUT")) {
        if (connection.has("/on-demand") && !connection.has("/idle-timeout")) {
            rule::key(work, *idle, "/idle-timeout");
        } else {
            work.note(*idle, Verdict::NotTaken, "counts with DEMAND=yes alone");
        }
    }
    if (const Setting* const persist = work.kept("PERSIST")) {
        if (pppoe) {
            work.note(*persist, Verdict::Default,
                      "PPPoE is dialled again whatever it says; RETRY_ON_FAILURE=no ends that");
        } else {
            rule::key(work, *persist, "/reconnect/enabled");
        }
    }
}

void user(Work& work) {
    const Setting* const pap = work.kept("PAPNAME");
    if (pap != nullptr && work.connection.has("/auth/user")) {
        work.note(*pap, Verdict::NotTaken, "USER is there, too");
    } else if (pap != nullptr) {
        rule::key(work, *pap, "/auth/user");
    }
    if (!work.connection.has("/auth/user")) {
        work.connection.put("/auth/allow-empty-password", true);
    }
}

} // namespace

Result readIfcfg(const Input& input) {
    std::string trouble;
    const core::Secret text = plainText(input.text, trouble);
    if (!trouble.empty()) {
        return nothing(cat(input.path, ' ', trouble));
    }
    const Settings settings = readShell(text.view(), input.path);
    std::vector<core::Secret> texts; // of other files, for as long as their settings are looked at
    std::vector<Settings> kept;
    Result result;
    Connection& connection = result.connections.emplace_back();
    connection.name = label(input.path);
    Work work(connection, input);
    work.badLines(settings);
    work.apply(settings.settings, allRules(), Letters::Exact);
    const std::string type = lowered(work.keptText("TYPE"));
    const bool pppoe =
        type == "xdsl" || type == "pppoe" || (type.empty() && connection.has("/pppoe/interface"));
    const bool serial = type == "modem" || type == "ppp" || connection.has("/serial/device");
    if (!pppoe && !serial) {
        return nothing(cat(input.path, " is no PPP link: TYPE=", core::text::harmless(type, 32),
                           "; expected TYPE=xDSL or TYPE=Modem"));
    }
    life(work, pppoe);
    if (const Setting* const setting = work.kept("TYPE")) {
        work.note(*setting, Verdict::Taken, "/type");
    }
    if (const Setting* const setting = work.kept("NAME")) {
        work.note(*setting, Verdict::NotTaken, kName);
    }
    if (pppoe) {
        connection.put("/type", "pppoe");
        pppOptions(work);
        pppoe_conf::finish(work, true);
        for (const char* const name : {"INITSTRING", "CHATSCRIPT", "WVDIALSECT"}) {
            if (const Setting* const other = work.kept(name)) {
                work.note(*other, Verdict::NotTaken, "is for modems");
            }
        }
        retract(connection, "/serial", "is for modems");
    } else {
        modem(work, texts, kept);
        pppOptions(work);
        retract(connection, "/pppoe", "is for PPPoE");
        retract(connection, "/on-demand",
                "dialling on demand is for PPPoE only so far; the link is dialled by `pppctl up`, or at boot "
                "with "
                "/autoconnect");
    }
    user(work);
    keysFile(work);
    asPppd(work);
    if (connection.has("/auth/user")) {
        takeSecrets(connection, "", input.read);
    }
    sortReport(connection, input.path);
    return result;
}

Likeness looksLikeIfcfg(std::string_view path, std::string_view text) {
    const std::string_view base = baseName(path);
    if (!base.starts_with("ifcfg-")) {
        return hasLine(text, "TYPE=xDSL") ? Likeness::Sure : Likeness::No;
    }
    return Likeness::Sure;
}

} // namespace ppp::cli::importing
