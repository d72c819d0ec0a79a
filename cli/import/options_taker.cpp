// SPDX-License-Identifier: LGPL-2.1-or-later
// The walk over pppd's options: files, includes, what overrides what.
#include "cli/import/options_taker.hpp"

#include <algorithm>
#include <array>

#include "core/extra_options.hpp"
#include "core/pppd_options.hpp"
#include "core/profile.hpp"
#include "core/profile_keys.hpp"
#include "core/profile_read.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using Json = nlohmann::ordered_json;
using core::text::cat;

namespace {

/// A password, or a command line, which may well have one in it.
bool secret(std::string_view option) {
    constexpr std::array<std::string_view, 6> kHidden{"password", "connect", "disconnect",
                                                      "init",     "pty",     "welcome"};
    return std::find(kHidden.begin(), kHidden.end(), option) != kHidden.end();
}

std::string quotedWord(const std::string& word) {
    return word.empty() || word.find_first_of(" \t\n'\"#\\") != std::string::npos ? '"' + word + '"' : word;
}

/// The reason that the profile's own table gives; empty: the value is good.
std::string fault(std::string_view pointer, const Json& value) {
    const core::Key* const key = core::findKey(pointer);
    if (key == nullptr) {
        return cat("there is no key ", pointer);
    }
    core::Faults faults;
    core::KeyValue read;
    // The reader takes nlohmann::json: keys of values do not matter here.
    core::readValue(*key, nlohmann::json::parse(value.dump(-1, ' ', false, Json::error_handler_t::replace)),
                    std::string(pointer), read, faults);
    const auto list = faults.take();
    return list.empty() ? std::string() : list.front().text;
}

bool standard(std::string_view pointer, const Json& value) {
    const core::Key* const key = core::findKey(pointer);
    return key != nullptr && !key->standard.empty() && Json::parse(key->standard) == value;
}

} // namespace

std::string Option::shown() const {
    std::string out = name;
    for (const std::string& argument : arguments) {
        out += secret(name) ? " ******" : ' ' + quotedWord(argument);
    }
    return out;
}

std::string overriddenIn(const Place& place) {
    return core::text::harmless(cat("overridden in line ", place.line, " of ", place.file), 600);
}

void OptionsTaker::include(const Option& option, const std::string& path) {
    if (std::find(open_.begin(), open_.end(), path) != open_.end()) {
        return notTaken(option, "the file includes itself; pppd would not end either");
    }
    if (open_.size() >= kIncludeDepth) {
        return notTaken(option, cat("files are included more than ", kIncludeDepth, " deep"));
    }
    if (++files_ > kFiles) {
        return notTaken(option, cat("more than ", kFiles, " files would be read"));
    }
    const Reading reading = read_(path);
    if (!reading.text) {
        return notTaken(option, cat(path, ": ", reading.trouble));
    }
    note(option, Verdict::Taken, cat("options of ", path));
    take(path, *reading.text);
}

void OptionsTaker::includeIfThere(const Place& from, const std::string& path) {
    const Reading reading = read_(path);
    if (reading.text) {
        take(path, *reading.text);
    } else if (!reading.absent) {
        connection_.note(from, path, Verdict::NotTaken, reading.trouble);
    }
}

void OptionsTaker::take(const std::string& path, std::string_view text) {
    open_.push_back(path);
    const std::optional<Word> outer = std::exchange(ahead_, std::nullopt);
    PppdWords words(text);
    for (ahead_ = words.next(); ahead_;) {
        takeOption(words, path, 0);
    }
    ahead_ = outer;
    open_.pop_back();
}

void OptionsTaker::takeWords(const Place& from, std::string_view line) {
    open_.push_back(from.file);
    PppdWords words(line);
    for (ahead_ = words.next(); ahead_;) {
        takeOption(words, from.file, from.line > 0 ? from.line - 1 : 0);
    }
    open_.pop_back();
}

void OptionsTaker::takeOption(PppdWords& words, const std::string& path, unsigned lineOffset) {
    Option option{{path, ahead_->line + lineOffset}, ahead_->text, {}};
    const bool open = ahead_->unterminated;
    const int wanted = argumentsOf(option.name).value_or(0);
    ahead_ = words.next();
    for (int i = 0; i < wanted; ++i) {
        if (!ahead_) { // on the next line it is one, too: to pppd the end of a line is a blank
            return notTaken(option, "its argument is missing at the end; pppd would refuse the file");
        }
        option.arguments.push_back(ahead_->text);
        ahead_ = words.next();
    }
    if (open) {
        return notTaken(option, "a quote is opened and never closed");
    }
    apply(option);
}

void OptionsTaker::apply(const Option& option) {
    if (handle(*this, option)) {
        return;
    }
    if (core::pppd::findAllowed(option.name) != nullptr) {
        return extra(option);
    }
    if (applyForm(option)) {
        return;
    }
    if (const auto* const refused = core::pppd::findRefused(option.name)) {
        return notTaken(option, refused->instead.starts_with('/')
                                    ? cat("what it wants is said by ", refused->instead)
                                    : std::string(refused->instead));
    }
    notTaken(option, "nobody knows this option; of a plugin of pppd, perhaps");
}

bool OptionsTaker::applyForm(const Option& option) {
    const std::string& word = option.name;
    constexpr std::string_view kDigits = "0123456789";
    if (!word.empty() && word.find_first_not_of(kDigits) == std::string::npos) {
        set(option, "/serial/speed", number(word, 0, 1'000'000'000).value_or(0));
        return true;
    }
    const bool tty = word.starts_with("tty") || word.starts_with("cua") || word.starts_with("modem") ||
                     word.starts_with("rfcomm") || word.starts_with("ircomm");
    if (word.starts_with("/dev/") || (tty && !seen.pppoePlugin)) {
        set(option, "/serial/device", word.starts_with('/') ? word : "/dev/" + word);
        return true;
    }
    if (word.starts_with("nic-")) {
        set(option, "/pppoe/interface", word.substr(4));
        return true;
    }
    const std::size_t colon = word.find(':');
    if (colon != std::string::npos && word.find(':', colon + 1) == std::string::npos) {
        const std::string local = word.substr(0, colon);
        const std::string peer = word.substr(colon + 1);
        if (!local.empty() && local != "0.0.0.0") {
            set(option, "/ipv4/local", local);
        }
        if (!peer.empty() && peer != "0.0.0.0") {
            set(option, "/ipv4/peer", peer);
        }
        if ((local.empty() || local == "0.0.0.0") && (peer.empty() || peer == "0.0.0.0")) {
            note(option, Verdict::Default, "the peer gives the addresses anyway");
        }
        return true;
    }
    // pppd asks its channels in turn whether a word is a device: with PPPoE an interface's name.
    if (seen.pppoePlugin && !connection_.has("/pppoe/interface") &&
        core::pppd::findRefused(word) == nullptr && fault("/pppoe/interface", word).empty()) {
        set(option, "/pppoe/interface", word);
        return true;
    }
    return false;
}

void OptionsTaker::set(const Option& option, std::string_view pointer, Json value, std::string_view changed) {
    if (const std::string wrong = fault(pointer, value); !wrong.empty()) {
        return notTaken(option, cat(pointer, ": ", wrong));
    }
    const bool same = standard(pointer, value);
    if (const auto earlier = rows_.find(pointer); earlier != rows_.end()) {
        Entry& row = connection_.report[earlier->second];
        if (connection_.at(pointer) != (same ? Json() : value)) {
            row.verdict = Verdict::NotTaken;
            row.why = overriddenIn(option.place);
        }
    }
    if (same) {
        connection_.drop(pointer);
    } else {
        connection_.put(pointer, std::move(value));
    }
    const Verdict verdict = !changed.empty() ? Verdict::Changed : same ? Verdict::Default : Verdict::Taken;
    note(option, verdict,
         !changed.empty() ? cat(pointer, ": ", changed)
         : same           ? cat("that is so anyway (", pointer, ")")
                          : std::string(pointer));
    rows_.insert_or_assign(std::string(pointer), connection_.report.size() - 1);
}

void OptionsTaker::extra(const Option& option) {
    note(option, Verdict::Taken, "/ppp/extra-options");
    std::vector<std::string> words{option.name};
    words.insert(words.end(), option.arguments.begin(), option.arguments.end());
    // The last one of a name is the one that counts.
    for (auto& earlier : extras_) {
        if (earlier.option.name == option.name) {
            Entry& row = connection_.report[earlier.row];
            row.verdict = Verdict::NotTaken;
            row.why = overriddenIn(option.place);
        }
    }
    std::erase_if(extras_, [&](const Extra& earlier) { return earlier.option.name == option.name; });
    extras_.push_back({option, connection_.report.size() - 1, std::move(words)});
}

void OptionsTaker::retract(std::string_view pointer, Verdict verdict, std::string_view why) {
    connection_.drop(pointer);
    if (const auto row = rows_.find(pointer); row != rows_.end()) {
        connection_.report[row->second].verdict = verdict;
        connection_.report[row->second].why = why;
        rows_.erase(row);
    }
}

void OptionsTaker::settleExtras() {
    core::Profile profile;
    const Json type = connection_.at("/type");
    profile.type = type == "serial" ? core::LinkType::Serial
                   : type == "l2tp" ? core::LinkType::L2tp
                                    : core::LinkType::Pppoe;
    const auto word = [&](std::string_view pointer) {
        const Json value = connection_.at(pointer);
        return value.is_string() ? value.get<std::string>() : std::string("off");
    };
    profile.ppp.compression = word("/ppp/compression");
    profile.ppp.mppe = word("/ppp/mppe");
    Json words = connection_.at("/ppp/extra-options");
    words = words.is_array() ? words : Json::array();
    for (const Extra& extra : extras_) {
        core::Faults faults;
        profile.ppp.extraOptions = extra.words;
        core::checkExtraOptions(profile, faults);
        const auto list = faults.take();
        if (list.empty()) {
            for (const std::string& part : extra.words) {
                words.push_back(part);
            }
            continue;
        }
        const auto* const row = core::pppd::findAllowed(extra.option.name);
        const bool idle = row->use != core::pppd::Use::Any && profile.type != core::LinkType::Serial;
        connection_.report[extra.row].verdict = idle ? Verdict::Default : Verdict::NotTaken;
        connection_.report[extra.row].why = list.front().text;
    }
    extras_.clear();
    if (!words.empty()) {
        connection_.put("/ppp/extra-options", words);
    }
}

void OptionsTaker::settleType() {
    const Json type = connection_.at("/type");
    std::vector<std::string> pointers;
    for (const auto& [pointer, row] : rows_) {
        pointers.push_back(pointer);
    }
    for (const std::string& pointer : pointers) {
        const bool line = pointer.starts_with("/serial/") || pointer == "/ppp/asyncmap" ||
                          pointer == "/ppp/escape" || pointer == "/ppp/accomp" || pointer == "/ppp/pcomp" ||
                          pointer == "/ppp/vj" || pointer == "/ppp/compression";
        if (line && type != "serial") {
            retract(pointer, Verdict::Default, "it is about serial lines, and this link has none");
        } else if (pointer.starts_with("/pppoe/") && type != "pppoe") {
            retract(pointer, Verdict::NotTaken, "it is for PPPoE, and this link is none");
        }
    }
    if (type != "pppoe" && connection_.has("/on-demand")) {
        retract("/on-demand", Verdict::NotTaken,
                "dialling on demand is for PPPoE only so far; the link is dialled by `pppctl up`, or at boot "
                "with "
                "/autoconnect");
    }
    for (const char* pointer : {"/ppp/mtu", "/ppp/mru"}) {
        const Json bytes = connection_.at(pointer);
        if (type == "pppoe" && bytes.is_number() && bytes > 1500) {
            retract(pointer, Verdict::NotTaken, "PPPoE has at most 1500 bytes; its default is 1492");
        }
    }
}

void OptionsTaker::settle() {
    settleType();
    settleMppe(*this);
    settleExtras();
    const Json require = connection_.at("/auth/require");
    if (seen.auth && !require.is_array()) {
        notTaken(*seen.auth, "it wants some proof of the peer, whichever; a profile names the methods in "
                             "/auth/require, and a client seldom asks for any");
    }
    insist("/ipv4/local", "/ipv4/accept-local", seen.acceptLocal, "ipcp-accept-local");
    insist("/ipv4/peer", "/ipv4/accept-peer", seen.acceptPeer, "ipcp-accept-remote");
}

/// pppd insists on an address that it was given, unless it is told to accept another.
void OptionsTaker::insist(std::string_view address, std::string_view accept, bool told,
                          std::string_view option) {
    const auto row = rows_.find(address);
    if (!told && row != rows_.end() && connection_.has(address)) {
        connection_.put(accept, false);
        connection_.note(connection_.report[row->second].place, cat("no ", option), Verdict::Taken, accept);
    }
}

void takeOptionsFile(Connection& connection, const Place& from, const std::string& path, const Reader& read) {
    OptionsTaker taker(connection, read);
    taker.include({from, "file", {path}}, path);
    for (const Option& option : std::exchange(taker.seen.later, {})) {
        takeChatCommand(taker, option);
    }
    taker.settle();
}

void takeOptionWords(Connection& connection, const Place& from, std::string_view line, const Reader& read) {
    OptionsTaker taker(connection, read);
    taker.takeWords(from, line);
    for (const Option& option : std::exchange(taker.seen.later, {})) {
        takeChatCommand(taker, option);
    }
    taker.settle();
}

} // namespace ppp::cli::importing
