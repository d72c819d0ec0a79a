// SPDX-License-Identifier: LGPL-2.1-or-later
// NetworkManager: keyfiles of type pppoe, gsm, and vpn with the L2TP plugin.
#include "cli/import/network_manager.hpp"

#include <array>
#include <map>

#include "cli/import/ini_settings.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {
namespace nm {
namespace {

using core::text::cat;
using Json = nlohmann::ordered_json;

constexpr std::string_view kOther = "is not about a PPP link";
constexpr std::string_view kSim =
    "picks a modem or a SIM by its number; here the device is named in /serial/device";
constexpr std::string_view kDns = "is of systemd-resolved's own settings; the link has those of its file";

void autoconnect(Work& work, const Setting& setting, std::string_view) {
    rule::key(work, setting, "/autoconnect");
}

void retries(Work& work, const Setting& setting, std::string_view) {
    work.note(setting, Verdict::NotTaken,
              "the daemon does not give up after some failures, it tries more seldom, see /reconnect");
}

void metered(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    // NMMetered: 0 unknown, 1 yes, 2 no, 3 and 4 guesses.
    if (text == "1" || text == "yes" || text == "true" || text == "3") {
        work.take(setting, "/metered", true);
    } else {
        work.note(setting, Verdict::Default, "a link is not metered unless it is said");
    }
}

void overTls(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    const std::map<std::string_view, std::string_view> words{
        {"0", "no"},  {"no", "no"},  {"1", "opportunistic"}, {"opportunistic", "opportunistic"},
        {"2", "yes"}, {"yes", "yes"}};
    if (const auto word = words.find(text); word != words.end()) {
        work.take(setting, "/dns/over-tls", std::string(word->second));
    } else {
        work.note(setting, Verdict::Default, "as the machine has it");
    }
}

void cloned(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text.find(':') != std::string_view::npos) {
        rule::key(work, setting, "/pppoe/clone-mac");
    } else {
        work.note(setting, text == "preserve" || text.empty() ? Verdict::Default : Verdict::NotTaken,
                  "the interface keeps its address unless /pppoe/clone-mac names one");
    }
}

void noauth(Work& work, const Setting& setting, std::string_view) {
    if (truth(setting.text()).value_or(true)) {
        work.note(setting, Verdict::Default, "nothing is asked of the peer");
    } else {
        work.note(setting, Verdict::NotTaken,
                  "wants some proof of the peer, whichever; a profile names the methods in /auth/require");
    }
}

void flow(Work& work, const Setting& setting, std::string_view) {
    // NetworkManager's default is off, that of a profile is on: USB modems do not care, cables do.
    work.take(setting, "/serial/flow-control", truth(setting.text()).value_or(false) ? "rtscts" : "none");
}

void stopBits(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "2") {
        work.connection.append("/ppp/extra-options", "stop-bits");
        work.connection.append("/ppp/extra-options", "2");
        work.note(setting, Verdict::Taken, "/ppp/extra-options");
    } else {
        work.note(setting, Verdict::Default, "one stop bit is the usual");
    }
}

void eightBits(Work& work, const Setting& setting, std::string_view detail) {
    const std::string text = lowered(trim(setting.text()));
    const bool usual = text == "8" || text == "n" || text == "110" || text == "0" || text.empty();
    work.note(setting, usual ? Verdict::Default : Verdict::NotTaken, detail);
}

constexpr std::array kConnection{
    Rule{"id", rule::keep},
    Rule{"type", rule::keep},
    Rule{"interface-name", rule::keep},
    Rule{"autoconnect", autoconnect},
    Rule{"autoconnect-retries", retries},
    Rule{
        "autoconnect-priority", rule::leave,
        "picks one of several profiles for a device; /priority, where less is more, picks the default route"},
    Rule{"uuid", rule::leave, "is of NetworkManager alone: a profile has the name of its file"},
    Rule{"timestamp", rule::leave, "is of NetworkManager alone: when the link was last up"},
    Rule{"permissions", rule::leave, "who may use a link is up to polkit, see org.ppp.manager.*"},
    Rule{"zone", rule::key, "/firewall-zone"},
    Rule{"metered", metered},
    Rule{"dns-over-tls", overTls},
    Rule{"mdns", rule::leave, kDns},
    Rule{"llmnr", rule::leave, kDns},
    Rule{"secondaries", rule::leave,
         "brings up another link behind this one; order its unit after "
         "ppp-link@NAME.service"},
    Rule{"gateway-ping-timeout", rule::leave, "the link is up as soon as it has addresses"},
    Rule{"auth-retries", rule::leave, "see /reconnect/auth-failures"},
    Rule{"stable-id", rule::leave, kOther},
    Rule{"read-only", rule::leave, "is of NetworkManager alone"},
    Rule{"wait-device-timeout", rule::leave, "the daemon waits for the device by itself"},
};

constexpr std::array kPppoe{
    Rule{"parent", rule::keep},
    Rule{"service", rule::key, "/pppoe/service"},
    Rule{"username", rule::key, "/auth/user"},
    Rule{"password", rule::secret, "password"},
    Rule{"password-flags", secretFlags},
};

constexpr std::array kEthernet{
    Rule{"mac-address", rule::leave,
         "picks the Ethernet interface by its address; here it is named in "
         "/pppoe/interface"},
    Rule{"cloned-mac-address", cloned},
    Rule{"mtu", rule::leave, "is of the Ethernet interface, which the daemon leaves alone"},
    Rule{"mac-address-blacklist", rule::leave,
         "picks the Ethernet interface; here it is named in /pppoe/interface"},
    Rule{"auto-negotiate", rule::leave, "is of the Ethernet interface, which the daemon leaves alone"},
};

constexpr std::array kGsm{
    Rule{"apn", rule::keep},
    Rule{"number", rule::key, "/serial/dial/number"},
    Rule{"username", rule::key, "/auth/user"},
    Rule{"password", rule::secret, "password"},
    Rule{"password-flags", secretFlags},
    Rule{"pin", rule::secret, "pin"},
    Rule{"pin-flags", secretFlags},
    Rule{"mtu", orUsual, "/ppp/mtu"},
    Rule{"network-id", rule::leave, "put AT+COPS=1,2,\"…\" among /serial/dial/init to choose a network"},
    Rule{"home-only", rule::leave, "whether to roam is a setting of the modem"},
    Rule{"auto-config", rule::leave,
         "looks the access point up in a list of providers; name it in an "
         "AT+CGDCONT command among /serial/dial/init"},
    Rule{"device-id", rule::leave, kSim},
    Rule{"sim-id", rule::leave, kSim},
    Rule{"sim-operator-id", rule::leave, kSim},
    Rule{"allowed-bands", rule::leave, "is a setting of the modem"},
};

constexpr std::array kPpp{
    Rule{"mtu", orUsual, "/ppp/mtu"},
    Rule{"mru", orUsual, "/ppp/mru"},
    Rule{"lcp-echo-failure", rule::key, "/ppp/lcp-echo-failure"},
    Rule{"lcp-echo-interval", rule::key, "/ppp/lcp-echo-interval"},
    Rule{"refuse-eap", rule::refuse, "eap"},
    Rule{"refuse-pap", rule::refuse, "pap"},
    Rule{"refuse-chap", rule::refuse, "chap"},
    Rule{"refuse-mschap", rule::refuse, "mschap"},
    Rule{"refuse-mschapv2", rule::refuse, "mschapv2"},
    Rule{"require-mppe", mppe},
    Rule{"require-mppe-128", mppe},
    Rule{"mppe-stateful", mppe},
    Rule{"noauth", noauth},
    Rule{"crtscts", flow},
    Rule{"baud", orUsual, "/serial/speed"},
    Rule{"nobsdcomp", rule::standard, "no compression is asked for, see /ppp/compression"},
    Rule{"nodeflate", rule::standard, "no compression is asked for, see /ppp/compression"},
    Rule{"no-vj-comp", rule::opposite, "/ppp/vj"},
};

constexpr std::array kSerial{
    Rule{"baud", orUsual, "/serial/speed"},
    Rule{"bits", eightBits, "PPP needs all eight bits"},
    Rule{"parity", eightBits, "PPP needs a line without parity"},
    Rule{"stopbits", stopBits},
    Rule{"send-delay", rule::leave, "bytes are sent as fast as the line takes them"},
};

constexpr std::array kOpaque{Rule{"browser-only", rule::leave, kOther}, Rule{"method", rule::leave, kOther},
                             Rule{"pac-url", rule::leave, kOther}};

/// Undoes the escapes of GKeyFile: \s \n \t \r \\ ; the "\;" of a list stays for items().
core::Secret unescaped(std::string_view text) {
    Scratch out(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out.add(text[i]);
            continue;
        }
        const char c = text[++i];
        if (c == ';') {
            out.add('\\');
        }
        out.add(c == 's' ? ' ' : c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
    }
    return core::Secret(out.view());
}

std::span<const Rule> rulesOf(std::string_view section, bool vpn) {
    if (section == "ethernet") {
        section = "802-3-ethernet";
    }
    const std::map<std::string_view, std::span<const Rule>> sections{
        {"connection", kConnection},
        {"pppoe", kPppoe},
        {"802-3-ethernet", kEthernet},
        {"gsm", kGsm},
        {"ppp", kPpp},
        {"serial", kSerial},
        {"ipv4", ip4Rules()},
        {"ipv6", ip6Rules()},
        {"proxy", kOpaque},
    };
    if (vpn && section == "vpn") {
        return l2tpRules();
    }
    if (vpn && section == "vpn-secrets") {
        return l2tpSecretRules();
    }
    const auto found = sections.find(section);
    return found == sections.end() ? std::span<const Rule>() : found->second;
}

void interfaceOf(Work& work, std::string_view type) {
    const Setting* const named = work.kept("interface-name");
    const Setting* const parent = work.kept("parent");
    Connection& connection = work.connection;
    if (type == "pppoe") {
        // Before there was `parent`, interface-name was the Ethernet interface, and without it it still is.
        if (parent != nullptr) {
            rule::key(work, *parent, "/pppoe/interface");
        }
        if (named != nullptr) {
            rule::key(work, *named, parent != nullptr ? "/interface-name" : "/pppoe/interface");
        }
        if (parent == nullptr && named == nullptr) {
            connection.troubles.push_back(
                cat(work.input.path,
                    " leaves the choice of the Ethernet interface to NetworkManager; expected a line "
                    "such as interface-name=eth0 below [connection], or --set /pppoe/interface=eth0"));
        }
    } else if (type == "vpn") {
        if (named != nullptr) {
            rule::key(work, *named, "/interface-name");
        }
    } else if (named != nullptr && trim(named->text()).starts_with("tty")) {
        work.take(*named, "/serial/device", cat("/dev/", trim(named->text())));
    } else {
        if (named != nullptr) {
            work.note(*named, Verdict::NotTaken, "is no tty that a number can be dialled on");
        }
        connection.troubles.push_back(
            cat(work.input.path,
                " names no tty of the modem; expected a line such as interface-name=ttyUSB2 below "
                "[connection], or --set /serial/device=/dev/ttyUSB2 (`pppctl discover --serial` shows "
                "which there are)"));
    }
}

void gsm(Work& work) {
    Connection& connection = work.connection;
    Json init = Json::array({"ATZ"});
    if (const Setting* const apn = work.kept("apn")) {
        if (core::text::isUtf8(apn->text()) && !core::text::hasControl(apn->text()) &&
            apn->text().find('"') == std::string_view::npos) {
            init.push_back(cat(R"(AT+CGDCONT=1,"IP",")", trim(apn->text()), '"'));
            work.note(*apn, Verdict::Taken, "/serial/dial/init");
        } else {
            work.wrong(*apn, "the name of an access point, without quotes");
        }
    }
    if (!connection.has("/serial/dial/number")) {
        connection.put("/serial/dial/number", "*99#"); // NetworkManager's own
    }
    connection.put("/serial/dial/init", std::move(init));
    if (!connection.has("/auth/user")) {
        connection.put("/auth/allow-empty-password", true);
    }
}

void general(Work& work, std::string_view type) {
    Connection& connection = work.connection;
    for (const char* const name : {"id", "type"}) {
        if (const Setting* const setting = work.kept(name)) {
            const bool id = std::string_view(name) == "id";
            work.note(*setting, Verdict::Taken,
                      id ? "the name of the profile, as far as it can be one" : "/type");
        }
    }
    if (!connection.has("/autoconnect") && type != "vpn") {
        bool said = false;
        for (const Entry& entry : connection.report) {
            said = said || entry.what.starts_with("[connection] autoconnect=");
        }
        if (!said) {
            connection.put("/autoconnect", true);
            work.remark("no autoconnect", Verdict::Taken,
                        "/autoconnect: NetworkManager brings it up at boot unless "
                        "autoconnect=false");
        }
    }
    if (type != "gsm") {
        retract(connection, "/serial", "is for modems");
    }
    if (type != "gsm" && connection.has("/ppp/vj")) {
        retract(connection, "/ppp/vj", "is for serial lines, and this link has none");
    }
    if (type != "pppoe") {
        retract(connection, "/pppoe", "is for PPPoE");
    }
    if (type == "gsm") {
        connection.put("/type", "serial");
        gsm(work);
    } else {
        connection.put("/type", type == "vpn" ? "l2tp" : "pppoe");
    }
}

} // namespace

std::vector<std::string> items(std::string_view text) {
    std::vector<std::string> out;
    std::string item;
    const auto end = [&] {
        if (const std::string_view word = trim(item); !word.empty() && out.size() < 256) {
            out.emplace_back(word);
        }
        item.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ';') {
            item += text[++i];
        } else if (text[i] == ';') {
            end();
        } else {
            item += text[i];
        }
    }
    end();
    return out;
}

void secretFlags(Work& work, const Setting& setting, std::string_view) {
    const auto flags = number(setting.text(), 0, 7);
    if (!flags) {
        work.wrong(setting, "a number from 0 to 7");
    } else if (*flags == 0) {
        work.note(setting, Verdict::Default, "the secret stands in the file");
    } else if ((*flags & 4) != 0) {
        work.note(setting, Verdict::Default, "the secret is not needed");
    } else {
        work.note(setting, Verdict::NotTaken,
                  (*flags & 2) != 0
                      ? "it is asked for each time: `pppctl up --ask` does so"
                      : "it is in a person's keyring; `pppctl set-secret` stores it for the link");
    }
}

void orUsual(Work& work, const Setting& setting, std::string_view detail) {
    const std::string_view text = trim(setting.text());
    if (text == "0" || text == "auto") {
        work.note(setting, Verdict::Default, "is left to the link");
    } else {
        rule::key(work, setting, detail);
    }
}

} // namespace nm

namespace {

using core::text::cat;

std::string find(const Settings& settings, std::string_view section, std::string_view name) {
    std::string out;
    for (const Setting& setting : settings.settings) {
        if (setting.section == section && setting.name == name) {
            out = trim(setting.text());
        }
    }
    return out;
}

/// What is wrong with the type of the connection; empty: it is one of PPP.
std::string noPpp(std::string_view type, std::string_view service) {
    if (type == "pppoe" || type == "gsm") {
        return {};
    }
    if (type != "vpn") {
        return cat("type=", core::text::harmless(type, 64),
                   " is no PPP link; expected pppoe, gsm, or vpn with L2TP");
    }
    return service == "org.freedesktop.NetworkManager.l2tp"
               ? std::string()
               : cat("service-type=", core::text::harmless(service, 64),
                     " is another kind of VPN; expected org.freedesktop.NetworkManager.l2tp");
}

} // namespace

Result readNetworkManager(const Input& input) {
    std::string trouble;
    const core::Secret text = plainText(input.text, trouble);
    if (!trouble.empty()) {
        return nothing(cat(input.path, ' ', trouble));
    }
    Settings settings = readIni(text.view(), input.path, {.comments = "#", .keepTrailing = true});
    for (Setting& setting : settings.settings) {
        setting.value = nm::unescaped(setting.text());
    }
    const std::string type = find(settings, "connection", "type");
    if (const std::string wrong = noPpp(type, find(settings, "vpn", "service-type")); !wrong.empty()) {
        return nothing(cat(input.path, ": ", wrong));
    }
    Result result;
    Connection& connection = result.connections.emplace_back();
    const std::string id = find(settings, "connection", "id");
    const std::string_view base = baseName(input.path);
    connection.name = id.empty() ? std::string(base.substr(0, base.rfind(".nmconnection"))) : id;
    Work work(connection, input);
    work.badLines(settings);
    std::vector<std::string> order;
    std::map<std::string, std::vector<const Setting*>> sections;
    for (const Setting& setting : settings.settings) {
        auto& list = sections[setting.section];
        if (list.empty()) {
            order.push_back(setting.section);
        }
        list.push_back(&setting);
    }
    for (const std::string& section : order) {
        work.apply(sections[section], nm::rulesOf(section, type == "vpn"), Letters::Exact);
    }
    nm::general(work, type);
    nm::interfaceOf(work, type);
    nm::finishIp(work);
    nm::finishMppe(work);
    if (type == "vpn") {
        nm::finishL2tp(work);
    }
    sortReport(connection, input.path);
    return result;
}

Likeness looksLikeNetworkManager(std::string_view path, std::string_view text) {
    if (hasLine(text, "[connection]") && hasLine(text, "type=")) {
        return Likeness::Sure;
    }
    return path.ends_with(".nmconnection") || folder(path).ends_with("/system-connections") ? Likeness::Maybe
                                                                                            : Likeness::No;
}

} // namespace ppp::cli::importing
