// SPDX-License-Identifier: LGPL-2.1-or-later
// Adding, changing, removing and counting connections.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "support/fake_ports.hpp"

namespace {

using namespace ppp::core;
using namespace ppp::test;
using namespace std::chrono_literals;

Secrets password(const std::string& word) {
    Secrets out;
    out.emplace("password", Secret(word));
    return out;
}

ErrorCode codeOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& e) {
        return e.code();
    }
    ADD_FAILURE() << "no error";
    return ErrorCode::Failed;
}

struct House : testing::Test {
    Machine m;
    Manager manager{m.ports()};
};

TEST_F(House, AddStoresBothAndShowsIt) {
    Connection& c = manager.add("isp", Machine::kProfile, password("pw"));
    EXPECT_EQ(c.state(), State::Down);
    EXPECT_EQ(m.profiles.profiles.at("isp"), Machine::kProfile);
    EXPECT_EQ(m.profiles.secrets.at("isp").at("password").view(), "pw");
    EXPECT_EQ(codeOf([&] { manager.add("isp", Machine::kProfile, {}); }), ErrorCode::AlreadyExists);
}

TEST_F(House, AFullDiskStoresNeither) {
    m.profiles.full = true;
    EXPECT_EQ(codeOf([&] { manager.add("isp", Machine::kProfile, password("pw")); }), ErrorCode::Failed);
    EXPECT_TRUE(m.profiles.profiles.empty());
    EXPECT_TRUE(m.profiles.secrets.empty());
    EXPECT_EQ(manager.find("isp"), nullptr);
}

TEST_F(House, BadInputChangesNothing) {
    EXPECT_EQ(codeOf([&] { manager.add(".hidden", Machine::kProfile, {}); }), ErrorCode::InvalidName);
    EXPECT_EQ(codeOf([&] { manager.add("a/b", Machine::kProfile, {}); }), ErrorCode::InvalidName);
    EXPECT_EQ(codeOf([&] { manager.add(std::string(65, 'a'), Machine::kProfile, {}); }),
              ErrorCode::InvalidName);
    EXPECT_EQ(codeOf([&] { manager.add("isp", "{", {}); }), ErrorCode::InvalidProfile);
    EXPECT_EQ(codeOf([&] { manager.add("isp", Machine::kProfile, password("with\nnewline")); }),
              ErrorCode::InvalidProfile);
    EXPECT_TRUE(m.profiles.profiles.empty());
}

TEST_F(House, WhatNobodyHasReadYetIsNotReplaced) {
    manager.add("isp", Machine::kProfile, {});
    const std::string mine = std::string("// mine\n") + Machine::kProfile;
    m.profiles.profiles["isp"] = mine;
    m.profiles.profiles["new"] = mine;
    EXPECT_EQ(codeOf([&] { manager.updateProfile(manager.get("isp"), Machine::kProfile); }),
              ErrorCode::Failed);
    EXPECT_EQ(codeOf([&] { manager.add("new", Machine::kProfile, {}); }), ErrorCode::Failed);
    EXPECT_EQ(m.profiles.profiles["isp"], mine);
    EXPECT_EQ(m.profiles.profiles["new"], mine);
    manager.reload();
    manager.updateProfile(manager.get("isp"), Machine::kProfile);
    EXPECT_EQ(m.profiles.profiles["isp"], Machine::kProfile);
}

TEST_F(House, LimitOnConnections) {
    for (std::size_t i = 0; i < limits::kConnections; ++i) {
        manager.add("c" + std::to_string(i), Machine::kProfile, {});
    }
    EXPECT_EQ(codeOf([&] { manager.add("one-more", Machine::kProfile, {}); }), ErrorCode::LimitExceeded);
}

TEST_F(House, UnknownNameSuggestsTheNearOne) {
    manager.add("provider", Machine::kProfile, {});
    try {
        manager.get("provdier");
        FAIL();
    } catch (const Error& e) {
        EXPECT_EQ(e.code(), ErrorCode::NoSuchConnection);
        EXPECT_NE(std::string(e.what()).find("\"provider\""), std::string::npos);
    }
}

TEST_F(House, UpdateMarksARunningLink) {
    Connection& c = manager.add("isp", Machine::kProfile, password("pw"));
    c.up({}, [](const auto&) {});
    ASSERT_NE(m.engines.of("isp"), nullptr);
    manager.updateProfile(
        c, R"({"type":"pppoe","priority":7,"pppoe":{"interface":"eth0"},"auth":{"user":"alice"}})");
    EXPECT_TRUE(c.view().needsRedial);
    EXPECT_NE(m.engines.of("isp"), nullptr);
    EXPECT_EQ(codeOf([&] { manager.updateProfile(c, "[]"); }), ErrorCode::InvalidProfile);
}

TEST_F(House, RemoveTakesTheLinkDownFirst) {
    Connection& c = manager.add("isp", Machine::kProfile, password("pw"));
    c.up({}, [](const auto&) {});
    bool done = false;
    manager.remove("isp", [&](const auto& error) {
        EXPECT_FALSE(error);
        done = true;
    });
    EXPECT_FALSE(done);
    EXPECT_NE(manager.find("isp"), nullptr);
    m.engines.of("isp")->end({5, {}});
    EXPECT_TRUE(done);
    EXPECT_EQ(manager.find("isp"), nullptr);
    EXPECT_TRUE(m.profiles.profiles.empty());
    EXPECT_TRUE(m.profiles.secrets.empty());
    m.clock.advance(1s);
    EXPECT_EQ(m.clock.armed(), 0U);
}

TEST_F(House, ReloadFindsNewChangedAndRemovedProfiles) {
    manager.add("old", Machine::kProfile, {});
    m.profiles.profiles.erase("old");
    m.profiles.profiles["new"] = Machine::kProfile;
    manager.reload();
    EXPECT_EQ(manager.find("old"), nullptr);
    EXPECT_NE(manager.find("new"), nullptr);
}

TEST_F(House, DownAllAnswersAfterTheLast) {
    for (const char* name : {"one", "two"}) {
        manager.add(name, Machine::kProfile, password("pw")).up({}, [](const auto&) {});
    }
    manager.add("three", Machine::kProfile, {});
    bool done = false;
    EXPECT_EQ(manager.downAll([&](const auto&) { done = true; }), 2U);
    m.engines.of("one")->end({5, {}});
    EXPECT_FALSE(done);
    m.engines.of("two")->end({5, {}});
    EXPECT_TRUE(done);
}

TEST_F(House, SecretsAreMergedNotReplaced) {
    Connection& c = manager.add("isp", Machine::kProfile, password("pw"));
    Secrets tunnel;
    tunnel.emplace("tunnel-secret", Secret("ts"));
    manager.setSecrets(c, tunnel);
    EXPECT_EQ(m.profiles.secrets.at("isp").size(), 2U);
    manager.clearSecrets(c);
    EXPECT_TRUE(m.profiles.secrets.empty());
}

TEST_F(House, SecretsAreKeptWhereTheMachineCannotReadThemJustNow) {
    Connection& isp = manager.add("isp", Machine::kProfile, password("kept"));
    m.profiles.busy = true;
    Secrets another;
    another.emplace("tunnel-secret", Secret("ts"));
    EXPECT_EQ(codeOf([&] { manager.setSecrets(isp, another); }), ErrorCode::Busy);
    EXPECT_EQ(m.profiles.secrets.at("isp").at("password").view(), "kept");
}

TEST_F(House, WhatIsBeingRemovedTakesNothingMore) {
    Connection& isp = manager.add("isp", Machine::kProfile, password("pw"));
    isp.up({}, [](const auto&) {});
    m.clock.settle();
    bool removed = false;
    manager.remove("isp", [&](const auto&) { removed = true; });
    ASSERT_FALSE(removed) << "it hangs up";
    EXPECT_EQ(codeOf([&] { manager.updateProfile(isp, Machine::kProfile); }), ErrorCode::NoSuchConnection);
    EXPECT_EQ(codeOf([&] { manager.setSecrets(isp, password("pw")); }), ErrorCode::NoSuchConnection);
    EXPECT_TRUE(m.profiles.profiles.empty());
    EXPECT_TRUE(m.profiles.secrets.empty());
}

TEST_F(House, AFileThatIsBackBeforeItsLinkIsDownIsRead) {
    manager.add("isp", Machine::kProfile, password("pw")).up({}, [](const auto&) {});
    m.clock.settle();
    m.profiles.profiles.erase("isp");
    manager.reload();
    m.profiles.profiles["isp"] = Machine::kProfile;
    manager.reload();
    m.engines.of("isp")->end({5, {}});
    m.dns.answer();
    m.clock.advance(10s);
    EXPECT_NE(manager.find("isp"), nullptr);
}

TEST_F(House, AReloadTellsOfFilesWithoutAName) {
    m.profiles.profiles["bad name"] = Machine::kProfile;
    manager.reload();
    EXPECT_EQ(manager.find("bad name"), nullptr);
    const auto told =
        std::count_if(m.journal.lines.begin(), m.journal.lines.end(), [](const std::string& line) {
            return line.find("\"bad name\" is ignored") != std::string::npos;
        });
    EXPECT_EQ(told, 1);
}

} // namespace
