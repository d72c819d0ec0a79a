// SPDX-License-Identifier: LGPL-2.1-or-later
// Walks the words as CLI11 will, and offers what could stand at the last one.
#include "cli/completion.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "cli/client.hpp"

namespace ppp::cli {

namespace {

constexpr std::uint64_t kPatience = 1'000'000; // µs: a shell waits, and a person behind it

enum class Kind { Nothing, Connections, Files, Interfaces, Words };

struct Special {
    std::string_view verb; ///< empty: any
    std::string_view argument;
    Kind kind;
    std::vector<std::string> words{};
};

/// What the declarations do not tell. An argument called NAME is a connection where nothing is said here.
const std::vector<Special>& specials() {
    static const std::vector<Special> table{
        {"add", "NAME", Kind::Nothing},
        {"import", "NAME", Kind::Nothing},
        {"", "NAME", Kind::Connections},
        {"", "FILE", Kind::Files},
        {"", "--file", Kind::Files},
        {"", "--profile", Kind::Files},
        {"", "--device", Kind::Files},
        {"", "INTERFACE", Kind::Interfaces},
        {"", "--interface", Kind::Interfaces},
        {"", "--type", Kind::Words, {"pppoe", "serial", "l2tp"}},
        {"", "--json", Kind::Words, {"pretty"}},
    };
    return table;
}

/// "{on,off}" of CLI::IsMember, as the help shows it.
std::vector<std::string> members(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const auto open = type.find('{');
    const auto close = type.find('}', open == std::string::npos ? 0 : open);
    std::vector<std::string> out;
    if (open == std::string::npos || close == std::string::npos) {
        return out;
    }
    std::string_view left = std::string_view(type).substr(open + 1, close - open - 1);
    while (!left.empty()) {
        const auto end = std::min(left.find(','), left.size());
        out.emplace_back(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return out;
}

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

bool startsWith(std::string_view text, std::string_view prefix) {
    return text.substr(0, prefix.size()) == prefix;
}

std::vector<const CLI::Option*> optionsOf(const CLI::App& app) {
    const auto listed = app.get_options();
    std::vector<const CLI::Option*> out(listed.begin(), listed.end());
    for (const auto* group :
         app.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); })) {
        const auto inside = optionsOf(*group);
        out.insert(out.end(), inside.begin(), inside.end());
    }
    return out;
}

std::vector<std::string> interfaces() {
    std::vector<std::string> out;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", ignored)) {
        if (const std::string name = entry.path().filename(); name != "lo") {
            out.push_back(name);
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

class Walk {
public:
    Walk(const CLI::App& app, const NameSource& names) : app_(app), names_(names) {}

    Candidates at(const std::vector<std::string>& words) {
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            pass(words[i]);
        }
        current_ = words.back();
        if (awaiting_ != nullptr) {
            offerValues(*awaiting_, awaitingName_, "");
        } else if (!onlyPositionals_ && startsWith(current_, "-")) {
            offerOptions();
        } else if (verb_ == nullptr) {
            offerVerbs();
        } else {
            offerPositional();
        }
        return std::move(out_);
    }

private:
    /// The option that a word names: "--timeout", "--timeout=5", "-n", "-n5".
    std::pair<const CLI::Option*, std::string> find(const std::string& word) const {
        const std::string name = startsWith(word, "--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
        for (const CLI::App* where : {verb_, &app_}) {
            for (const auto* option :
                 where != nullptr ? optionsOf(*where) : std::vector<const CLI::Option*>{}) {
                if (option->nonpositional() && option->check_name(name)) {
                    return {option, name};
                }
            }
        }
        return {nullptr, name};
    }

    /// A flag that may have a value has it behind '=' only.
    static bool takesNextWord(const CLI::Option& option) { return option.get_items_expected_min() > 0; }

    void pass(const std::string& word) {
        if (awaiting_ != nullptr) {
            awaiting_ = nullptr;
        } else if (!onlyPositionals_ && word == "--") {
            onlyPositionals_ = true;
        } else if (!onlyPositionals_ && word.size() > 1 && word.front() == '-') {
            const auto [option, name] = find(word);
            if (option == nullptr) {
                return;
            }
            given_.push_back(option);
            remote_ = remote_ || option->check_name("--host");
            if (takesNextWord(*option) && word == name) {
                awaiting_ = option;
                awaitingName_ = name;
            }
        } else if (verb_ == nullptr) {
            for (const auto* verb : verbs()) {
                verb_ = verb->get_name() == word ? verb : verb_;
            }
        } else {
            positionals_.push_back(word);
        }
    }

    void offer(const std::string& word, const std::string& description = {}) {
        if (startsWith(word, current_)) {
            out_.words.push_back({word, description});
        }
    }

    std::vector<const CLI::App*> verbs() const {
        return app_.get_subcommands(
            [](const CLI::App* verb) { return !verb->get_name().empty() && !verb->get_group().empty(); });
    }

    void offerVerbs() {
        for (const auto* verb : verbs()) {
            offer(verb->get_name(), firstLine(verb->get_description()));
        }
    }

    void offerOptions() {
        if (const auto equals = current_.find('='); equals != std::string::npos) {
            const auto [option, name] = find(current_);
            if (option != nullptr) {
                offerValues(*option, name, name + "=");
            }
            return;
        }
        for (const CLI::App* where : {verb_, &app_}) {
            for (const auto* option :
                 where != nullptr ? optionsOf(*where) : std::vector<const CLI::Option*>{}) {
                offerOption(*option, where == &app_);
            }
        }
    }

    void offerOption(const CLI::Option& option, bool global) {
        const bool again = option.get_items_expected_max() > 1;
        const bool given = std::find(given_.begin(), given_.end(), &option) != given_.end();
        // Those that end the program at once are offered where the verb has not been said yet, or are its
        // own.
        const bool ends =
            global && verb_ != nullptr && (option.check_name("--help") || option.check_name("--version"));
        if (!option.nonpositional() || option.get_group().empty() || (given && !again) || ends) {
            return;
        }
        for (const auto& name : option.get_lnames()) {
            offer("--" + name, firstLine(option.get_description()));
        }
        if (option.get_lnames().empty()) {
            for (const auto& name : option.get_snames()) {
                offer("-" + name, firstLine(option.get_description()));
            }
        }
    }

    /// The positional that the next word belongs to: the last one takes the rest where it may.
    const CLI::Option* nextPositional() const {
        std::size_t before = positionals_.size();
        for (const auto* option : optionsOf(*verb_)) {
            if (!option->get_positional()) {
                continue;
            }
            const auto most = static_cast<std::size_t>(std::max(option->get_items_expected_max(), 1));
            if (before < most) {
                return option;
            }
            before -= most;
        }
        return nullptr;
    }

    void offerPositional() {
        if (const auto* option = nextPositional()) {
            offerValues(*option, option->get_name(true), "");
        } else if (current_.empty()) {
            offerOptions();
        }
    }

    void offerValues(const CLI::Option& option, const std::string& name, const std::string& before) {
        const auto& table = specials();
        const auto special = std::find_if(table.begin(), table.end(), [&](const Special& row) {
            return row.argument == name &&
                   (row.verb.empty() || (verb_ != nullptr && row.verb == verb_->get_name()));
        });
        const auto words = members(option);
        if (!words.empty() || special == table.end()) {
            offerAll(words, before);
            return;
        }
        switch (special->kind) {
        case Kind::Nothing:
            break;
        case Kind::Connections:
            offerConnections(before);
            break;
        case Kind::Files:
            out_.files = true;
            break;
        case Kind::Interfaces:
            if (!remote_) {
                offerAll(interfaces(), before);
            }
            break;
        case Kind::Words:
            offerAll(special->words, before);
            break;
        }
    }

    void offerAll(const std::vector<std::string>& words, const std::string& before) {
        for (const auto& word : words) {
            offer(before + word);
        }
    }

    /// Those of this machine only: a tabulator shall not open a session of ssh. None twice.
    void offerConnections(const std::string& before) {
        for (const auto& name : remote_ ? std::vector<std::string>{} : names_()) {
            if (std::find(positionals_.begin(), positionals_.end(), name) == positionals_.end()) {
                offer(before + name);
            }
        }
    }

    const CLI::App& app_;
    const NameSource& names_;
    const CLI::App* verb_ = nullptr;
    const CLI::Option* awaiting_ = nullptr; ///< whose value comes next
    std::string awaitingName_;
    bool onlyPositionals_ = false;
    bool remote_ = false;
    std::vector<const CLI::Option*> given_;
    std::vector<std::string> positionals_;
    std::string current_;
    Candidates out_;
};

std::vector<std::string> connectionNames() {
    Client client(Client::Start::Never);
    client.bus().setMethodCallTimeout(kPatience);
    std::vector<std::string> out;
    for (const auto& connection : client.manager().ListConnections()) {
        out.push_back(std::get<0>(connection));
    }
    return out;
}

} // namespace

Candidates complete(const CLI::App& app, const std::vector<std::string>& words, const NameSource& names) {
    return Walk(app, names).at(words);
}

void printCompletions(const CLI::App& app, std::vector<std::string> words) {
    if (words.empty()) {
        words.emplace_back();
    }
    try {
        const Candidates found = complete(app, words, connectionNames);
        for (const auto& candidate : found.words) {
            std::cout << candidate.word << '\t' << candidate.description << '\n';
        }
        if (found.files) {
            std::cout << ":files\n";
        }
        std::cout << std::flush;
    } catch (const std::exception&) {
        return; // no bus, no daemon: there are no names to offer
    }
}

} // namespace ppp::cli
