// SPDX-License-Identifier: LGPL-2.1-or-later
// wvdial: /etc/wvdial.conf (wvdial.conf(5)), a connection for each section that has a number to dial.
#include "cli/import/wvdial.hpp"

#include <algorithm>
#include <array>

#include "cli/import/ini_settings.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {
namespace wvdial {
namespace {

using core::text::cat;
using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "Dialer ";
constexpr std::string_view kDefaults = "Defaults";
constexpr std::string_view kTests =
    "nothing is looked up to try the link; `pppctl status` shows its addresses and "
    "name servers";
constexpr std::string_view kOneNumber = "a profile has one number; make a profile of its own for this one";
constexpr std::string_view kProvider = "only tells the person something";
constexpr std::string_view kRhythm = "the daemon dials again in a rhythm that fits the cause, see /reconnect";
constexpr std::string_view kGuessing = "prompts are not guessed; say what to wait for and to send in "
                                       "/serial/dial/login";

void device(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    const std::string path = text.starts_with('/') ? std::string(text) : cat("/dev/", text);
    if (text.empty()) {
        work.note(setting, Verdict::Default, "is empty");
    } else if (core::text::isUtf8(path)) {
        work.take(setting, "/serial/device", path);
    } else {
        work.wrong(setting, "the path of a device");
    }
}

void init(Work& work, const Setting& setting, std::string_view) {
    if (!pinOf(setting.text()).empty()) {
        work.connection.keep("pin", pinOf(setting.text()));
        work.noteHidden(setting, Verdict::Changed,
                        "the PIN is kept as the secret \"pin\", and sent only where the SIM asks for it");
        return;
    }
    if (lowered(setting.text()).find("+cpin=") != std::string::npos) {
        constexpr std::string_view kWhy =
            "has a PIN among other things; expected AT+CPIN=1234 alone, to keep the PIN "
            "as a secret";
        work.noteHidden(setting, Verdict::NotTaken, kWhy);
        work.trouble(setting.place, cat(setting.name, ' ', kWhy));
        return;
    }
    work.keep(setting);
}

void carrier(Work& work, const Setting& setting, std::string_view) {
    const auto flag = truth(setting.text());
    if (!flag) {
        work.wrong(setting, "yes or no");
    } else if (*flag) {
        work.note(setting, Verdict::Default, "the modem's lines are watched anyway");
    } else {
        work.change(
            setting, "/serial/modem-lines", false,
            "/serial/modem-lines: the lines of the modem are not looked at, neither while dialling nor "
            "later");
    }
}

void autoDns(Work& work, const Setting& setting, std::string_view) {
    if (const auto flag = truth(setting.text())) {
        work.take(setting, "/dns/mode", *flag ? "peer" : "off");
    } else {
        work.wrong(setting, "yes or no");
    }
}

void idle(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "0") {
        work.note(setting, Verdict::Default, "the link is not taken down for being idle");
    } else {
        rule::key(work, setting, "/idle-timeout");
    }
}

void isdn(Work& work, const Setting& setting, std::string_view) {
    const auto flag = truth(setting.text());
    if (flag && !*flag) {
        work.note(setting, Verdict::Default, "is off");
    } else {
        work.connection.append("/ppp/extra-options", "default-asyncmap");
        work.note(setting, Verdict::Changed,
                  "/ppp/extra-options: all that it changes is pppd's default-asyncmap");
    }
}

void remoteName(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "*") {
        work.note(setting, Verdict::Default, "any peer will do");
    } else {
        rule::key(work, setting, "/auth/remote-name");
    }
}

void flowControl(Work& work, const Setting& setting, std::string_view) {
    const std::string word = lowered(trim(setting.text()));
    const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
    if (has("crtscts") || has("hardware")) {
        work.take(setting, "/serial/flow-control", "rtscts");
    } else if (has("xon") || has("software")) {
        work.take(setting, "/serial/flow-control", "xonxoff");
    } else if (has("none")) {
        work.take(setting, "/serial/flow-control", "none");
    } else {
        work.wrong(setting, "Hardware (CRTSCTS), Software (XON/XOFF) or None");
    }
}

void provider(Work& work, const Setting& setting, std::string_view detail) {
    const auto flag = truth(setting.text());
    if (flag && !*flag) {
        work.note(setting, Verdict::Default, "is off");
    } else {
        work.note(setting, Verdict::NotTaken, detail);
    }
}

constexpr std::array kRules{
    Rule{"Modem", device},
    Rule{"Baud", rule::key, "/serial/speed"},
    Rule{"Init", init},
    Rule{"Init1", init},
    Rule{"Init2", init},
    Rule{"Init3", init},
    Rule{"Init4", init},
    Rule{"Init5", init},
    Rule{"Init6", init},
    Rule{"Init7", init},
    Rule{"Init8", init},
    Rule{"Init9", init},
    Rule{"Phone", rule::keep},
    Rule{"Phone1", rule::leave, kOneNumber},
    Rule{"Phone2", rule::leave, kOneNumber},
    Rule{"Phone3", rule::leave, kOneNumber},
    Rule{"Phone4", rule::leave, kOneNumber},
    Rule{"Dial Command", rule::keep},
    Rule{"Dial Prefix", rule::keep},
    Rule{"Area Code", rule::keep},
    Rule{"Username", rule::key, "/auth/user"},
    Rule{"Login", rule::keep},
    Rule{"Password", rule::secret, "password"},
    Rule{"Ask Password", provider, "is nothing to store; `pppctl up --ask` asks for the password each time"},
    Rule{"Login Prompt", rule::keep},
    Rule{"Password Prompt", rule::keep},
    Rule{"Stupid Mode", rule::keep},
    Rule{"Default Reply", rule::leave, kGuessing},
    Rule{"Inherits", rule::standard, "what is inherited has rows of its own"},
    Rule{"Dial Timeout", rule::key, "/serial/dial/timeout"},
    Rule{"Dial Attempts", rule::leave, kRhythm},
    Rule{"Abort on Busy", rule::leave, kRhythm},
    Rule{"Abort on No Dialtone", rule::leave, kRhythm},
    Rule{"Auto Reconnect", rule::key, "/reconnect/enabled"},
    Rule{"Idle Seconds", idle},
    Rule{"Carrier Check", carrier},
    Rule{"FlowControl", flowControl},
    Rule{"Auto DNS", autoDns},
    Rule{"Check DNS", rule::leave, kTests},
    Rule{"DNS Test1", rule::leave, kTests},
    Rule{"DNS Test2", rule::leave, kTests},
    Rule{"Check Def Route", rule::leave, kTests},
    Rule{"Force Address", rule::key, "/ipv4/local"},
    Rule{"Remote Name", remoteName},
    Rule{"PPPD Option", rule::optionWords},
    Rule{"PPPD Path", rule::leave, "the daemon knows where pppd is"},
    Rule{"New PPPD", rule::standard, "pppd is a new one"},
    Rule{"ISDN", isdn},
    Rule{"Modem Type", rule::standard,
         "only describes the modem; one that is a terminal is wanted in any case"},
    Rule{"Modem Name", rule::standard, kProvider},
    Rule{"Country", rule::standard, kProvider},
    Rule{"Provider", rule::standard, kProvider},
    Rule{"Product", rule::standard, kProvider},
    Rule{"Homepage", rule::standard, kProvider},
    Rule{"DialMessage1", rule::standard, kProvider},
    Rule{"DialMessage2", rule::standard, kProvider},
    Rule{"Compuserve", provider, "is a login of its own; say it in /serial/dial/login"},
    Rule{"Tonline", provider, "makes a user name out of several numbers; give the whole name as Username"},
    Rule{"SetVolume", rule::leave, "put ATM0 or ATL1 among /serial/dial/init"},
};

/// A text that goes into the profile; nothing, and noted, where it cannot.
bool goodText(Work& work, const Setting& setting) {
    if (core::text::isUtf8(setting.text()) && !core::text::hasControl(setting.text())) {
        return true;
    }
    work.wrong(setting, "UTF-8 without control characters");
    return false;
}

void inits(Work& work) {
    Json list = Json::array();
    for (const char* const name :
         {"Init", "Init1", "Init2", "Init3", "Init4", "Init5", "Init6", "Init7", "Init8", "Init9"}) {
        const Setting* const setting = work.kept(lowered(name));
        if (setting == nullptr) {
            continue;
        }
        if (std::string_view(name) == "Init1" && work.kept("init") != nullptr) {
            work.note(*setting, Verdict::NotTaken, "Init takes its place, being the same");
        } else if (trim(setting->text()).empty()) {
            work.note(*setting, Verdict::Default, "is empty");
        } else if (goodText(work, *setting)) {
            list.push_back(std::string(setting->text()));
            work.note(*setting, Verdict::Taken, "/serial/dial/init");
        }
    }
    const bool first = work.kept("init") != nullptr || work.kept("init1") != nullptr;
    if (!first) {
        list.insert(list.begin(), "ATZ"); // wvdial's default of Init1
    }
    work.connection.put("/serial/dial/init", std::move(list));
}

/// What stands behind ATD: the daemon sends that itself.
void number(Work& work) {
    const Setting* const phone = work.kept("phone");
    const Setting* const command = work.kept("dial command");
    const std::string said(command == nullptr ? std::string_view() : trim(command->text()));
    std::string dial = said.empty() ? std::string("ATDT") : said;
    if (!sameWord(std::string_view(dial).substr(0, 3), "ATD") || dial.size() > 32 ||
        (command != nullptr && !goodText(work, *command))) {
        if (command != nullptr) {
            work.wrong(*command, "ATD, and how to dial: ATDT or ATDP");
        }
        dial = "ATDT";
    } else if (command != nullptr) {
        work.note(*command, Verdict::Taken, "/serial/dial/number");
    }
    std::string modifiers = dial.substr(3);
    std::string rest;
    for (const char* const name : {"dial prefix", "area code", "phone"}) {
        const Setting* const part = work.kept(name);
        if (part == nullptr || trim(part->text()).empty()) {
            continue;
        }
        if (goodText(work, *part)) {
            rest += trim(part->text());
            rest += std::string_view(name) == "dial prefix" ? "," : "";
            work.note(*part, Verdict::Taken, "/serial/dial/number");
        }
    }
    // *99# is no number that could be sent as tones.
    if (sameWord(modifiers, "T") && (rest.starts_with('*') || rest.find('#') != std::string::npos)) {
        modifiers.clear();
    }
    if (phone != nullptr) {
        work.connection.put("/serial/dial/number", modifiers + rest);
    }
}

void login(Work& work) {
    const auto setting = [&](const char* name) { return work.kept(name); };
    if (const Setting* const user = setting("login")) {
        if (work.connection.has("/auth/user")) {
            work.note(*user, Verdict::NotTaken, "Username is there, too, and wvdial looks at that");
        } else {
            rule::key(work, *user, "/auth/user");
        }
    }
    const Setting* const stupid = setting("stupid mode");
    const bool silent = stupid != nullptr && truth(stupid->text()).value_or(false);
    if (stupid != nullptr) {
        work.note(*stupid, Verdict::Default,
                  "PPP begins as soon as the modem is connected, unless /serial/dial/login says otherwise");
    }
    Json steps = Json::array();
    const Json user = work.connection.at("/auth/user");
    const auto step = [&](const char* name, const Json& answer) {
        const Setting* const prompt = setting(name);
        if (prompt == nullptr) {
            return;
        }
        if (silent) {
            work.note(*prompt, Verdict::NotTaken, "with Stupid Mode no prompt is waited for");
        } else if (goodText(work, *prompt)) {
            steps.push_back(Json::array({std::string(trim(prompt->text())), answer}));
            work.note(*prompt, Verdict::Taken, "/serial/dial/login");
        }
    };
    step("login prompt", user.is_string() ? user : Json(""));
    step("password prompt", "$password");
    if (!steps.empty()) {
        work.connection.put("/serial/dial/login", std::move(steps));
    } else if (!silent) {
        work.remark("no Stupid Mode", Verdict::Changed,
                    cat("PPP begins as soon as the modem is connected: ", kGuessing));
    }
}

} // namespace

Settings read(std::string_view text, const std::string& path) {
    return readIni(text, path, {.comments = ";#", .bareNames = true, .braces = true});
}

std::string_view nameOf(std::string_view section) {
    return section.size() > kPrefix.size() && sameWord(section.substr(0, kPrefix.size()), kPrefix)
               ? trim(section.substr(kPrefix.size()))
               : std::string_view();
}

std::string_view pinOf(std::string_view command) {
    constexpr std::string_view kHead = "AT+CPIN=";
    command = trim(command);
    if (!sameWord(command.substr(0, kHead.size()), kHead)) {
        return {};
    }
    std::string_view pin = trim(command.substr(kHead.size()));
    if (pin.size() > 1 && pin.front() == '"' && pin.back() == '"') {
        pin = pin.substr(1, pin.size() - 2);
    }
    const bool digits = pin.find_first_not_of("0123456789") == std::string_view::npos;
    return digits ? pin : std::string_view();
}

std::vector<const Setting*> effective(const Settings& settings, std::string_view name) {
    std::vector<std::string> chain{std::string(name)};
    const auto follow = [&](const std::string& section) {
        for (const Setting& setting : settings.settings) {
            if (!sameWord(nameOf(setting.section), section) || !sameWord(setting.name, "Inherits")) {
                continue;
            }
            const std::string_view value = trim(setting.text());
            const std::string next(nameOf(value).empty() ? value : nameOf(value));
            const bool known = std::any_of(chain.begin(), chain.end(),
                                           [&](const std::string& other) { return sameWord(other, next); });
            if (!known && chain.size() < static_cast<std::size_t>(kIncludeDepth)) {
                chain.push_back(next);
            }
        }
    };
    for (std::size_t next = 0; next < chain.size();) { // it grows
        follow(std::string(chain[next++]));
    }
    if (std::none_of(chain.begin(), chain.end(), [](const auto& one) { return sameWord(one, kDefaults); })) {
        chain.emplace_back(kDefaults);
    }
    // The last of a name counts, so what is nearest comes last.
    std::vector<const Setting*> out;
    for (std::size_t left = chain.size(); left > 0; --left) {
        for (const Setting& setting : settings.settings) {
            if (sameWord(nameOf(setting.section), chain[left - 1])) {
                out.push_back(&setting);
            }
        }
    }
    return out;
}

void take(Work& work, const std::vector<const Setting*>& settings) {
    work.connection.put("/type", "serial");
    work.connection.put("/serial/device", "/dev/modem"); // wvdial's own default
    work.connection.put("/serial/speed", 57600);
    work.apply(settings, kRules, Letters::Any);
    inits(work);
    number(work);
    login(work);
    if (!work.connection.has("/auth/user")) {
        work.connection.put("/auth/allow-empty-password", true);
    }
}

} // namespace wvdial

namespace {

using core::text::cat;

/// The names of its sections, in their order.
std::vector<std::string> dialers(const Settings& settings) {
    std::vector<std::string> out;
    for (const Place& section : settings.sections) {
        const std::string_view name = wvdial::nameOf(section.file);
        if (!name.empty() && std::none_of(out.begin(), out.end(),
                                          [&](const std::string& known) { return sameWord(known, name); })) {
            out.emplace_back(name);
        }
    }
    return out;
}

/// Sections such as [Dialer pin], for `wvdial pin` before the call: nothing in them but commands for the
/// modem.
bool onlyCommands(const Settings& settings, std::string_view dialer) {
    bool pin = false;
    for (const Setting& setting : settings.settings) {
        if (sameWord(wvdial::nameOf(setting.section), dialer)) {
            const std::string name = lowered(setting.name);
            pin = pin || !wvdial::pinOf(setting.text()).empty();
            if (!name.starts_with("init") && name != "modem" && name != "baud") {
                return false;
            }
        }
    }
    return pin;
}

bool callsSomebody(const std::vector<const Setting*>& settings) {
    return std::any_of(settings.begin(), settings.end(), [](const Setting* setting) {
        return sameWord(setting->name, "Phone") && !trim(setting->text()).empty();
    });
}

void givePin(const Settings& settings, std::string_view dialer, Result& result) {
    for (const Setting& setting : settings.settings) {
        if (!sameWord(wvdial::nameOf(setting.section), dialer)) {
            continue;
        }
        const std::string_view pin = wvdial::pinOf(setting.text());
        for (Connection& connection : result.connections) {
            if (!pin.empty() && !connection.secrets.contains("pin")) {
                connection.keep("pin", pin);
            }
        }
        result.report.push_back(
            {setting.place,
             core::text::harmless(pin.empty() ? Work::shown(setting) : Work::shownHidden(setting), 300),
             pin.empty() ? Verdict::Default : Verdict::Changed,
             pin.empty() ? "goes with the PIN"
                         : "the PIN is kept as the secret \"pin\" of each connection, and sent "
                           "only where the SIM asks for it"});
    }
}

} // namespace

Result readWvdial(const Input& input) {
    std::string trouble;
    const core::Secret text = plainText(input.text, trouble);
    if (!trouble.empty()) {
        return nothing(cat(input.path, ' ', trouble));
    }
    const Settings settings = wvdial::read(text.view(), input.path);
    Result result;
    std::vector<std::string> names = dialers(settings);
    std::vector<std::string> pins;
    for (const std::string& name : names) {
        const auto all = wvdial::effective(settings, name);
        if (onlyCommands(settings, name)) {
            pins.push_back(name);
        } else if (callsSomebody(all)) {
            Connection& connection = result.connections.emplace_back();
            connection.name = sameWord(name, "Defaults") ? "modem" : name;
            Work work(connection, input);
            work.badLines(settings);
            wvdial::take(work, all);
            asPppd(work);
            takeSecrets(connection, "", input.read);
            sortReport(connection, input.path);
        } else if (!sameWord(name, "Defaults") || names.size() == 1) {
            result.report.push_back({{input.path, 0},
                                     core::text::harmless(cat("[Dialer ", name, ']'), 300),
                                     Verdict::NotTaken,
                                     "has no number to dial; expected a line such as Phone = *99#"});
        }
    }
    for (const std::string& pin : pins) {
        givePin(settings, pin, result);
    }
    for (const Setting& setting : settings.settings) {
        if (wvdial::nameOf(setting.section).empty()) {
            result.report.push_back({setting.place, core::text::harmless(Work::shownHidden(setting), 300),
                                     Verdict::NotTaken, "stands in a section that is no [Dialer NAME]"});
        }
    }
    if (result.connections.empty()) {
        result.troubles.push_back(
            cat(input.path, " has no section [Dialer NAME] with a number to dial (Phone = …)"));
    }
    return result;
}

Likeness looksLikeWvdial(std::string_view path, std::string_view text) {
    if (hasLine(text, "[Dialer ", Letters::Any)) {
        return Likeness::Sure;
    }
    const std::string_view base = baseName(path);
    return base == "wvdial.conf" || base == ".wvdialrc" ? Likeness::Maybe : Likeness::No;
}

} // namespace ppp::cli::importing
