// SPDX-License-Identifier: LGPL-2.1-or-later
// netctl: profiles of Connection=pppoe and mobile_ppp (netctl.profile(5)), files of bash variables.
#include <array>

#include "cli/import/shell_settings.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {
namespace {

using core::text::cat;
using Json = nlohmann::ordered_json;

constexpr std::string_view kCommand =
    "is a command, and none is run; put a script in /etc/ppp/ip-up.d or ip-down.d "
    "and set /hooks";
constexpr std::string_view kOrder =
    "is about the order of netctl's profiles; other units can be ordered after "
    "ppp-link@NAME.service";
constexpr std::string_view kAddresses =
    "is not for PPP, where the peer gives the addresses; netctl does not look at "
    "it either";

void maxFail(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "0") {
        work.note(setting, Verdict::Default, "the daemon does not give up");
    } else {
        work.note(setting, Verdict::NotTaken,
                  "the daemon does not give up after some failures, it tries more seldom, see /reconnect");
    }
}

void mode(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text == "demand") {
        work.take(setting, "/on-demand", true);
    } else if (text == "persist" || text.empty()) {
        work.note(setting, Verdict::Default, "the link stays up all the time");
    } else {
        work.wrong(setting, "persist or demand");
    }
}

void unit(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    const auto value = number(text.starts_with("ppp") ? text.substr(3) : text, 0, 65535);
    if (value) {
        work.take(setting, "/interface-name", cat("ppp", *value));
    } else {
        work.wrong(setting, "ppp and a number");
    }
}

void yesNo(Work& work, const Setting& setting, std::string_view pointer, const Json& no, const Json& yes) {
    if (const auto flag = truth(setting.text())) {
        work.take(setting, pointer, *flag ? yes : no);
    } else {
        work.wrong(setting, "yes or no");
    }
}

void bothDefaultRoutes(Work& work, const Setting& setting, std::string_view) {
    yesNo(work, setting, "/ipv4/default-route", "never", "auto");
    if (work.connection.at("/ipv4/default-route") == "never") {
        work.connection.put("/ipv6/default-route", "never");
    }
}

void peerDns(Work& work, const Setting& setting, std::string_view) {
    yesNo(work, setting, "/dns/mode", "off", "peer");
}

void ip6(Work& work, const Setting& setting, std::string_view) {
    // netctl compares with "yes" and nothing else.
    const bool yes = trim(setting.text()) == "yes";
    work.connection.put("/ipv6/enabled", yes);
    work.note(setting, Verdict::Taken, "/ipv6/enabled");
}

void apn(Work& work, const Setting& setting, std::string_view) {
    if (core::text::isUtf8(setting.text()) && !core::text::hasControl(setting.text()) &&
        setting.text().find('"') == std::string_view::npos) {
        work.keep(setting);
        work.note(setting, Verdict::Taken, "/serial/dial/init");
    } else {
        work.wrong(setting, "the name of an access point, without quotes");
    }
}

void pin(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "None" || trim(setting.text()).empty()) {
        work.note(setting, Verdict::Default, "there is no PIN");
    } else {
        rule::secret(work, setting, "pin");
    }
}

void phone(Work& work, const Setting& setting, std::string_view) {
    rule::key(work, setting, "/serial/dial/number");
}

constexpr std::array kGeneral{
    Rule{"Description", rule::standard, "a profile has no place for it but a // comment"},
    Rule{"Connection", rule::keep},
    Rule{"Interface", rule::keep},
    Rule{"User", rule::key, "/auth/user"},
    Rule{"Password", rule::secret, "password"},
    Rule{"MaxFail", maxFail},
    Rule{"DefaultRoute", bothDefaultRoutes},
    Rule{"UsePeerDNS", peerDns},
    Rule{"OptionsFile", rule::keep},
    Rule{"PPPUnit", unit},
    Rule{"PPPDebug", rule::key, "/ppp/debug"},
    Rule{"LCPEchoInterval", rule::key, "/ppp/lcp-echo-interval"},
    Rule{"LCPEchoFailure", rule::key, "/ppp/lcp-echo-failure"},
    Rule{"BindsToInterfaces", rule::leave,
         "is waited for anyway: the link begins when its interface is there"},
    Rule{"After", rule::leave, kOrder},
    Rule{"ExecUpPost", rule::leave, kCommand},
    Rule{"ExecDownPre", rule::leave, kCommand},
    Rule{"ExcludeAuto", rule::leave, "is for netctl-auto, which does not look at PPP"},
    Rule{"AutoWired", rule::leave, "is for netctl-ifplugd, which does not look at PPP"},
    Rule{"TimeoutUp", rule::leave, "the daemon goes on until the link is up"},
    Rule{"IP", rule::leave, kAddresses},
    Rule{"IP6", rule::leave, kAddresses},
    Rule{"Address", rule::leave, kAddresses},
    Rule{"Gateway", rule::leave, kAddresses},
    Rule{"DNS", rule::leave, "netctl does not look at it for PPP; see /dns/servers"},
    // pppoe
    Rule{"ConnectionMode", mode},
    Rule{"IdleTimeout", rule::keep},
    Rule{"PPPoEService", rule::key, "/pppoe/service"},
    Rule{"PPPoEAC", rule::key, "/pppoe/access-concentrator"},
    Rule{"PPPoEMAC", rule::key, "/pppoe/access-concentrator-mac"},
    Rule{"PPPoESession", rule::leave, "joins a session of somebody else; the daemon always begins its own"},
    Rule{"PPPoEIP6", ip6},
    // mobile_ppp
    Rule{"AccessPointName", apn},
    Rule{"Pin", pin},
    Rule{"PhoneNumber", phone},
    Rule{"Mode", rule::keep},
    Rule{"ConfReqAnyAddr", rule::standard, "the peer gives the address anyway"},
};

/// The commands by which netctl tells a Huawei modem what network to look for; empty: none.
std::string modeCommand(std::string_view word) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kModes{{
        {"3Gpref", "2,2,3fffffff,0,1"},
        {"3Gonly", "14,2,3fffffff,0,1"},
        {"GPRSpref", "2,1,3fffffff,0,0"},
        {"GPRSonly", "13,1,3fffffff,0,0"},
    }};
    for (const auto& [name, values] : kModes) {
        if (name == word) {
            return cat("AT^SYSCFG=", values);
        }
    }
    return word.starts_with("SYSCFG=") ? cat("AT^", word) : std::string();
}

/// Only where /type is known is it known what the link has use for.
void optionsFile(Work& work) {
    if (const Setting* const options = work.kept("OptionsFile")) {
        rule::optionFile(work, *options, {});
    }
}

void pppoe(Work& work) {
    work.connection.put("/type", "pppoe");
    optionsFile(work);
    if (const Setting* const interface = work.kept("Interface")) {
        rule::key(work, *interface, "/pppoe/interface");
    } else {
        work.connection.troubles.push_back(
            work.input.path +
            " names no Ethernet interface; expected a line such as Interface=eth0, or --set "
            "/pppoe/interface=eth0");
    }
    if (const Setting* const idle = work.kept("IdleTimeout")) {
        if (work.connection.has("/on-demand")) {
            rule::key(work, *idle, "/idle-timeout");
        } else {
            work.note(*idle, Verdict::NotTaken, "counts with ConnectionMode=demand alone");
        }
    }
    for (const char* const name : {"AccessPointName", "Mode"}) {
        if (const Setting* const setting = work.kept(name)) {
            work.note(*setting, Verdict::NotTaken, "is for Connection=mobile_ppp");
        }
    }
}

void mobile(Work& work) {
    Connection& connection = work.connection;
    connection.put("/type", "serial");
    optionsFile(work);
    if (const Setting* const interface = work.kept("Interface")) {
        const std::string_view text = trim(interface->text());
        if (core::text::isUtf8(text) && !core::text::hasControl(text)) {
            const std::string path = text.starts_with("/") ? std::string(text) : cat("/dev/", text);
            work.take(*interface, "/serial/device", path);
        } else {
            work.wrong(*interface, "the name of a tty");
        }
    } else {
        connection.troubles.push_back(work.input.path +
                                      " names no tty; expected a line such as Interface=ttyUSB0");
    }
    Json init = Json::array({"ATZ", "AT+CFUN=1"});
    if (const Setting* const setting = work.kept("Mode")) {
        const std::string_view word = trim(setting->text());
        const std::string command = modeCommand(word);
        if (!command.empty() && core::text::isUtf8(command) && !core::text::hasControl(command)) {
            init.push_back(command);
            work.note(*setting, Verdict::Taken, "/serial/dial/init");
        } else if (word == "None" || word.empty()) {
            work.note(*setting, Verdict::Default, "nothing is set");
        } else {
            work.wrong(*setting, "3Gpref, 3Gonly, GPRSpref, GPRSonly or None");
        }
    }
    if (const Setting* const name = work.kept("AccessPointName")) {
        init.push_back(cat(R"(AT+CGDCONT=1,"IP",")", name->text(), '"'));
    }
    connection.put("/serial/dial/init", std::move(init));
    if (!connection.has("/serial/dial/number")) {
        connection.put("/serial/dial/number", "*99#"); // netctl's own
    }
    // What netctl always says.
    connection.put("/serial/speed", 921600);
    connection.put("/ppp/passive", true);
    connection.put("/ppp/vj", false);
    work.remark("netctl's own", Verdict::Taken,
                "/serial/speed, /ppp/passive and /ppp/vj are as netctl always has them for mobile_ppp");
    if (const Setting* const idle = work.kept("IdleTimeout")) {
        work.note(*idle, Verdict::NotTaken, "is for Connection=pppoe");
    }
    if (!connection.has("/auth/user")) {
        connection.put("/auth/allow-empty-password", true);
    }
}

} // namespace

Result readNetctl(const Input& input) {
    std::string trouble;
    const core::Secret text = plainText(input.text, trouble);
    if (!trouble.empty()) {
        return nothing(cat(input.path, ' ', trouble));
    }
    const Settings settings = readShell(text.view(), input.path);
    Result result;
    Connection& connection = result.connections.emplace_back();
    connection.name = baseName(input.path);
    Work work(connection, input);
    work.badLines(settings);
    work.apply(settings.settings, kGeneral, Letters::Exact);
    const std::string kind(work.keptText("Connection"));
    if (kind == "pppoe" || kind == "ppp") {
        pppoe(work);
    } else if (kind == "mobile_ppp") {
        mobile(work);
    } else {
        return nothing(cat(input.path, ": Connection=", core::text::harmless(kind, 64),
                           " is no PPP link; expected pppoe or mobile_ppp"));
    }
    work.note(*work.kept("Connection"), Verdict::Taken, "/type");
    asPppd(work);
    if (connection.has("/auth/user")) {
        takeSecrets(connection, "", input.read);
    }
    sortReport(connection, input.path);
    return result;
}

Likeness looksLikeNetctl(std::string_view path, std::string_view text) {
    if (hasLine(text, "Connection=") && hasLine(text, "Interface=")) {
        return Likeness::Sure;
    }
    return hasLine(text, "Connection=") || folder(path) == "/etc/netctl" ? Likeness::Maybe : Likeness::No;
}

} // namespace ppp::cli::importing
