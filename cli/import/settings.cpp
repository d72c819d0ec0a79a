// SPDX-License-Identifier: LGPL-2.1-or-later
// Applies tables of rules to the settings of a file.
#include "cli/import/settings.hpp"

#include <algorithm>
#include <cstring>

#include "core/limits.hpp"
#include "core/profile_keys.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using core::text::cat;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kShown = 200; // bytes of a value that a report shows
constexpr std::string_view kHidden = "******";

std::string label(const Setting& setting) {
    return setting.section.empty() ? setting.name : cat('[', setting.section, "] ", setting.name);
}

/// Whether the name is that of the rule, with digits for its '#'.
bool numbered(std::string_view rule, std::string_view name) {
    const auto mark = rule.find('#');
    if (mark == std::string_view::npos || !name.starts_with(rule.substr(0, mark))) {
        return false;
    }
    name.remove_prefix(mark);
    const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
    return digits > 0 && name.substr(digits) == rule.substr(mark + 1);
}

const Rule* find(std::span<const Rule> rules, std::string_view name, Letters letters) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) {
        return (letters == Letters::Exact ? rule.name == name : sameWord(rule.name, name)) ||
               numbered(rule.name, name);
    });
    return found == rules.end() ? nullptr : &*found;
}

std::string unknown(std::string_view name, std::span<const Rule> rules) {
    std::vector<std::string_view> names;
    names.reserve(rules.size());
    for (const Rule& rule : rules) {
        names.push_back(rule.name);
    }
    const auto near = core::text::nearest(name, names);
    return near ? cat("is not known here; did you mean \"", *near, "\"?")
                : "is not known here, so nothing of it is in the profile";
}

/// The value as JSON, by the kind of the key; null where it does not fit.
Json fitting(const core::Key& key, std::string_view text) {
    switch (key.kind) {
    case core::KeyKind::Flag: {
        const auto flag = truth(text);
        return flag ? Json(*flag) : Json();
    }
    case core::KeyKind::Integer:
    case core::KeyKind::Time:
    case core::KeyKind::WholeTime: {
        const auto value = number(text, static_cast<long long>(key.least), static_cast<long long>(key.most));
        return value ? Json(*value) : Json();
    }
    case core::KeyKind::Choice:
        return std::find(key.choices.begin(), key.choices.end(), text) != key.choices.end()
                   ? Json(std::string(text))
                   : Json();
    case core::KeyKind::Text:
        return text.size() <= key.longest && core::text::isUtf8(text) && !core::text::hasControl(text) &&
                       key.rule->holds(text)
                   ? Json(std::string(text))
                   : Json();
    default:
        return {};
    }
}

} // namespace

Scratch::~Scratch() {
    text_.resize(text_.capacity());
    explicit_bzero(text_.data(), text_.size());
}

core::Secret plainText(std::string_view text, std::string& trouble) {
    if (text.size() > kFileSize) {
        trouble = cat("has ", text.size(), " bytes; expected at most ", kFileSize);
        return {};
    }
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        trouble = "is UTF-16; expected UTF-8: iconv -f UTF-16 -t UTF-8 makes it so";
        return {};
    }
    if (text.find('\0') != std::string_view::npos) {
        trouble = "holds NUL bytes; expected a text file";
        return {};
    }
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
    }
    Scratch out(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r' || (i + 1 < text.size() && text[i + 1] != '\n')) {
            out.add(text[i]);
        }
    }
    return core::Secret(out.view());
}

void Work::apply(const std::vector<Setting>& settings, std::span<const Rule> rules, Letters letters) {
    std::vector<const Setting*> all;
    all.reserve(settings.size());
    for (const Setting& setting : settings) {
        all.push_back(&setting);
    }
    apply(all, rules, letters);
}

void Work::apply(const std::vector<const Setting*>& settings, std::span<const Rule> rules, Letters letters) {
    std::map<std::string, const Setting*> last;
    const auto key = [&](const Setting& setting) {
        return letters == Letters::Any ? lowered(setting.name) : setting.name;
    };
    for (const Setting* const setting : settings) {
        last[key(*setting)] = setting;
    }
    for (const Setting* const setting : settings) {
        const Setting& counts = *last[key(*setting)];
        if (&counts != setting) {
            noteHidden(*setting, Verdict::NotTaken,
                       cat("line ", counts.place.line, " says it, too, and is the one that counts"));
        } else {
            judge(*setting, rules, letters);
        }
    }
}

void Work::judge(const Setting& setting, std::span<const Rule> rules, Letters letters) {
    const Rule* const found = find(rules, setting.name, letters);
    const bool wanted = found != nullptr && found->apply != rule::leave &&
                        found->apply != rule::leaveHidden && found->apply != rule::standard;
    if (!setting.refused.empty()) {
        noteHidden(setting, Verdict::NotTaken, setting.refused);
        if (wanted) {
            trouble(setting.place, cat(label(setting), ": ", setting.refused));
        }
    } else if (found == nullptr) {
        noteHidden(setting, Verdict::NotTaken, unknown(setting.name, rules));
    } else if (setting.array && wanted && found->apply != rule::keep) {
        wrong(setting, "one value, not a list");
    } else {
        found->apply(*this, setting, found->detail);
    }
}

void Work::badLines(const Settings& settings) {
    for (const BadLine& line : settings.bad) {
        connection.note(line.place, line.what, Verdict::NotTaken, line.why);
        trouble(line.place, line.why);
    }
}

std::string Work::shown(const Setting& setting) {
    if (!setting.refused.empty()) {
        return shownHidden(setting);
    }
    std::string out = label(setting) + '=';
    if (!setting.array) {
        return out + std::string(setting.text().substr(0, kShown));
    }
    out += '(';
    for (const core::Secret& item : setting.list) {
        if (out.size() > kShown) {
            out += " …";
            break;
        }
        out += out.back() == '(' ? "" : " ";
        out += item.view().substr(0, kShown);
    }
    return out + ')';
}

std::string Work::shownHidden(const Setting& setting) {
    return cat(label(setting), '=', kHidden);
}

void Work::note(const Setting& setting, Verdict verdict, std::string_view why) {
    connection.note(setting.place, shown(setting), verdict, why);
}

void Work::noteHidden(const Setting& setting, Verdict verdict, std::string_view why) {
    connection.note(setting.place, shownHidden(setting), verdict, why);
}

void Work::wrong(const Setting& setting, std::string_view expected) {
    note(setting, Verdict::NotTaken, cat("is not valid; expected ", expected));
    trouble(setting.place, cat(label(setting), " is not valid; expected ", expected));
}

void Work::take(const Setting& setting, std::string_view pointer, Json value) {
    const core::Key* const key = core::findKey(pointer);
    const bool standard = key != nullptr && !key->standard.empty() && Json::parse(key->standard) == value;
    if (standard && !connection.has(pointer)) {
        note(setting, Verdict::Default, cat("is the default of ", pointer));
    } else {
        connection.take(setting.place, shown(setting), pointer, std::move(value));
    }
}

void Work::change(const Setting& setting, std::string_view pointer, Json value, std::string_view why) {
    connection.put(pointer, std::move(value));
    note(setting, Verdict::Changed, why);
}

void Work::keep(const Setting& setting) {
    kept_[lowered(setting.name)] = &setting;
}

const Setting* Work::kept(std::string_view name) const {
    const auto found = kept_.find(lowered(name));
    return found == kept_.end() ? nullptr : found->second;
}

std::string_view Work::keptText(std::string_view name) const {
    const Setting* const setting = kept(name);
    return setting == nullptr ? std::string_view() : trim(setting->text());
}

void Work::trouble(const Place& place, std::string_view words) {
    if (connection.troubles.size() < core::limits::kProfileFaults) {
        connection.troubles.push_back(
            core::text::harmless(cat(place.file, ':', place.line, ": ", words), 1024));
    }
}

void Work::remark(std::string_view what, Verdict verdict, std::string_view why) {
    connection.note({input.path, 0}, what, verdict, why);
}

namespace rule {

void key(Work& work, const Setting& setting, std::string_view detail) {
    const core::Key* const entry = core::findKey(detail);
    const std::string_view text = trim(setting.text());
    if (entry == nullptr) {
        work.wrong(setting, "a key of the profile");
        return;
    }
    if (text.empty()) {
        work.note(setting, Verdict::Default, "is empty");
        return;
    }
    Json value = fitting(*entry, text);
    if (value.is_null()) {
        work.wrong(setting, core::expectation(*entry));
    } else {
        work.take(setting, detail, std::move(value));
    }
}

void opposite(Work& work, const Setting& setting, std::string_view detail) {
    if (const auto flag = truth(setting.text())) {
        work.take(setting, detail, !*flag);
    } else {
        work.wrong(setting, "yes or no");
    }
}

void refuse(Work& work, const Setting& setting, std::string_view detail) {
    const auto flag = truth(setting.text());
    if (!flag) {
        work.wrong(setting, "yes or no");
    } else if (*flag) {
        work.connection.append("/auth/refuse", detail);
        work.note(setting, Verdict::Taken, "/auth/refuse");
    } else {
        work.note(setting, Verdict::Default, "no method is refused unless it is said");
    }
}

void secret(Work& work, const Setting& setting, std::string_view detail) {
    if (setting.text().empty()) {
        work.noteHidden(setting, Verdict::Default, "is empty");
        return;
    }
    work.connection.keep(detail, setting.text());
    if (work.connection.secrets.contains(detail)) {
        work.noteHidden(setting, Verdict::Taken, cat("kept as the secret \"", detail, '"'));
    } else {
        work.noteHidden(setting, Verdict::NotTaken, cat("cannot be the secret \"", detail, '"'));
    }
}

void leave(Work& work, const Setting& setting, std::string_view detail) {
    work.note(setting, Verdict::NotTaken, detail);
}

void leaveHidden(Work& work, const Setting& setting, std::string_view detail) {
    work.noteHidden(setting, Verdict::NotTaken, detail);
}

void standard(Work& work, const Setting& setting, std::string_view detail) {
    work.note(setting, Verdict::Default, detail);
}

void keep(Work& work, const Setting& setting, std::string_view) {
    work.keep(setting);
}

void optionWords(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()).empty()) {
        work.note(setting, Verdict::Default, "is empty");
        return;
    }
    work.noteHidden(setting, Verdict::Taken, "each of its options has a row of its own");
    takeOptionWords(work.connection, setting.place, setting.text(), work.input.read);
}

void optionFile(Work& work, const Setting& setting, std::string_view) {
    const std::string path(trim(setting.text()));
    if (path.empty()) {
        work.note(setting, Verdict::Default, "is empty");
    } else if (!path.starts_with('/')) {
        work.wrong(setting, "an absolute path");
    } else {
        work.note(setting, Verdict::Taken, "each option of that file has a row of its own");
        takeOptionsFile(work.connection, setting.place, path, work.input.read);
    }
}

} // namespace rule

bool optionSeen(const Connection& connection, std::string_view option) {
    return std::any_of(connection.report.begin(), connection.report.end(), [&](const Entry& entry) {
        return entry.verdict != Verdict::NotTaken && entry.what.substr(0, entry.what.find(' ')) == option;
    });
}

void asPppd(Work& work) {
    Connection& found = work.connection;
    const auto insist = [&](std::string_view address, std::string_view pointer, std::string_view option) {
        if (found.has(address) && !found.has(pointer) && !optionSeen(found, option)) {
            found.put(pointer, false);
            work.remark(cat("no ", option), Verdict::Taken,
                        cat(pointer, ": the address that is given here is insisted on"));
        }
    };
    insist("/ipv4/local", "/ipv4/accept-local", "ipcp-accept-local");
    insist("/ipv4/peer", "/ipv4/accept-peer", "ipcp-accept-remote");
    if (!found.has("/ipv6/enabled") && !found.has("/ipv6/interface-id") && !optionSeen(found, "+ipv6") &&
        !optionSeen(found, "ipv6")) {
        work.remark("no +ipv6", Verdict::Changed, "IPv6 is asked for, too, unless /ipv6/enabled is false");
    }
}

void retract(Connection& connection, std::string_view pointer, std::string_view why) {
    connection.drop(pointer);
    for (Entry& entry : connection.report) {
        const bool below = entry.why.starts_with(pointer) &&
                           (entry.why.size() == pointer.size() || entry.why[pointer.size()] == '/' ||
                            entry.why[pointer.size()] == ':');
        if (below && entry.verdict != Verdict::NotTaken) {
            entry.verdict = Verdict::NotTaken;
            entry.why = why;
        }
    }
}

void sortReport(Connection& connection, const std::string& path) {
    const auto rank = [&](const Entry& entry) { return entry.place.file == path ? 0 : 1; };
    std::stable_sort(connection.report.begin(), connection.report.end(), [&](const Entry& a, const Entry& b) {
        const int left = rank(a);
        const int right = rank(b);
        return left != right ? left < right : left == 0 && a.place.line < b.place.line;
    });
}

bool sameWord(std::string_view a, std::string_view b) {
    return a.size() == b.size() && lowered(a) == lowered(b);
}

std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

std::string_view baseName(std::string_view path) {
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

std::string_view folder(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool hasLine(std::string_view text, std::string_view beginning, Letters letters) {
    text = text.substr(0, 65536);
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
    }
    while (!text.empty()) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
        const std::string_view head = line.substr(0, beginning.size());
        if (letters == Letters::Exact ? head == beginning : sameWord(head, beginning)) {
            return true;
        }
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return false;
}

Result nothing(std::string trouble) {
    Result result;
    result.troubles.push_back(std::move(trouble));
    return result;
}

} // namespace ppp::cli::importing
