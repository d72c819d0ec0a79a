// SPDX-License-Identifier: LGPL-2.1-or-later
// /etc/ppp/peers/NAME: all that `pppd call NAME` would read, in its order.
#include <algorithm>
#include <array>

#include "cli/import/options_taker.hpp"
#include "cli/import/pppd_secrets.hpp"
#include "cli/import/pppoe_conf.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using core::text::cat;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kPeers = "/etc/ppp/peers/";

/// What pppd leaves alone unless it is told, and the daemon does by default.
void sayWhatIsOff(OptionsTaker& taker, const Place& file) {
    Connection& connection = taker.connection();
    const auto off = [&](bool said, std::string_view option, std::string_view pointer, Json value) {
        if (!said && !connection.has(pointer)) {
            connection.take(file, cat("no ", option), pointer, std::move(value));
        }
    };
    const bool ip4 = connection.at("/ipv4/enabled") != false;
    off(taker.seen.defaultRoute || !ip4, "defaultroute", "/ipv4/default-route", "never");
    off(taker.seen.peerDns, "usepeerdns", "/dns/mode", "off");
    off(taker.seen.persist, "persist", "/reconnect/enabled", false);
}

void chooseType(OptionsTaker& taker, const Place& file) {
    Connection& connection = taker.connection();
    if (taker.seen.pppoePlugin || connection.has("/pppoe/interface")) {
        connection.put("/type", "pppoe");
        if (!connection.has("/pppoe/interface")) {
            connection.troubles.push_back(cat("no Ethernet interface is named in ", file.file,
                                              "; add it there, or say it with --set "
                                              "/pppoe/interface=eth0"));
        }
    } else if (connection.has("/serial/device")) {
        connection.put("/type", "serial");
    } else {
        connection.put("/type", "serial");
        connection.troubles.push_back(cat("neither a tty nor a PPPoE interface is named in ", file.file,
                                          "; add it there, or say it with --set /serial/device=/dev/ttyS0"));
    }
}

} // namespace

void takePtyCommand(OptionsTaker& taker, const Option& option) {
    const auto words = shellWords(option.argument());
    const std::string program =
        words && !words->empty() ? words->front().substr(words->front().rfind('/') + 1) : std::string();
    if (program != "pppoe") {
        taker.seen.troubles.push_back(
            program == "pptp" ? "PPTP is not supported"
                              : cat("line ", option.place.line, " of ", option.place.file,
                                    " runs PPP over a command of its own, which is not supported"));
        return taker.notTaken(option, "it runs a command as root");
    }
    taker.note(option, Verdict::Changed, "/type: pppoe, by the kernel and not by a command");
    taker.seen.pppoePlugin = true;
    constexpr std::string_view kWithArgument = "ITDSCWpmef";
    for (std::size_t at = 1; at < words->size(); ++at) {
        const std::string& word = (*words)[at];
        if (word.size() < 2 || word[0] != '-') {
            taker.notTaken({option.place, "pppoe " + word, {}}, "pppoe(8) has no such argument");
            continue;
        }
        const char flag = word[1];
        const bool takes = kWithArgument.find(flag) != std::string_view::npos;
        const std::string value = !takes                   ? std::string()
                                  : word.size() > 2        ? word.substr(2)
                                  : at + 1 < words->size() ? (*words)[++at]
                                                           : std::string();
        const Option part{option.place, "pppoe " + word.substr(0, 2),
                          takes ? std::vector{value} : std::vector<std::string>()};
        if (flag == 'I') {
            taker.set(part, "/pppoe/interface", value);
        } else if (flag == 'S') {
            taker.set(part, "/pppoe/service", value);
        } else if (flag == 'C') {
            taker.set(part, "/pppoe/access-concentrator", value);
        } else if (flag == 'W') {
            taker.set(part, "/pppoe/host-uniq", pppoe_conf::hostUniq(value));
        } else if (flag == 'm') {
            taker.set(part, "/mss-clamp", true, "the size follows from the MTU");
        } else if (flag == 's' || flag == 'T' || flag == 'U' || flag == 'p') {
            taker.note(part, Verdict::Default, "the kernel and the daemon see to it");
        } else {
            taker.notTaken(part, "it is for testing, or for sessions made by hand");
        }
    }
}

Result readPeers(const Input& input) {
    Result result;
    Connection& connection = result.connections.emplace_back();
    connection.name = input.path.substr(input.path.rfind('/') + 1);
    connection.put("/type", "pppoe"); // in front; chooseType() has the last word
    OptionsTaker taker(connection, input.read);
    const Place file{input.path, 0};
    taker.includeIfThere(file, "/etc/ppp/options");
    taker.take(input.path, input.text);
    if (const Json device = connection.at("/serial/device"); device.is_string()) {
        std::string tty = device.get<std::string>().substr(5); // behind "/dev/"
        std::replace(tty.begin(), tty.end(), '/', '.');
        taker.includeIfThere(file, "/etc/ppp/options." + tty);
    }
    chooseType(taker, file);
    auto later = std::exchange(taker.seen.later, {});
    // Of each kind the last counts; what is said to a modem before it dials goes in front of what dials.
    for (std::size_t i = 0; i < later.size(); ++i) {
        const bool last = std::none_of(later.begin() + static_cast<std::ptrdiff_t>(i) + 1, later.end(),
                                       [&](const Option& other) { return other.name == later[i].name; });
        if (!last) {
            taker.notTaken(later[i], "overridden further down");
        }
    }
    for (const char* kind : {"connect", "init", "disconnect"}) {
        const auto last = std::find_if(later.rbegin(), later.rend(),
                                       [&](const Option& option) { return option.name == kind; });
        if (last != later.rend()) {
            takeChatCommand(taker, *last);
        }
    }
    if (connection.at("/type") != "serial" && connection.has("/serial")) {
        connection.drop("/serial/dial");
    }
    sayWhatIsOff(taker, file);
    taker.settle();
    const Json server = connection.at("/auth/remote-name");
    takeSecretsOf(connection, server.is_string() ? server.get<std::string>() : std::string(),
                  {taker.seen.chapSecrets, taker.seen.papSecrets}, input.read);
    if (!connection.has("/auth/user")) {
        connection.note(
            file, "no user", Verdict::NotTaken,
            "pppd would tell the peer the machine's host name; say /auth/user if the peer wants one");
    }
    for (std::string& trouble : taker.seen.troubles) {
        connection.troubles.push_back(std::move(trouble));
    }
    return result;
}

Likeness looksLikePeers(std::string_view path, std::string_view text) {
    if (path.starts_with(kPeers) || path.starts_with("/etc/ppp/options")) {
        return Likeness::Sure;
    }
    // Sections and assignments are of other programs.
    PppdWords words(text.substr(0, 4096));
    int known = 0;
    int strange = 0;
    while (const auto word = words.next()) {
        if (word->first) {
            const bool its = argumentsOf(word->text).has_value() || word->text.starts_with("nic-") ||
                             word->text.starts_with("/dev/") || word->text.starts_with("tty");
            ++(its ? known : strange);
        }
    }
    return known > strange ? Likeness::Maybe : Likeness::No;
}

} // namespace ppp::cli::importing
