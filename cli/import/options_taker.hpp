// SPDX-License-Identifier: LGPL-2.1-or-later
// Goes over options of pppd in the order in which pppd would, and puts each in its place in a profile.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/import.hpp"
#include "cli/import/mppe.hpp"
#include "cli/import/words.hpp"

namespace ppp::cli::importing {

/// One option with its arguments, as it stands.
struct Option {
    Place place;
    std::string name;
    std::vector<std::string> arguments;

    std::string shown() const; ///< never with a secret in it
    const std::string& argument() const { return arguments.front(); }
};

class OptionsTaker {
public:
    OptionsTaker(Connection& connection, const Reader& read) : connection_(connection), read_(read) {}

    /// Reads and takes a file. `option` names it, and has the row of the report where it cannot be read.
    void include(const Option& option, const std::string& path);
    /// As include(); where there is no such file, nothing is said.
    void includeIfThere(const Place& from, const std::string& path);
    void take(const std::string& path, std::string_view text);
    void takeWords(const Place& from, std::string_view line);
    /// Once all is read: what the type of the link has no use for, what only shows in the whole.
    void settle();

    // What a handler of an option needs.

    /// Puts a value, with a row for it. One that the profile would refuse is not taken, and the row has the
    /// reason; one that is the default is not written down. A later one takes the place of an earlier one.
    void set(const Option& option, std::string_view pointer, nlohmann::ordered_json value,
             std::string_view changed = {});
    void note(const Option& option, Verdict verdict, std::string_view why) {
        connection_.note(option.place, option.shown(), verdict, why);
    }
    void notTaken(const Option& option, std::string_view why) { note(option, Verdict::NotTaken, why); }
    void extra(const Option& option);
    Connection& connection() { return connection_; }
    const Reader& reader() const { return read_; }

    /// What the options said that is no value of its own.
    struct Seen {
        bool pppoePlugin = false, persist = false, defaultRoute = false, peerDns = false;
        bool acceptLocal = false, acceptPeer = false, user = false;
        std::optional<Option> auth;           ///< the last of auth and noauth, where it was auth
        std::vector<std::size_t> requireRows; ///< of require-… in the report, until a noauth takes them back
        std::vector<Option> later;            ///< connect, disconnect, init: after the rest is known
        std::string chapSecrets, papSecrets;  ///< of options of these names
        std::optional<long long> padiTimeout, padiAttempts;
        std::vector<std::string> troubles;
        Mppe mppe;                         ///< of all options about it together
        std::vector<std::size_t> mppeRows; ///< theirs in the report, until settled
    };
    Seen seen;

private:
    struct Extra {
        Option option;
        std::size_t row;
        std::vector<std::string> words;
    };

    void takeOption(PppdWords& words, const std::string& path, unsigned lineOffset);
    void apply(const Option& option);
    bool applyForm(const Option& option);
    /// Takes back a value; its row says why.
    void retract(std::string_view pointer, Verdict verdict, std::string_view why);
    void settleExtras();
    void settleType();
    void insist(std::string_view address, std::string_view accept, bool told, std::string_view option);

    Connection& connection_;
    const Reader& read_;
    std::map<std::string, std::size_t, std::less<>> rows_; ///< pointer to row of the report
    std::vector<Extra> extras_;
    std::vector<std::string> open_; ///< files being read, outermost first
    std::size_t files_ = 0;
    std::optional<Word> ahead_;
};

/// What the report says of an option that a later one takes back; harmless.
std::string overriddenIn(const Place& place);

/// How many words belong to an option of pppd 2.4.9 to 2.5.x; nothing where there is no option of this name.
std::optional<int> argumentsOf(std::string_view option);
/// Does what is to be done for an option with a handler of its own; false: it has none.
bool handle(OptionsTaker& taker, const Option& option);

/// Those of them that are more than a key and a value (option_special.cpp).
bool special(std::string_view option);
bool handleSpecial(OptionsTaker& taker, const Option& option);
/// Puts /ppp/mppe: what all options about it say together, whatever their order.
void settleMppe(OptionsTaker& taker);
/// As pppd reads a number: decimal, 0x hexadecimal, 0 octal; the word itself where it is none.
nlohmann::ordered_json numberOf(const std::string& word);

/// `pty "pppoe -I eth0 …"`, a line of options of rp-pppoe's pppoe(8).
void takePtyCommand(OptionsTaker& taker, const Option& option);
/// connect, disconnect, init: a command line that should be one of chat(8).
void takeChatCommand(OptionsTaker& taker, const Option& option);

} // namespace ppp::cli::importing
