// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl(1) against the table of verbs and the arguments that each verb declares: neither has what the other
// lacks.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "cli/command.hpp"
#include "core/text.hpp"
#include "parts.hpp"
#include "unit/manual_page.hpp"

namespace {

using namespace ppp;
using core::text::cat;
using Names = std::set<std::string>;

const std::string& page() {
    static const std::string text = pages::readFile(cat(PPP_SOURCE_DIR, "/data/man/pppctl.1"));
    return text;
}

std::vector<std::string> flagsOf(const std::string& tag) {
    std::vector<std::string> out;
    const std::regex flag("(?:^|, )(--?[A-Za-z][a-z0-9-]*)");
    for (std::sregex_iterator at(tag.begin(), tag.end(), flag), end; at != end; ++at) {
        out.push_back(at->str(1));
    }
    return out;
}

/// Flag to whether it takes a value.
using Flags = std::map<std::string, bool>;

struct VerbPart {
    std::string heading;
    Flags flags;
};

/// The subsections below "VERBS …".
std::map<std::string, VerbPart> written() {
    std::map<std::string, VerbPart> out;
    for (const test::Part& part : test::parts(page())) {
        if (part.heading.empty() || part.heading[0] < 'a' || part.heading[0] > 'z') {
            continue; // a section, not a verb
        }
        VerbPart& verb = out[part.heading.substr(0, part.heading.find(' '))];
        verb.heading = part.heading;
        for (const test::Tagged& entry : part.entries) {
            for (const std::string& flag : flagsOf(entry.tag)) {
                verb.flags.emplace(flag, entry.value);
            }
        }
    }
    return out;
}

/// What CLI11 knows of one verb; the arguments without a dash apart.
struct Declared {
    Flags flags;
    Names places;
};

void gather(const CLI::App& app, Declared& out) {
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_positional()) {
            out.places.insert(option->get_name(true));
            continue;
        }
        const bool value = option->get_expected_max() != 0;
        for (const std::string& name : option->get_lnames()) {
            out.flags.emplace("--" + name, value);
        }
        for (const std::string& name : option->get_snames()) {
            out.flags.emplace("-" + name, value);
        }
    }
    for (const CLI::App* group : app.get_subcommands(nullptr)) {
        gather(*group, out);
    }
    out.flags.erase("--help");
    out.flags.erase("-h");
}

std::map<std::string, Declared> declared() {
    std::map<std::string, Declared> out;
    for (const cli::Verb& verb : cli::verbs()) {
        CLI::App app;
        const auto command = verb.make();
        command->declare(app);
        gather(app, out[std::string(verb.name)]);
    }
    return out;
}

TEST(PppctlPage, HasEveryVerbWithItsArguments) {
    const auto there = written();
    for (const auto& [verb, arguments] : declared()) {
        SCOPED_TRACE(verb);
        ASSERT_TRUE(there.contains(verb)) << "there is no .SS for it";
        const VerbPart& part = there.at(verb);
        for (const std::string& place : arguments.places) {
            EXPECT_NE(part.heading.find(place), std::string::npos) << part.heading << " lacks " << place;
        }
        for (const auto& [flag, value] : arguments.flags) {
            ASSERT_TRUE(part.flags.contains(flag)) << flag << " has no entry";
            EXPECT_EQ(part.flags.at(flag), value) << flag << ": with a value or without?";
        }
    }
}

TEST(PppctlPage, HasNothingElse) {
    const auto known = declared();
    for (const auto& [verb, part] : written()) {
        if (!known.contains(verb)) {
            ADD_FAILURE() << "there is no verb " << verb;
            continue;
        }
        for (const auto& [flag, value] : part.flags) {
            EXPECT_TRUE(known.at(verb).flags.contains(flag)) << verb << " has no " << flag;
        }
    }
}

/// The options before a verb stand in main.cpp.
TEST(PppctlPage, HasTheOptionsBeforeTheVerb) {
    const std::string source = pages::readFile(cat(PPP_SOURCE_DIR, "/cli/main.cpp"));
    Names program{"-h", "--help"}; // CLI11's own
    const std::regex call("app\\.(?:add_flag|add_option|set_version_flag)\\(\"([^\"]+)\"");
    for (std::sregex_iterator at(source.begin(), source.end(), call), end; at != end; ++at) {
        std::istringstream names(at->str(1));
        for (std::string name; std::getline(names, name, ',');) {
            program.insert(name);
        }
    }
    Names there;
    for (const test::Part& part : test::parts(page())) {
        for (const test::Tagged& entry :
             part.heading == "OPTIONS" ? part.entries : std::vector<test::Tagged>{}) {
            for (const std::string& flag : flagsOf(entry.tag)) {
                there.insert(flag);
                EXPECT_TRUE(program.contains(flag)) << "there is no " << flag;
            }
        }
    }
    EXPECT_TRUE(program.contains("--json"));
    for (const std::string& flag : program) {
        EXPECT_TRUE(there.contains(flag)) << flag << " has no entry";
    }
}

TEST(PppctlPage, HasTheExitCodes) {
    const std::string source = pages::readFile(cat(PPP_SOURCE_DIR, "/cli/exit_code.hpp"));
    Names program;
    const std::regex value("= ([0-9]+),");
    for (std::sregex_iterator at(source.begin(), source.end(), value), end; at != end; ++at) {
        program.insert(at->str(1));
    }
    Names there;
    for (const test::Part& part : test::parts(page())) {
        for (const test::Tagged& entry : part.entries) {
            if (part.heading == "\"EXIT STATUS\"") {
                there.insert(entry.tag);
            }
        }
    }
    EXPECT_EQ(there, program);
    EXPECT_EQ(there.size(), 9U);
}

} // namespace
