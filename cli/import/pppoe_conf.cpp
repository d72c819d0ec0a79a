// SPDX-License-Identifier: LGPL-2.1-or-later
// From the variables of pppoe-connect to a profile.
#include "cli/import/pppoe_conf.hpp"

#include <array>

#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing::pppoe_conf {
namespace {

using core::text::cat;

constexpr std::string_view kWaiting =
    "is how pppoe-start waits; `pppctl up` waits until the link is up or fails";
constexpr std::string_view kPidFile =
    "no file with a process number is needed: the daemon watches pppd itself";
constexpr std::string_view kProgram = "is of the program pppoe; the kernel speaks PPPoE here";
constexpr std::string_view kRights = "who may use a link is up to polkit: members of the group dip may, "
                                     "and people at the machine";
constexpr std::array<std::string_view, 4> kServers{"DNS1", "DNS2", "DNS3", "DNS4"};

void defaultRoute(Work& work, const Setting& setting, std::string_view) {
    // pppoe-connect: everything but "no" is a yes.
    const auto wanted = truth(setting.text());
    if (wanted && !*wanted) {
        work.take(setting, "/ipv4/default-route", "never");
        work.connection.put("/ipv6/default-route", "never");
    } else if (wanted || trim(setting.text()).empty()) {
        work.take(setting, "/ipv4/default-route", "auto");
    } else {
        work.wrong(setting, "yes or no");
    }
}

void demand(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    const auto flag = truth(text);
    if (text.empty() || (flag && !*flag && text != "0")) {
        work.note(setting, Verdict::Default, "the link stays up all the time");
    } else if (text == "yes") {
        work.take(setting, "/on-demand", true); // of Red Hat's scripts, which have IDLETIMEOUT
    } else if (const auto idle = number(text, 1, 31536000)) {
        work.connection.put("/on-demand", true);
        work.connection.take(setting.place, Work::shown(setting), "/idle-timeout", *idle);
    } else {
        work.wrong(setting, "no, or a number of seconds without traffic");
    }
}

void firewall(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text.empty() || text == "NONE") {
        work.note(setting, Verdict::Default, "no firewall rules are made");
    } else {
        work.note(
            setting, Verdict::NotTaken,
            "the daemon makes no firewall; put the link in a zone of firewalld by /firewall-zone, or load "
            "your rules from /etc/ppp/ip-up.d with /hooks");
    }
}

void override(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()).empty()) {
        work.note(setting, Verdict::Default, "is empty");
        return;
    }
    work.note(setting, Verdict::NotTaken, "is a command in place of all settings; none is run");
    work.trouble(setting.place,
                 "OVERRIDE_PPPD_COMMAND takes the place of all other settings; import the options "
                 "of that command instead, for \"pppd call dsl\" /etc/ppp/peers/dsl");
}

void unit(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text.empty()) {
        work.note(setting, Verdict::Default, "is empty");
    } else if (const auto value = number(text, 0, 65535)) {
        work.take(setting, "/interface-name", cat("ppp", *value));
    } else {
        work.wrong(setting, "the number of the PPP interface");
    }
}

void retry(Work& work, const Setting& setting, std::string_view) {
    work.take(setting, "/reconnect/enabled", trim(setting.text()) != "no");
}

std::string hexadecimal(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += kDigits[byte >> 4];
        out += kDigits[byte & 15];
    }
    return out;
}

/// The command line of pppoe(8), word by word. The shell splits it at blanks; quotes in it mean nothing.
class ProgramWords {
public:
    ProgramWords(Work& work, const Setting& setting) : work_(work), setting_(setting) {}

    void run() {
        for (rest_ = trim(setting_.text()); !rest_.empty();) {
            option(word());
        }
    }

private:
    std::string_view word() {
        rest_ = trim(rest_);
        const std::string_view out = rest_.substr(0, rest_.find_first_of(" \t\n"));
        rest_.remove_prefix(out.size());
        return out;
    }

    void row(std::string_view what, Verdict verdict, std::string_view why) {
        work_.connection.note(setting_.place, cat("PPPOE_EXTRA: ", what), verdict, why);
    }

    void option(std::string_view flag) {
        constexpr std::string_view kWithValue = "ISCTDWmpsef";
        if (flag.size() < 2 || flag.front() != '-') {
            row(flag, Verdict::NotTaken, "is not understood; expected an option of pppoe(8)");
            return;
        }
        const char letter = flag[1];
        const bool valued = kWithValue.find(letter) != std::string_view::npos && letter != 's';
        const std::string_view value =
            !valued ? std::string_view() : (flag.size() > 2 ? flag.substr(2) : word());
        const std::string shown = valued ? cat(flag.substr(0, 2), ' ', value) : std::string(flag);
        switch (letter) {
        case 'S':
            return text(shown, "/pppoe/service", value);
        case 'C':
            return text(shown, "/pppoe/access-concentrator", value);
        case 'I':
            return text(shown, "/pppoe/interface", value);
        case 'W':
            return text(shown, "/pppoe/host-uniq", hostUniq(value));
        case 'U':
            return row(shown, Verdict::Default, "pppd marks its requests with a Host-Uniq of its own");
        case 'm':
            return row(shown, Verdict::Changed, "/mss-clamp fits the MSS to the path, whatever its size");
        default:
            return row(shown, Verdict::NotTaken, kProgram);
        }
    }

    void text(std::string_view shown, std::string_view pointer, std::string_view value) {
        if (value.empty()) {
            row(shown, Verdict::NotTaken, "is without its value");
        } else {
            work_.connection.take(setting_.place, cat("PPPOE_EXTRA: ", shown), pointer, std::string(value));
        }
    }

    Work& work_;
    const Setting& setting_;
    std::string_view rest_;
};

void programOptions(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()).empty()) {
        work.note(setting, Verdict::Default, "is empty");
        return;
    }
    work.note(setting, Verdict::Taken, "each of its options has a row of its own");
    ProgramWords(work, setting).run();
}

constexpr std::array kRules{
    Rule{"ETH", rule::key, "/pppoe/interface"},
    Rule{"USER", rule::key, "/auth/user"},
    Rule{"ACNAME", rule::key, "/pppoe/access-concentrator"},
    Rule{"SERVICENAME", rule::key, "/pppoe/service"},
    Rule{"DEMAND", demand},
    Rule{"DNSTYPE", rule::keep},
    Rule{"PEERDNS", rule::keep},
    Rule{"USEPEERDNS", rule::keep},
    Rule{"DNS1", rule::keep},
    Rule{"DNS2", rule::keep},
    Rule{"DEFAULTROUTE", defaultRoute},
    Rule{"MTU", rule::key, "/ppp/mtu"},
    Rule{"MRU", rule::key, "/ppp/mru"},
    Rule{"UNIT", unit},
    Rule{"LCP_INTERVAL", rule::key, "/ppp/lcp-echo-interval"},
    Rule{"LCP_FAILURE", rule::key, "/ppp/lcp-echo-failure"},
    Rule{"CLAMPMSS", rule::keep},
    Rule{"LINUX_PLUGIN", rule::standard, "the kernel always speaks PPPoE here; no plugin has to be named"},
    Rule{"RETRY_ON_FAILURE", retry},
    Rule{"PPPD_EXTRA", rule::optionWords},
    Rule{"PPPOE_EXTRA", programOptions},
    Rule{"OVERRIDE_PPPD_COMMAND", override},
    Rule{"FIREWALL", firewall},
    Rule{"PPPOE_TIMEOUT", rule::leave,
         "is of the program pppoe; a dead line is found by /ppp/lcp-echo-interval"},
    Rule{"SYNCHRONOUS", rule::leave, kProgram},
    Rule{"CONNECT_TIMEOUT", rule::leave, kWaiting},
    Rule{"CONNECT_POLL", rule::leave, kWaiting},
    Rule{"PING", rule::leave, kWaiting},
    Rule{"FORCEPING", rule::leave, kWaiting},
    Rule{"CF_BASE", rule::leave, kPidFile},
    Rule{"PIDFILE", rule::leave, kPidFile},
    Rule{"NONROOT", rule::leave, kRights},
    Rule{"USERCTL", rule::leave, kRights},
    Rule{"DEBUG", rule::leave, "`pppctl log` shows what pppd says; /ppp/debug makes it say more"},
};

void clamp(Work& work) {
    const Setting* const setting = work.kept("CLAMPMSS");
    if (setting == nullptr) {
        return;
    }
    const std::string_view text = trim(setting->text());
    if (text == "no") {
        work.take(*setting, "/mss-clamp", false);
    } else if (text == "yes" || text.empty()) {
        work.note(*setting, Verdict::Default, "/mss-clamp is on by default");
    } else if (number(text, 1, 65535)) {
        work.note(*setting, Verdict::Changed, "/mss-clamp fits the MSS to the path, whatever its size");
    } else {
        work.wrong(*setting, "no, or a size in bytes");
    }
}

/// What of two names for one thing decides: USEPEERDNS is the older one, and has the last word.
const Setting* peerDnsSetting(const Work& work) {
    const Setting* const older = work.kept("USEPEERDNS");
    return older != nullptr && truth(older->text()) ? older : work.kept("PEERDNS");
}

void dns(Work& work, bool peerDnsAnyway) {
    const Setting* const type = work.kept("DNSTYPE");
    const std::string_view word = work.keptText("DNSTYPE");
    const Setting* const peer = peerDnsSetting(work);
    const auto wanted = peer == nullptr ? std::nullopt : truth(peer->text());
    for (const std::string_view name : {"PEERDNS", "USEPEERDNS"}) {
        if (const Setting* const setting = work.kept(name)) {
            if (!trim(setting->text()).empty() && !truth(setting->text())) {
                work.wrong(*setting, "yes or no");
            } else {
                const bool last = setting == peer && word != "SERVER" && word != "SPECIFY";
                work.note(*setting, last ? Verdict::Taken : Verdict::Default,
                          last ? "/dns/mode" : "something else says it, and has the last word");
            }
        }
    }
    if (type != nullptr && word != "SERVER" && word != "SPECIFY" && word != "NOCHANGE" && !word.empty()) {
        work.wrong(*type, "SERVER, SPECIFY or NOCHANGE");
    } else if (type != nullptr) {
        work.note(*type, word.empty() ? Verdict::Default : Verdict::Taken,
                  word.empty() ? "is empty" : "/dns/mode");
    }
    const bool fromPeer = word == "SERVER" || (word != "SPECIFY" && wanted.value_or(peerDnsAnyway));
    const bool named = (word == "SPECIFY" || (word.empty() && !fromPeer)) && takeServers(work);
    if (named) {
        work.connection.put("/dns/mode", "static");
    } else if (!fromPeer) {
        work.connection.put("/dns/mode", "off");
    }
    for (const std::string_view name : kServers) {
        const Setting* const setting = work.kept(name);
        if (setting != nullptr && !named) {
            const bool empty = trim(setting->text()).empty();
            work.note(*setting, empty ? Verdict::Default : Verdict::NotTaken,
                      empty ? "is empty" : "counts with DNSTYPE=SPECIFY alone, which is not set");
        }
    }
}

} // namespace

std::string hostUniq(std::string_view value) {
    return value.starts_with("0x") ? std::string(value.substr(2)) : hexadecimal(value);
}

std::span<const Rule> rules() {
    return kRules;
}

bool takeServers(Work& work) {
    bool any = false;
    for (const std::string_view name : kServers) {
        const Setting* const setting = work.kept(name);
        if (setting == nullptr) {
            continue;
        }
        const std::string_view text = trim(setting->text());
        if (text.empty()) {
            continue;
        }
        if (!core::text::isUtf8(text) || !core::rules::kDnsServer.holds(text)) {
            work.wrong(*setting, core::rules::kDnsServer.expected);
            continue;
        }
        work.connection.append("/dns/servers", text);
        work.note(*setting, Verdict::Taken, "/dns/servers");
        any = true;
    }
    return any;
}

void finish(Work& work, bool peerDnsAnyway) {
    clamp(work);
    dns(work, peerDnsAnyway);
}

} // namespace ppp::cli::importing::pppoe_conf
