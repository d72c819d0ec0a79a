// SPDX-License-Identifier: LGPL-2.1-or-later
// The manual pages, the comments of the bus's XML and the journal's catalog against what the program has.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "core/advice.hpp"
#include "core/messages.hpp"
#include "core/pppd_options.hpp"
#include "core/profile_keys.hpp"
#include "core/text.hpp"
#include "parts.hpp"
#include "unit/manual_page.hpp"

namespace {

using namespace ppp;
using core::text::cat;
using Names = std::set<std::string>;

std::string source(const std::string& path) {
    return pages::readFile(cat(PPP_SOURCE_DIR, "/", path));
}

std::string made(const std::string& path) {
    return pages::filled(source(path), PPP_SOURCE_DIR);
}

/// The first group of every match.
std::vector<std::string> found(const std::string& text, const std::string& pattern) {
    std::vector<std::string> out;
    const std::regex expression(pattern);
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
        out.push_back(at->str(1));
    }
    return out;
}

/// Tag to text, of the parts whose heading fits.
std::map<std::string, std::string> tags(const std::string& page, const std::string& heading) {
    std::map<std::string, std::string> out;
    for (const test::Part& part : test::parts(page)) {
        if (part.heading.find(heading) != std::string::npos) {
            for (const test::Tagged& entry : part.entries) {
                out.emplace(entry.tag, entry.text);
            }
        }
    }
    return out;
}

std::vector<pages::Interface> interfaces() {
    std::vector<pages::Interface> out;
    for (const char* name : {"org.ppp.Manager", "org.ppp.Connection", "org.ppp.SecretAgent"}) {
        for (pages::Interface& one : pages::readInterfaces(source(cat("dbus/", name, ".xml")))) {
            out.push_back(std::move(one));
        }
    }
    return out;
}

TEST(BusXml, IsReadWhole) {
    std::size_t read = 0, declared = 0;
    for (const char* name : {"Manager", "Connection", "SecretAgent"}) {
        declared +=
            found(source(cat("dbus/org.ppp.", name, ".xml")), "<(method|signal|property|arg) ").size();
    }
    for (const pages::Interface& interface : interfaces()) {
        for (const pages::Member& member : interface.members) {
            read += 1 + member.arguments.size();
        }
    }
    EXPECT_EQ(read, declared);
    EXPECT_GT(read, 100U);
}

TEST(BusXml, EveryMemberHasItsComment) {
    for (const pages::Interface& interface : interfaces()) {
        EXPECT_EQ(interface.comment.symbol, interface.name);
        for (const pages::Member& member : interface.members) {
            SCOPED_TRACE(cat(interface.name, ".", member.name));
            EXPECT_EQ(member.comment.symbol, member.name) << "the comment before it begins with another name";
            EXPECT_FALSE(member.comment.text.empty());
            std::vector<std::string> arguments, told;
            for (const pages::Argument& argument : member.arguments) {
                arguments.push_back(argument.name);
            }
            for (const auto& [name, text] : member.comment.parameters) {
                told.push_back(name);
                EXPECT_FALSE(text.empty()) << name;
            }
            EXPECT_EQ(told, arguments) << "a line \"@name: text\" for each argument, in their order";
        }
    }
}

TEST(BusXml, AMissingCommentIsSeen) {
    const auto read =
        pages::readInterfaces("<node><interface name=\"a.B\"><!-- C:\n\n text --><method name=\"C\"/>"
                              "<method name=\"D\"><arg name=\"x\" type=\"u\" direction=\"out\"/>"
                              "</method></interface></node>");
    ASSERT_EQ(read.size(), 1U);
    ASSERT_EQ(read[0].members.size(), 2U);
    EXPECT_EQ(read[0].members[0].comment.symbol, "C");
    EXPECT_EQ(read[0].members[0].comment.text, "text");
    EXPECT_EQ(read[0].members[1].comment.symbol, "");
    EXPECT_EQ(pages::signature(read[0].members[1]), "() → u x");
    EXPECT_THROW(pages::readInterfaces("<node><methud name=\"C\"/></node>"), std::runtime_error);
}

TEST(BusPage, HasEveryMemberWithItsSignature) {
    const std::string page = made("data/man/org.ppp.Manager.5.in");
    Names lines;
    std::istringstream text(page);
    for (std::string line; std::getline(text, line);) {
        lines.insert(test::plain(line));
    }
    for (const pages::Interface& interface : interfaces()) {
        EXPECT_TRUE(lines.contains(cat("\"INTERFACE ", interface.name, "\""))) << interface.name;
        for (const pages::Member& member : interface.members) {
            const std::string tag = cat(member.name, " ", pages::signature(member));
            EXPECT_TRUE(lines.contains(tag)) << tag;
        }
    }
}

TEST(BusPage, HasTheErrorsAndWhoMayWhat) {
    const std::string page = made("data/man/org.ppp.Manager.5.in");
    const auto errors = tags(page, "ERRORS");
    const auto returned = found(source("daemon/core/error.cpp"), "return \"([A-Za-z]+)\";");
    const Names words(returned.begin(), returned.end());
    EXPECT_GE(words.size(), 13U);
    for (const std::string& word : words) {
        EXPECT_TRUE(errors.contains(word)) << word;
    }
    EXPECT_EQ(errors.size(), words.size());
    const auto actions = tags(page, "AUTHORISATION");
    for (const std::string& action :
         found(source("polkit/org.ppp.manager.policy"), "<action id=\"([^\"]+)\"")) {
        ASSERT_TRUE(actions.contains(action)) << action;
    }
    for (const pages::Interface& interface : interfaces()) {
        for (const pages::Member& member : interface.members) {
            for (const std::string& action : found(member.comment.text, "polkit: (org[.a-z]+[a-z])")) {
                ASSERT_TRUE(actions.contains(action)) << action;
                const std::regex name(cat("\\b", member.name, "\\b"));
                EXPECT_TRUE(std::regex_search(actions.at(action), name))
                    << member.name << " is not listed below " << action;
            }
        }
    }
}

TEST(ProfilePage, HasEveryKeyWithItsValuesAndDefault) {
    const std::string page = made("data/man/ppp-manager-profile.5.in");
    std::map<std::string, std::string> entries;
    for (const test::Part& part : test::parts(page)) {
        for (const test::Tagged& entry : part.entries) {
            entries.emplace(entry.tag, entry.text);
        }
        entries.emplace(part.heading, "");
    }
    const auto schema = nlohmann::json::parse(source("data/ppp-manager-profile.schema.json"));
    for (const core::Key& key : core::profileKeys()) {
        std::string name(key.pointer.substr(1));
        name = std::regex_replace(name, std::regex("/\\*"), "[]");
        std::replace(name.begin(), name.end(), '/', '.');
        if (key.kind == core::KeyKind::Section) {
            EXPECT_TRUE(entries.contains(name) || entries.contains(cat("Section \"", name, "\""))) << name;
            continue;
        }
        ASSERT_TRUE(entries.contains(name)) << name;
        const std::string& text = entries.at(name);
        const std::string standard = key.required           ? "; required)"
                                     : key.standard.empty() ? "; no default)"
                                                            : cat("; default: ", key.standard, ")");
        EXPECT_NE(text.find(standard), std::string::npos) << name << ": " << text;
        for (const std::string_view word : key.choices) {
            EXPECT_NE(text.find(cat('"', word, '"')), std::string::npos) << name << " lacks " << word;
        }
        EXPECT_GT(text.size(), text.find(')') + 10) << name << " has no words";
    }
}

TEST(ProfilePage, HasEveryOptionOfPppd) {
    const std::string page = made("data/man/ppp-manager-profile.5.in");
    Names bold;
    for (const std::string& word : found(page, "\\\\fB([^\\\\]*(?:\\\\[-e][^\\\\]*)*)\\\\fR")) {
        bold.insert(test::plain(word));
    }
    for (const auto& row : core::pppd::allowed()) {
        EXPECT_TRUE(bold.contains(std::string(row.name))) << row.name;
    }
    for (const auto& row : core::pppd::refused()) {
        EXPECT_TRUE(bold.contains(std::string(row.name))) << row.name;
    }
    for (const auto& row : core::pppd::refusedStarts()) {
        EXPECT_TRUE(bold.contains(cat(row.name, "…"))) << row.name;
    }
}

TEST(DaemonPage, HasEveryOptionAndEveryReason) {
    const std::string page = made("data/man/ppp-managerd.8.in");
    Names options;
    for (const auto& [tag, text] : tags(page, "OPTIONS")) {
        options.insert(found(tag, "--([a-z0-9-]+)").at(0));
    }
    const auto declared = found(source("daemon/main.cpp"), "\\{\"([a-z0-9-]+)\", (?:required|no)_argument");
    EXPECT_EQ(options, Names(declared.begin(), declared.end()));
    EXPECT_GT(options.size(), 5U);
    const auto reasons = tags(page, "REASONS");
    for (int i = 1; i <= static_cast<int>(core::Reason::Shutdown); ++i) {
        const auto reason = static_cast<core::Reason>(i);
        const std::string word(core::wire(reason));
        ASSERT_TRUE(reasons.contains(word)) << word;
        EXPECT_NE(reasons.at(word).find(core::advice(reason).remedy), std::string::npos) << word;
    }
}

/// Id to the whole entry of the journal's catalog.
std::map<std::string, std::string> catalog() {
    std::map<std::string, std::string> out;
    std::istringstream lines(made("data/ppp-manager.catalog.in"));
    std::string* entry = nullptr;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("-- ", 0) == 0) {
            EXPECT_FALSE(out.contains(line.substr(3))) << line << " twice";
            entry = &out[line.substr(3)];
        } else if (entry != nullptr) {
            *entry += (entry->empty() || line.empty() ? "" : " ") + line;
        }
    }
    return out;
}

TEST(Catalog, HasAnEntryForEachReason) {
    const auto entries = catalog();
    Names known;
    for (int i = 1; i <= static_cast<int>(core::Reason::Shutdown); ++i) {
        const auto reason = static_cast<core::Reason>(i);
        const std::string id(core::message::failure(reason));
        SCOPED_TRACE(core::wire(reason));
        EXPECT_TRUE(std::regex_match(id, std::regex("[0-9a-f]{32}"))) << id;
        EXPECT_TRUE(known.insert(id).second) << "the id of another one";
        ASSERT_TRUE(entries.contains(id));
        const std::string& entry = entries.at(id);
        EXPECT_NE(entry.find(core::sentence(reason)), std::string::npos);
        EXPECT_NE(entry.find(core::advice(reason).meaning), std::string::npos);
        EXPECT_EQ(entry.find("What helps: ") == std::string::npos, core::advice(reason).remedy.empty());
        EXPECT_EQ(entry.find("NAME"), std::string::npos);
    }
    for (const std::string& id : found(source("daemon/core/messages.hpp"), "\"([0-9a-f]{32})\"")) {
        EXPECT_TRUE(entries.contains(id)) << id;
        known.insert(id);
    }
    for (const auto& [id, entry] : entries) {
        EXPECT_TRUE(known.contains(id)) << id << " is an id that nobody uses";
        EXPECT_NE(entry.find("onnection @PPP_CONNECTION@"), std::string::npos) << id;
    }
    EXPECT_EQ(core::message::failure(core::Reason::None), "");
}

TEST(Templates, AnUnknownPartIsAnError) {
    EXPECT_THROW(pages::filled("@REASON@\n", PPP_SOURCE_DIR), std::runtime_error);
    EXPECT_THROW(pages::filled("@INTERFACE org.ppp.Nobody@\n", PPP_SOURCE_DIR), std::runtime_error);
    EXPECT_EQ(pages::filled("a @b@\n", PPP_SOURCE_DIR), "a @b@\n");
}

} // namespace
