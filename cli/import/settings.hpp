// SPDX-License-Identifier: LGPL-2.1-or-later
// What the importers of files with names and values have in common: a setting as it stands in the file,
// tables of rules that say what becomes of each, and the report in which every one of them has its row.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/import.hpp"
#include "core/secret.hpp"

namespace ppp::cli::importing {

/// Text under construction that may hold a secret: grows in place up to the size given, wiped at its end.
class Scratch {
public:
    explicit Scratch(std::size_t most) { text_.reserve(most); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch();

    void add(char c) {
        if (text_.size() < text_.capacity()) {
            text_.push_back(c);
        }
    }
    void clear() { text_.clear(); }
    std::string_view view() const { return text_; }

private:
    std::string text_;
};

/// One name and its value. The value may be a password: it is wiped, and shown only where a rule knows that
/// it is none.
struct Setting {
    Place place;
    std::string section; ///< as it is written; empty where the format has none
    std::string name;
    core::Secret value;
    std::vector<core::Secret> list; ///< of an array, which has no value
    bool array = false;
    std::string refused; ///< why this is no plain text ("$(…) …"); value and list are empty then

    std::string_view text() const { return value.view(); }
};

/// A line that is none of its format's, with what was expected of it. Never holds what may be a value.
struct BadLine {
    Place place;
    std::string what;
    std::string why;
};

struct Settings {
    std::vector<Setting> settings;
    std::vector<BadLine> bad;
    std::vector<Place> sections; ///< where each section begins; `file` is its name here
};

constexpr std::size_t kSettings = 4000; ///< of one file; what follows is a bad line

/// The text without a byte order mark and with LF alone at the ends of lines. The second says what kind of
/// file it is where it is no text at all (UTF-16, NUL bytes, too long), else it is empty.
core::Secret plainText(std::string_view text, std::string& trouble);

class Work;
using Apply = void (*)(Work& work, const Setting& setting, std::string_view detail);
struct Rule {
    std::string_view name; ///< a '#' in it stands for a number
    Apply apply;
    std::string_view detail = {}; ///< a pointer into the profile, or a sentence: as `apply` wants it
};

enum class Letters { Exact, Any }; ///< whether "user" is USER

/// One connection on its way: applies rules, notes what became of each setting.
class Work {
public:
    Work(Connection& found, const Input& from) : connection(found), input(from) {}

    /// Each setting goes to the rule of its name. Of several with one name the last counts, and the others
    /// are noted as not taken. One without a rule is noted as unknown.
    void apply(const std::vector<const Setting*>& settings, std::span<const Rule> rules, Letters letters);
    void apply(const std::vector<Setting>& settings, std::span<const Rule> rules, Letters letters);
    /// Rows and troubles for lines that could not be understood.
    void badLines(const Settings& settings);

    void note(const Setting& setting, Verdict verdict, std::string_view why);
    /// The same, and the value is not shown.
    void noteHidden(const Setting& setting, Verdict verdict, std::string_view why);
    /// NotTaken, and a trouble: what the value is and what was expected.
    void wrong(const Setting& setting, std::string_view expected);
    /// Puts and notes. Where it is the profile's default already, it is only noted.
    void take(const Setting& setting, std::string_view pointer, nlohmann::ordered_json value);
    /// Puts without a row of its own, and notes Changed.
    void change(const Setting& setting, std::string_view pointer, nlohmann::ordered_json value,
                std::string_view why);
    /// A setting that decides together with others: kept until the importer asks, by its name in small
    /// letters.
    void keep(const Setting& setting);
    const Setting* kept(std::string_view name) const;
    /// The text of a kept setting; empty where there is none.
    std::string_view keptText(std::string_view name) const;
    /// A sentence with file and line in front.
    void trouble(const Place& place, std::string_view words);
    /// Something that the profile has though no line asks for it, or the other way round.
    void remark(std::string_view what, Verdict verdict, std::string_view why);

    /// "NAME=value", with its section in front where there is one.
    static std::string shown(const Setting& setting);
    static std::string shownHidden(const Setting& setting);

    Connection& connection;
    const Input& input;

private:
    void judge(const Setting& setting, std::span<const Rule> rules, Letters letters);

    std::map<std::string, const Setting*, std::less<>> kept_;
};

/// Rules that many formats have in common. `detail` is …
namespace rule {
/// … a pointer into the profile: the value is read as the table of keys says (flag, number, text).
void key(Work& work, const Setting& setting, std::string_view detail);
/// … a pointer to a flag; the value says the opposite.
void opposite(Work& work, const Setting& setting, std::string_view detail);
/// … an item of /auth/refuse; the value says whether.
void refuse(Work& work, const Setting& setting, std::string_view detail);
/// … a key of core::Secrets.
void secret(Work& work, const Setting& setting, std::string_view detail);
/// … a sentence: not taken, because of it.
void leave(Work& work, const Setting& setting, std::string_view detail);
/// … the same; the value is not shown.
void leaveHidden(Work& work, const Setting& setting, std::string_view detail);
/// … a sentence: happens anyway.
void standard(Work& work, const Setting& setting, std::string_view detail);
/// … nothing: the importer asks for it later.
void keep(Work& work, const Setting& setting, std::string_view detail);
/// … nothing: the value is a line of pppd options.
void optionWords(Work& work, const Setting& setting, std::string_view detail);
/// … nothing: the value is the path of a file of pppd options.
void optionFile(Work& work, const Setting& setting, std::string_view detail);
} // namespace rule

/// Whether the report has a row for this option of pppd, from a file or a line of options.
bool optionSeen(const Connection& connection, std::string_view option);
/// What pppd does and a profile does not unless it says so: insists on addresses that are given; and the
/// other way round: a row says that IPv6 is asked for where nobody said anything.
void asPppd(Work& work);
/// Takes back what is at or below the pointer; rows that said it was taken say why it is not.
void retract(Connection& connection, std::string_view pointer, std::string_view why);
/// Rows of the file itself first, in the order of its lines; rows of other files behind them.
void sortReport(Connection& connection, const std::string& path);
/// Whether the word stands there, whatever its letters' case.
bool sameWord(std::string_view a, std::string_view b);
std::string lowered(std::string_view text);
/// The last part of a path.
std::string_view baseName(std::string_view path);
/// The folder of a path, without the slash; "" for a bare name.
std::string_view folder(std::string_view path);
/// Whether a line of the text's first 64 KiB begins so, behind blanks.
bool hasLine(std::string_view text, std::string_view beginning, Letters letters = Letters::Exact);
/// A result with one trouble and nothing else.
Result nothing(std::string trouble);

} // namespace ppp::cli::importing
