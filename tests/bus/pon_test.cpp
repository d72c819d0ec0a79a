// SPDX-License-Identifier: LGPL-2.1-or-later
// pon, poff and plog: what fingers and scripts of twenty years expect of them, over the bus.
#include <filesystem>

#include "pppctl_fixture.hpp"

namespace ppp::test {
namespace {

using Calls = std::vector<std::string>;

class Pon : public PppctlTest {
protected:
    explicit Pon(bool daemon = true) : PppctlTest(daemon) {}

    /// One of the three, which are one program under three names.
    Ran run(const std::string& name, const std::vector<std::string>& arguments = {}) const {
        const auto folder = std::filesystem::path(PPP_TEST_PPP_PON).parent_path();
        return ended(commandLine(arguments, (folder / name).string()));
    }
};

TEST_F(Pon, DialsWhatIsNamedAndWaits) {
    const auto ran = run("pon", {"isp"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "10.64.0.100")) << ran.out;
    EXPECT_EQ(manager->calls(), (Calls{"Up isp wait=true"}));
}

TEST_F(Pon, WithoutANameIsProvider) {
    const auto ran = run("pon");
    EXPECT_EQ(ran.code, 3);
    EXPECT_TRUE(contains(ran.err, "provider")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "pppctl import /etc/ppp/peers/provider")) << ran.err;
}

TEST_F(Pon, TakesNoOptionsOfPppd) {
    const auto ran = run("pon", {"isp", "debug", "mtu", "1400"});
    EXPECT_EQ(ran.code, 2);
    EXPECT_TRUE(contains(ran.err, "pppctl show isp")) << ran.err;
    EXPECT_EQ(run("pon", {"-x"}).code, 2);
    EXPECT_TRUE(manager->calls().empty());
}

TEST_F(Pon, SaysWhyALinkDidNotComeUp) {
    manager->set("isp.Up", "error org.ppp.Error.Failed auth-failed: no such account");
    const auto ran = run("pon", {"isp"});
    EXPECT_EQ(ran.code, 5);
    EXPECT_TRUE(contains(ran.err, "no such account")) << ran.err;
}

TEST_F(Pon, OffTakesDownTheOnlyOneThatIsUp) {
    const auto ran = run("poff");
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "office is down\n");
    EXPECT_EQ(manager->calls(), (Calls{"Down office wait=true"}));
}

TEST_F(Pon, OffAsksForANameWhereSeveralAreUp) {
    ASSERT_EQ(run("pon", {"isp"}).code, 0);
    const auto ran = run("poff");
    EXPECT_EQ(ran.code, 1);
    EXPECT_TRUE(contains(ran.err, "isp, office")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "poff -a")) << ran.err;
    EXPECT_EQ(run("poff", {"isp"}).out, "isp is down\n");
}

TEST_F(Pon, OffHasFourOptions) {
    EXPECT_EQ(run("poff", {"-r", "office"}).code, 0);
    EXPECT_EQ(run("poff", {"-d"}).code, 0);
    const auto compression = run("poff", {"-c"});
    EXPECT_EQ(compression.code, 1);
    EXPECT_TRUE(contains(compression.err, "poff -r office")) << compression.err;
    EXPECT_EQ(run("poff", {"-a"}).code, 0);
    EXPECT_EQ(manager->calls(),
              (Calls{"Redial office wait=true", "SetDebug office on", "DownAll wait=true"}));
}

TEST_F(Pon, OffRefusesWhatItDoesNotKnow) {
    for (const auto& arguments : {Calls{"-x"}, Calls{"-a", "-r"}, Calls{"isp", "office"}, Calls{"nobody"}}) {
        EXPECT_EQ(run("poff", arguments).code, arguments.front() == "nobody" ? 3 : 2) << arguments.front();
    }
    EXPECT_TRUE(manager->calls().empty());
}

TEST_F(Pon, LogIsTheLastLinesHarmless) {
    for (const auto& arguments :
         {Calls{"isp"}, Calls{"-n", "10", "isp"}, Calls{"-n10", "isp"}, Calls{"-10", "isp"}}) {
        const auto ran = run("plog", arguments);
        EXPECT_EQ(ran.code, 0) << ran.err;
        EXPECT_TRUE(contains(ran.out, "isp: connecting → up")) << ran.out;
        EXPECT_FALSE(contains(ran.out, "\033")) << ran.out;
    }
    EXPECT_EQ(manager->calls(), Calls(4, "GetLog isp 10"));
    EXPECT_EQ(run("plog", {"-n", "0"}).code, 2);
    EXPECT_EQ(run("plog", {"-n", "many"}).code, 2);
}

TEST_F(Pon, AllThreeHaveHelp) {
    for (const char* name : {"pon", "poff", "plog"}) {
        const auto ran = run(name, {"--help"});
        EXPECT_EQ(ran.code, 0);
        EXPECT_EQ(ran.out.rfind(std::string("Usage: ") + name, 0), 0U) << ran.out;
    }
}

class PonAlone : public Pon {
protected:
    PonAlone() : Pon(false) {}
};

TEST_F(PonAlone, SaysThatThereIsNoDaemon) {
    for (const auto& words : {Calls{"pon", "isp"}, Calls{"poff"}, Calls{"plog"}}) {
        const auto ran = run(words.front(), {words.begin() + 1, words.end()});
        EXPECT_EQ(ran.code, 7) << words.front();
        EXPECT_TRUE(contains(ran.err, "systemctl")) << ran.err;
    }
}

} // namespace
} // namespace ppp::test
