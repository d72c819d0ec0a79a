// SPDX-License-Identifier: LGPL-2.1-or-later
// Options of pppd(8) that are more than a key and a value.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "cli/import/named_rows.hpp"
#include "cli/import/options_taker.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {
namespace {

using Json = nlohmann::ordered_json;
using core::text::cat;
using Handler = void (*)(OptionsTaker& taker, const Option& option);

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

/// pppd keeps one flag for auth, noauth and require-…: the last of them counts, and without it no method is
/// asked for (auth.c, auth_check_options()).
void takeNoAuth(OptionsTaker& taker, const Option& option) {
    for (const std::size_t row : std::exchange(taker.seen.requireRows, {})) {
        taker.connection().report[row].verdict = Verdict::NotTaken;
        taker.connection().report[row].why = overriddenIn(option.place);
    }
    taker.connection().drop("/auth/require");
    if (taker.seen.auth) {
        taker.note(*taker.seen.auth, Verdict::NotTaken, overriddenIn(option.place));
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
    if (!refuse) {
        taker.seen.requireRows.push_back(taker.connection().report.size() - 1);
    }
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
    long long sum = 0;
    long long step = taker.seen.padiTimeout.value_or(5);
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
    taker.set(option, "/reconnect/enabled", false);
}

void takeDemand(OptionsTaker& taker, const Option& option) {
    taker.seen.persist = true; // pppd's demand is persist, too
    if (taker.connection().at("/reconnect/enabled") == false) {
        taker.set(option, "/reconnect/enabled", true);
    }
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

constexpr std::string_view kEncryptionOff = "encryption is off unless it is required (/ppp/mppe)";

/// One of the options about encryption: what it means shows once all are read.
void takeMppe(OptionsTaker& taker, const Option& option) {
    Mppe& mppe = taker.seen.mppe;
    constexpr std::array kFlags{
        std::pair{std::string_view("require-mppe"), &Mppe::any},
        std::pair{std::string_view("+mppe"), &Mppe::any},
        std::pair{std::string_view("require-mppe-40"), &Mppe::only40},
        std::pair{std::string_view("+mppe-40"), &Mppe::only40},
        std::pair{std::string_view("require-mppe-128"), &Mppe::only128},
        std::pair{std::string_view("+mppe-128"), &Mppe::only128},
        std::pair{std::string_view("nomppe-40"), &Mppe::no40},
        std::pair{std::string_view("-mppe-40"), &Mppe::no40},
        std::pair{std::string_view("nomppe-128"), &Mppe::no128},
        std::pair{std::string_view("-mppe-128"), &Mppe::no128},
        std::pair{std::string_view("mppe-stateful"), &Mppe::stateful},
    };
    for (const auto& [name, flag] : kFlags) {
        if (name == option.name) {
            mppe.*flag = true;
        }
    }
    taker.note(option, Verdict::Taken, "/ppp/mppe");
    taker.seen.mppeRows.push_back(taker.connection().report.size() - 1);
}

/// nomppe: what was required before it is required no more.
void takeNoMppe(OptionsTaker& taker, const Option& option) {
    for (const std::size_t row : std::exchange(taker.seen.mppeRows, {})) {
        taker.connection().report[row].verdict = Verdict::NotTaken;
        taker.connection().report[row].why = overriddenIn(option.place);
    }
    taker.seen.mppe = {};
    taker.connection().drop("/ppp/mppe");
    taker.note(option, Verdict::Default, kEncryptionOff);
}

void takeStateless(OptionsTaker& taker, const Option& option) {
    taker.seen.mppe.stateful = false;
    taker.note(option, Verdict::Default, "encryption is stateless unless /ppp/mppe says so");
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
    Mppe& mppe = taker.seen.mppe;
    mppe.any = true;
    mppe.no40 = mppe.no40 || has("no40");
    mppe.no128 = mppe.no128 || has("no128");
    takeMppe(taker, option);
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
    Special{"require-mppe", takeMppe},
    Special{"+mppe", takeMppe},
    Special{"require-mppe-40", takeMppe},
    Special{"+mppe-40", takeMppe},
    Special{"require-mppe-128", takeMppe},
    Special{"+mppe-128", takeMppe},
    Special{"nomppe-40", takeMppe},
    Special{"-mppe-40", takeMppe},
    Special{"nomppe-128", takeMppe},
    Special{"-mppe-128", takeMppe},
    Special{"mppe-stateful", takeMppe},
    Special{"nomppe-stateful", takeStateless},
    Special{"nomppe", takeNoMppe},
    Special{"-mppe", takeNoMppe},
    Special{"mppe", takeOldMppe},
    Special{"-all", takeNothing},
};

} // namespace

bool special(std::string_view option) {
    return find(kSpecial, option) != nullptr;
}

void settleMppe(OptionsTaker& taker) {
    const Mppe& mppe = taker.seen.mppe;
    Connection& connection = taker.connection();
    const auto rows = std::exchange(taker.seen.mppeRows, {});
    if (rows.empty()) {
        return;
    }
    if (mppe.contradiction()) {
        connection.troubles.emplace_back("encryption is required, and every length of its key is refused; "
                                         "say what is meant by /ppp/mppe");
    } else if (mppe.required()) {
        connection.put("/ppp/mppe", mppe.value());
        return;
    }
    for (const std::size_t row : rows) {
        connection.report[row].verdict = mppe.required() ? Verdict::NotTaken : Verdict::Default;
        connection.report[row].why =
            mppe.required() ? "contradicts the other options about encryption" : kEncryptionOff;
    }
}

bool handleSpecial(OptionsTaker& taker, const Option& option) {
    if (const Special* const row = find(kSpecial, option.name)) {
        row->handler(taker, option);
        return true;
    }
    return takeMethod(taker, option);
}

} // namespace ppp::cli::importing
