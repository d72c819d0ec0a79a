// SPDX-License-Identifier: LGPL-2.1-or-later
// No option of pppd is forgotten: those of the pppd that is installed, and those of the versions in
// pppd-options/.
#include "core/pppd_options.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "core/profile_keys.hpp"
#include "parts.hpp"
#include "support/pppd_tables.hpp"

namespace {

using namespace ppp;
using namespace ppp::core::pppd;
namespace fs = std::filesystem;
using Names = std::set<std::string>;

constexpr const char* kPppd = "/usr/sbin/pppd";
constexpr std::size_t kFewest = 250; // of any pppd since 2.4.9

std::string read(const fs::path& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file) << path;
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

fs::path lists() {
    return fs::path(PPP_SOURCE_DIR) / "tests/unit/pppd-options";
}

/// A list: an option a line, "manual" behind it where the manual page alone has it.
Names listed(const fs::path& path, bool manual) {
    Names out;
    std::istringstream lines(read(path));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name, more;
        words >> name >> more;
        if (!name.empty() && name != "#" && (manual || more.empty())) {
            out.insert(name);
        }
    }
    return out;
}

/// Where its plugins are, with the version as its last part.
std::optional<fs::path> pluginFolder() {
    for (const fs::path base :
         {"/usr/lib/pppd", "/usr/lib/x86_64-linux-gnu/pppd", "/usr/lib/aarch64-linux-gnu/pppd"}) {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(base, ignored)) {
            if (fs::exists(entry.path() / "pppoe.so")) {
                return entry.path();
            }
        }
    }
    return std::nullopt;
}

Names installed(const fs::path& plugins) {
    Names out = test::pppdOptions(kPppd);
    for (const char* plugin : {"pppoe.so", "pppol2tp.so"}) {
        out.merge(test::pppdOptions(plugins / plugin));
    }
    return out;
}

void expectPlaces(const Names& names) {
    for (const std::string& name : names) {
        const bool known = findAllowed(name) != nullptr || findRefused(name) != nullptr || shortForm(name);
        EXPECT_TRUE(known) << name << " is forgotten: it needs a key, or a line in core/pppd_options.cpp";
    }
}

TEST(PppdOptions, TheInstalledOnesHaveAPlace) {
    const auto plugins = pluginFolder();
    ASSERT_TRUE(fs::exists(kPppd) && plugins) << "pppd is not installed (package ppp)";
    const Names names = installed(*plugins);
    EXPECT_GE(names.size(), kFewest);
    expectPlaces(names);
    const fs::path list = lists() / plugins->filename();
    if (fs::exists(list)) {
        EXPECT_EQ(names, listed(list, false))
            << "the tables were not read whole, or the list is not of this pppd";
    }
}

TEST(PppdOptions, ThoseOfTheListedVersionsHaveAPlace) {
    for (const char* version : {"2.4.9", "2.5.2"}) {
        SCOPED_TRACE(version);
        const Names names = listed(lists() / version, true);
        EXPECT_GE(names.size(), kFewest);
        expectPlaces(names);
    }
}

TEST(PppdOptions, OnlyWhatAllVersionsKnowIsPassedOn) {
    for (const char* version : {"2.4.9", "2.5.2"}) {
        const Names names = listed(lists() / version, false);
        for (const Allowed& option : allowed()) {
            EXPECT_EQ(names.count(std::string(option.name)), 1U) << option.name << " in " << version;
        }
    }
}

TEST(PppdOptions, NoneHasTwoPlaces) {
    Names seen;
    for (const Allowed& option : allowed()) {
        EXPECT_TRUE(seen.insert(std::string(option.name)).second) << option.name;
    }
    for (const Refused& option : refused()) {
        EXPECT_TRUE(seen.insert(std::string(option.name)).second) << option.name;
    }
}

TEST(PppdOptions, TheKeysExist) {
    const auto check = [](const Refused& row) {
        EXPECT_FALSE(row.instead.empty()) << row.name;
        std::istringstream words{std::string(row.instead)};
        for (std::string word; row.instead.starts_with('/') && words >> word;) {
            if (word != "and") {
                EXPECT_NE(core::findKey(word), nullptr) << row.name << ": " << word;
            }
        }
    };
    for (const Refused& row : refused()) {
        check(row);
    }
    for (const Refused& row : refusedStarts()) {
        check(row);
    }
}

TEST(PppdOptions, ThePageIsOfTheseTables) {
    EXPECT_EQ(read(fs::path(PPP_SOURCE_DIR) / "data/doc/pppd-options.md"), pages::pppdOptionsMarkdown())
        << "make it anew: make_page --pppd-options > data/doc/pppd-options.md";
}

} // namespace
