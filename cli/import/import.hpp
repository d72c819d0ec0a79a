// SPDX-License-Identifier: LGPL-2.1-or-later
// What every importer takes and gives: from the text of somebody's old configuration to a profile, its
// secrets and a report in which each option of the input has its place. Importers are pure: other files are
// read by a callback, so that a test needs no disk.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/secret.hpp"

namespace ppp::cli::importing {

constexpr std::size_t kFileSize = std::size_t{256} * 1024; ///< bytes of one file; a longer one is not read
constexpr std::size_t kFiles = 64;     ///< files that one import reads, includes and secrets together
constexpr std::size_t kEntries = 4096; ///< rows of one report; the last one says that more were left out
constexpr int kIncludeDepth = 8;       ///< `file` and `call` inside each other

/// What became of one option.
enum class Verdict {
    Taken,    ///< means the same in the profile
    Changed,  ///< something like it is in the profile; `why` says what differs
    NotTaken, ///< has no place in a profile, or nobody understands it; `why` says what to do instead
    Default,  ///< ignored because it is what happens anyway
};
std::string_view wire(Verdict verdict); ///< "taken", "changed", "not-taken", "default"

struct Place {
    std::string file;
    unsigned line = 0; ///< from 1; 0: the whole file
};

struct Entry {
    Place place;
    std::string what; ///< the option as it stands there; a secret's value is never in it ("password ******")
    Verdict verdict;
    std::string why; ///< Taken: the profile's key ("/ppp/mtu"); else a sentence
};

/// What reading a further file gave.
struct Reading {
    std::optional<std::string> text; ///< nothing: could not be read, and `trouble` says why
    std::string trouble;             ///< "there is no such file", "permission denied; run this as root", …
    bool absent = false;             ///< there is no such file, which may be well
};
using Reader = std::function<Reading(const std::string& path)>;

struct Input {
    std::string path; ///< as the person gave it, made absolute
    std::string text; ///< any bytes
    Reader read;      ///< for absolute paths; never throws
};

/// One connection that was found. Importers put in what differs from the default of a profile.
struct Connection {
    std::string name; ///< as found (file name, section, id); the verb makes it a valid name or wants --name
    nlohmann::ordered_json profile = nlohmann::ordered_json::object();
    core::Secrets secrets; ///< keys of core::Secrets: password, peer-password, tunnel-secret, pin
    std::vector<Entry> report;
    /// Why this cannot be stored as it is, and what is missing, a sentence each. Empty: it can.
    std::vector<std::string> troubles;

    /// Sets a value by RFC 6901 pointer, making the objects on the way: put("/ppp/mtu", 1492).
    void put(std::string_view pointer, nlohmann::ordered_json value);
    bool has(std::string_view pointer) const;
    /// The value, or null.
    nlohmann::ordered_json at(std::string_view pointer) const;
    /// Adds a string to an array of strings, unless it is there.
    void append(std::string_view pointer, std::string_view value);
    void drop(std::string_view pointer);

    /// A row of the report. `what` and `why` are any bytes: made harmless and bounded here.
    void note(const Place& place, std::string_view what, Verdict verdict, std::string_view why);
    /// put() and note(Taken) in one.
    void take(const Place& place, std::string_view what, std::string_view pointer,
              nlohmann::ordered_json value);
    /// Keeps a secret where it can be one (core::checkSecret); else says so in `troubles`. The value is in no
    /// text.
    void keep(std::string_view key, std::string_view bytes);
};

struct Result {
    std::vector<Connection> connections; ///< empty: nothing in it, and `troubles` say why
    std::vector<Entry> report;           ///< what belongs to no single connection
    std::vector<std::string> troubles;
};

enum class Likeness { No, Maybe, Sure };

struct Format {
    std::string_view name; ///< of --format
    std::string_view what; ///< for the help: which file that is
    /// Looks at the path's form and at the text's beginning. Of the likeliest the first in the table wins.
    Likeness (*detect)(std::string_view path, std::string_view text);
    /// Never throws on bad input, ends on every input.
    Result (*read)(const Input& input);
};

/// All formats (formats.cpp).
const std::vector<Format>& formats();
const Format* findFormat(std::string_view name);
/// The likeliest; nothing where none is even likely.
const Format* detectFormat(std::string_view path, std::string_view text);

/// Fills gaps once everything is read: the profile of each connection is checked by core::parseProfile, its
/// faults become troubles. Every importer's result goes through here (the verb does it).
void judge(Result& result);

/// For keys that somebody wrote in words: yes/no, true/false, on/off, 1/0.
std::optional<bool> truth(std::string_view word);
/// A whole decimal number within its limits; nothing for anything else.
std::optional<long long> number(std::string_view word, long long least, long long most);
std::string_view trim(std::string_view text);

// What importers of other programs need of pppd's own files.

/// Takes every option of a file of pppd options (pppd_options.cpp): a peers file, xl2tpd's pppoptfile, an
/// options file that another program names. Follows `file` and `call`. A file that cannot be read is a row
/// NotTaken of the report at `from`.
void takeOptionsFile(Connection& connection, const Place& from, const std::string& path, const Reader& read);
/// The same for options that stand in a line of another file (PPPD_EXTRA, PPPOPTIONS, …).
void takeOptionWords(Connection& connection, const Place& from, std::string_view line, const Reader& read);
/// Looks for the password of the profile's /auth/user in /etc/ppp/chap-secrets and pap-secrets as pppd would
/// (pppd_secrets.cpp); `server` is the peer's name, empty where any fits. Notes where it was found, or where
/// it was not. A secret that is there already stays.
void takeSecrets(Connection& connection, std::string_view server, const Reader& read);
/// Takes a chat(8) script (chat_script.cpp) as /serial/dial.
void takeChatScript(Connection& connection, const Place& from, std::string_view script, const Reader& read);

// Importers, one file each.
Result readPeers(const Input& input);          ///< pppd: /etc/ppp/peers/NAME
Result readRpPppoe(const Input& input);        ///< rp-pppoe: pppoe.conf
Result readIfcfg(const Input& input);          ///< Red Hat: ifcfg-ppp0
Result readNetworkManager(const Input& input); ///< NetworkManager: *.nmconnection
Result readXl2tpd(const Input& input);         ///< xl2tpd.conf, each [lac NAME]
Result readWvdial(const Input& input);         ///< wvdial.conf, each [Dialer NAME]
Result readNetctl(const Input& input);         ///< netctl profile

Likeness looksLikePeers(std::string_view path, std::string_view text);
Likeness looksLikeRpPppoe(std::string_view path, std::string_view text);
Likeness looksLikeIfcfg(std::string_view path, std::string_view text);
Likeness looksLikeNetworkManager(std::string_view path, std::string_view text);
Likeness looksLikeXl2tpd(std::string_view path, std::string_view text);
Likeness looksLikeWvdial(std::string_view path, std::string_view text);
Likeness looksLikeNetctl(std::string_view path, std::string_view text);

} // namespace ppp::cli::importing
