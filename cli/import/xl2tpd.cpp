// SPDX-License-Identifier: LGPL-2.1-or-later
// xl2tpd: /etc/xl2tpd/xl2tpd.conf (xl2tpd.conf(5)), a connection for each [lac NAME], with the options of its
// pppoptfile and the tunnel's secret of l2tp-secrets.
#include <algorithm>
#include <array>

#include "cli/import/ini_settings.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {
namespace {

using core::text::cat;

constexpr std::string_view kRhythm = "the daemon dials again in a rhythm that fits the cause, see /reconnect";
constexpr std::string_view kTuning = "is left to the kernel, which carries the tunnel's packets";
constexpr std::string_view kServer = "is for answering calls, and a connection only makes them";
constexpr std::string_view kDefault = "default";

void server(Work& work, const Setting& setting, std::string_view) {
    // lns = host or host:port
    const std::string_view text = trim(setting.text());
    const auto colon = text.find(':');
    const std::string_view host = trim(text.substr(0, colon));
    if (!core::text::isUtf8(host) || !core::rules::kServer.holds(host)) {
        return work.wrong(
            setting, cat(core::rules::kServer.expected, ", and a port behind a colon where it is not 1701"));
    }
    if (colon != std::string_view::npos) {
        const auto port = number(text.substr(colon + 1), 1, 65535);
        if (!port) {
            return work.wrong(setting, "a port from 1 to 65535 behind the colon");
        }
        if (*port != 1701) {
            work.connection.put("/l2tp/port", *port);
        }
    }
    work.take(setting, "/l2tp/server", std::string(host));
}

/// xl2tpd knows yes, true and 1; everything else is a no.
bool yes(const Setting& setting) {
    return truth(setting.text()).value_or(false);
}

void require(Work& work, const Setting& setting, std::string_view detail) {
    if (!yes(setting)) {
        work.note(setting, Verdict::Default, "nothing is asked of the peer");
    } else {
        work.note(setting, Verdict::NotTaken,
                  cat("makes the server prove who it is, which few can; ", detail,
                      " says so, with a secret \"peer-password\""));
    }
}

void refuse(Work& work, const Setting& setting, std::string_view detail) {
    if (!yes(setting)) {
        work.note(setting, Verdict::Default, "no method is refused unless it is said");
    } else if (detail.empty()) {
        work.connection.append("/auth/refuse", "pap");
        work.connection.append("/auth/refuse", "chap");
        work.note(setting, Verdict::Taken, "/auth/refuse");
    } else {
        rule::refuse(work, setting, detail);
    }
}

void dialAtStart(Work& work, const Setting& setting, std::string_view detail) {
    work.take(setting, detail, yes(setting));
}

void redial(Work& work, const Setting& setting, std::string_view) {
    work.keep(setting);
    work.take(setting, "/reconnect/enabled", yes(setting));
}

void defaultRoute(Work& work, const Setting& setting, std::string_view) {
    work.keep(setting);
    work.note(setting, yes(setting) ? Verdict::Taken : Verdict::Default, "/ipv4/default-route");
}

constexpr std::array kLac{
    Rule{"lns", server},
    Rule{"name", rule::key, "/auth/user"},
    Rule{"hostname", rule::key, "/l2tp/hostname"},
    Rule{"autodial", dialAtStart, "/autoconnect"},
    Rule{"redial", redial},
    Rule{"redial timeout", rule::leave, kRhythm},
    Rule{"max redials", rule::leave, kRhythm},
    Rule{"pppoptfile", rule::keep},
    Rule{"ppp debug", dialAtStart, "/ppp/debug"},
    Rule{"defaultroute", defaultRoute},
    Rule{"local ip", rule::key, "/ipv4/local"},
    Rule{"remote ip", rule::key, "/ipv4/peer"},
    Rule{"require chap", require, "/auth/require"},
    Rule{"require pap", require, "/auth/require"},
    Rule{"require authentication", require, "/auth/require"},
    Rule{"require auth", require, "/auth/require"},
    Rule{"refuse chap", refuse, "chap"},
    Rule{"refuse pap", refuse, "pap"},
    Rule{"refuse authentication", refuse, ""},
    Rule{"refuse auth", refuse, ""},
    Rule{"challenge", rule::keep},
    Rule{"password", rule::secret, "password"},
    Rule{"length bit", rule::leave, kTuning},
    Rule{"flow bit", rule::leave, kTuning},
    Rule{"flow bits", rule::leave, kTuning},
    Rule{"hidden bit", rule::leave, "no AVPs are hidden"},
    Rule{"tunnel rws", rule::leave, kTuning},
    Rule{"call rws", rule::leave, kTuning},
    Rule{"bps", rule::leave, "is only a number that is told to the peer"},
    Rule{"tx bps", rule::leave, "is only a number that is told to the peer"},
    Rule{"rx bps", rule::leave, "is only a number that is told to the peer"},
    Rule{"pass peer", rule::leave, "hooks are told the peer's address by PPP_REMOTE; see /hooks"},
    Rule{"cap backoff", rule::leave, kRhythm},
    Rule{"exclusive", rule::leave, kServer},
    Rule{"ip range", rule::leave, kServer},
    Rule{"no ip range", rule::leave, kServer},
    Rule{"assign ip", rule::leave, kServer},
    Rule{"lac", rule::leave, kServer},
    Rule{"no lac", rule::leave, kServer},
    Rule{"unix authentication", rule::leave, kServer},
    Rule{"proxy authentication", rule::leave, kServer},
};

struct File {
    const Input& input;
    Settings settings;
    std::string secretsPath = "/etc/xl2tpd/l2tp-secrets";
};

/// NAME of "lac NAME", "" of "lac"; nothing for other sections.
std::optional<std::string_view> lacName(std::string_view section) {
    if (!sameWord(section.substr(0, 3), "lac") ||
        (section.size() > 3 && section[3] != ' ' && section[3] != '\t')) {
        return std::nullopt;
    }
    return trim(section.substr(3));
}

/// A field of l2tp-secrets: a word, or one in quotes.
std::string_view field(std::string_view& line) {
    line = trim(line);
    if (line.starts_with('"')) {
        const auto end = line.find('"', 1);
        const std::string_view out = line.substr(1, end == std::string_view::npos ? end : end - 1);
        line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
        return out;
    }
    const std::string_view out = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(out.size());
    return out;
}

/// Lines of "us them secret"; '*' is everybody. The first that fits counts.
void tunnelSecret(Work& work, const File& file) {
    const Setting* const challenge = work.kept("challenge");
    const bool wanted = challenge != nullptr && yes(*challenge);
    const Reading reading = file.input.read(file.secretsPath);
    std::string trouble = reading.trouble;
    const core::Secret text = reading.text ? plainText(*reading.text, trouble) : core::Secret();
    if (challenge != nullptr) {
        work.note(*challenge, wanted ? Verdict::Taken : Verdict::Default,
                  wanted ? "a secret \"tunnel-secret\" makes the tunnel's ends prove who they are"
                         : "nothing is proved unless there is a secret \"tunnel-secret\"");
    }
    if (!reading.text || !trouble.empty()) {
        if (wanted || (!reading.text && !reading.absent)) {
            work.connection.note({file.secretsPath, 0}, "the tunnel's secret", Verdict::NotTaken, trouble);
        }
        return;
    }
    const auto host = work.connection.at("/l2tp/hostname");
    const auto lns = work.connection.at("/l2tp/server");
    unsigned number = 0;
    for (std::string_view rest = text.view(); !rest.empty();) {
        const auto end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        ++number;
        line = line.substr(0, line.find_first_of("#;"));
        const std::string_view us = field(line);
        const std::string_view them = field(line);
        const std::string_view secret = field(line);
        const bool fits = (us == "*" || (host.is_string() && host == std::string(us)) || !host.is_string()) &&
                          (them == "*" || (lns.is_string() && lns == std::string(them)));
        if (fits && !us.empty() && !secret.empty() && !wanted) {
            work.connection.note({file.secretsPath, number}, "the tunnel's secret ******", Verdict::NotTaken,
                                 "without challenge = yes xl2tpd asks the server for no proof, as the daemon "
                                 "would with it; where the server asks for one, `pppctl set-secret "
                                 "--tunnel-secret` stores it");
            return;
        }
        if (fits && !us.empty() && !secret.empty()) {
            work.connection.keep("tunnel-secret", secret);
            work.connection.note({file.secretsPath, number}, "the tunnel's secret ******", Verdict::Taken,
                                 "kept as the secret \"tunnel-secret\"");
            return;
        }
    }
    if (wanted) {
        work.connection.note({file.secretsPath, 0}, "the tunnel's secret", Verdict::NotTaken,
                             "no line is for this server; `pppctl set-secret --tunnel-secret` stores one");
    }
}

/// What pppd does by default and a profile does not.
void whatNobodyAskedFor(Work& work) {
    const Setting* const route = work.kept("defaultroute");
    Connection& connection = work.connection;
    if ((route == nullptr || !yes(*route)) && !optionSeen(connection, "defaultroute") &&
        !connection.has("/ipv4/default-route")) {
        connection.put("/ipv4/default-route", "never");
        work.remark("no defaultroute", Verdict::Taken, "/ipv4/default-route: no option asked for one");
    }
    if (!optionSeen(connection, "usepeerdns") && !connection.has("/dns/mode")) {
        connection.put("/dns/mode", "off");
        work.remark("no usepeerdns", Verdict::Taken, "/dns/mode: no option asked for name servers");
    }
    const Setting* const again = work.kept("redial");
    if (again != nullptr && yes(*again) && connection.at("/reconnect/enabled") == false) {
        retract(connection, "/reconnect/enabled", "redial = yes dials again, whatever pppd does");
    } else if (again == nullptr && !connection.has("/reconnect/enabled") &&
               !optionSeen(connection, "persist") && !optionSeen(connection, "demand")) {
        connection.put("/reconnect/enabled", false);
        work.remark("no redial", Verdict::Taken,
                    "/reconnect/enabled: neither redial = yes nor persist asked for dialling again");
    }
    importing::asPppd(work);
}

/// What counts for a [lac]: that of [lac default], then its own. Of several servers xl2tpd calls the first.
std::vector<const Setting*> settingsOf(Work& work, const File& file, std::string_view name) {
    std::vector<const Setting*> all;
    const auto add = [&](bool defaults) {
        bool called = false;
        for (const Setting& setting : file.settings.settings) {
            const auto section = lacName(setting.section);
            const bool shared = section && sameWord(*section, kDefault);
            if (!section || (defaults ? !shared : shared || !sameWord(*section, name))) {
                continue;
            }
            const bool callee = sameWord(setting.name, "lns");
            if (callee && called) {
                work.note(setting, Verdict::NotTaken,
                          "a profile has one server; make a profile of its own for this one");
            } else {
                all.push_back(&setting);
            }
            called = called || callee;
        }
    };
    add(true);
    add(false);
    return all;
}

void lac(const File& file, std::string_view name, Result& result) {
    Connection& connection = result.connections.emplace_back();
    connection.name = name.empty() ? "l2tp" : name;
    connection.put("/type", "l2tp");
    Work work(connection, file.input);
    work.badLines(file.settings);
    work.apply(settingsOf(work, file, name), kLac, Letters::Any);
    if (const Setting* const options = work.kept("pppoptfile")) {
        rule::optionFile(work, *options, {});
    }
    if (!connection.has("/l2tp/server")) {
        connection.troubles.push_back(cat("[lac ", core::text::harmless(name, 64), "] of ", file.input.path,
                                          " names no server; expected a line such as lns = vpn.example.net"));
    }
    whatNobodyAskedFor(work);
    tunnelSecret(work, file);
    if (connection.has("/auth/user")) {
        takeSecrets(connection, "", file.input.read);
    }
    work.remark("IPsec", Verdict::NotTaken,
                "xl2tpd does not know whether IPsec protects the tunnel; if it has to, set "
                "/l2tp/require-ipsec to true");
    sortReport(connection, file.input.path);
}

/// Sections that are no [lac]: what they say is for no single connection.
void others(File& file, Result& result) {
    for (const Setting& setting : file.settings.settings) {
        if (lacName(setting.section)) {
            continue;
        }
        const bool global = sameWord(setting.section, "global");
        const bool authFile = global && sameWord(setting.name, "auth file");
        if (authFile && trim(setting.text()).starts_with('/')) {
            file.secretsPath = trim(setting.text());
        }
        const std::string_view why = authFile ? "the tunnel's secret is looked for there"
                                     : global
                                         ? "is of the program xl2tpd; each link here has a tunnel of its own"
                                         : kServer;
        result.report.push_back({setting.place, core::text::harmless(Work::shown(setting), 300),
                                 authFile ? Verdict::Taken : Verdict::NotTaken, std::string(why)});
    }
}

} // namespace

Result readXl2tpd(const Input& input) {
    std::string trouble;
    const core::Secret text = plainText(input.text, trouble);
    if (!trouble.empty()) {
        return nothing(cat(input.path, ' ', trouble));
    }
    File file{input, readIni(text.view(), input.path, {.comments = ";#", .commentsBehind = true})};
    Result result;
    others(file, result);
    std::vector<std::string> names;
    for (const Place& section : file.settings.sections) {
        const auto name = lacName(section.file);
        if (!name || sameWord(*name, kDefault)) {
            continue;
        }
        const bool known =
            std::any_of(names.begin(), names.end(), [&](const auto& one) { return sameWord(one, *name); });
        if (!known && names.size() < kFiles) {
            names.emplace_back(*name);
            lac(file, *name, result);
        }
    }
    if (names.empty()) {
        result.troubles.push_back(
            cat(input.path, " has no section [lac NAME]; [lns …] is for answering calls"));
    }
    return result;
}

Likeness looksLikeXl2tpd(std::string_view path, std::string_view text) {
    if (hasLine(text, "[lac", Letters::Any) || hasLine(text, "[lns", Letters::Any)) {
        return Likeness::Sure;
    }
    const std::string_view base = baseName(path);
    return base == "xl2tpd.conf" || base == "l2tpd.conf" ? Likeness::Maybe : Likeness::No;
}

} // namespace ppp::cli::importing
