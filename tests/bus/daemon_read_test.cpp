// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything that reads works for somebody who may do nothing: pppctl as an unprivileged user, with the
// policy of the bus as it is installed and a polkit that says no.
#include "daemon_fixture.hpp"

#include <nlohmann/json.hpp>

namespace {

using namespace ppp;
using nlohmann::json;
using test::ChildProcess;
using test::DaemonTest;
using test::eventually;

class Read : public DaemonTest {
protected:
    void SetUp() override {
        DaemonTest::SetUp();
        if (IsSkipped())
            return;
        ASSERT_EQ(addIsp(), "");
        polkit_->set("verdict", "no");
        // Where everybody may enter; the build folder may be somebody's own.
        std::filesystem::copy_file(PPP_TEST_PPPCTL, folder() + "/pppctl");
    }
    std::vector<std::string> line(const std::vector<std::string>& arguments) const {
        std::vector<std::string> out{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                     folder() + "/pppctl"};
        out.insert(out.end(), arguments.begin(), arguments.end());
        return out;
    }
    int pppctl(const std::vector<std::string>& arguments) {
        ChildProcess process(line(arguments), {}, true);
        out_ = process.readAll();
        return process.wait();
    }
    bool said(const std::string& words) const { return out_.find(words) != std::string::npos; }

    std::string out_; ///< of the last pppctl, errors among it
};

TEST_F(Read, EverybodySees) {
    for (const char* verb : {"list", "status"}) {
        EXPECT_EQ(pppctl({verb}), 0) << out_;
        EXPECT_TRUE(said("isp") && said("down")) << out_;
        EXPECT_EQ(pppctl({verb, "--json"}), 0) << out_;
        const json all = json::parse(out_);
        EXPECT_EQ(all.at(0).at("name"), "isp");
        EXPECT_EQ(all.at(0).at("state"), "down");
    }
    EXPECT_EQ(pppctl({"status", "isp", "--json"}), 0) << out_;
    EXPECT_EQ(json::parse(out_).at("statistics").at("attempts"), 0);
    EXPECT_EQ(pppctl({"explain", "isp", "-n", "5"}), 0) << out_;
    EXPECT_TRUE(said("isp has not been dialled since the machine booted.")) << out_;
    EXPECT_EQ(pppctl({"explain", "isp", "--json"}), 0) << out_;
}

TEST_F(Read, StatusOfALinkThatIsUp) {
    polkit_->set("verdict", "yes");
    ASSERT_EQ(up(), "") << text_;
    polkit_->set("verdict", "no");
    EXPECT_EQ(pppctl({"status", "isp"}), 0) << out_;
    EXPECT_TRUE(said("10.64.0.100 → 10.64.0.1")) << out_;
    EXPECT_TRUE(said("Route       the machine's default route")) << out_;
    EXPECT_EQ(pppctl({"list"}), 0) << out_;
    EXPECT_TRUE(said("10.64.0.100")) << out_;
    EXPECT_EQ(pppctl({"explain", "isp", "-n", "20"}), 0) << out_;
    EXPECT_TRUE(said("connecting → up")) << out_;
}

TEST_F(Read, MonitorHearsEverything) {
    ChildProcess monitor(line({"monitor", "--json"}));
    polkit_->set("verdict", "yes");
    std::string heard;
    ASSERT_TRUE(eventually([&] { // until it listens
        isp("Down", test::Variants{});
        up();
        try {
            heard = monitor.readLine(std::chrono::milliseconds(200));
        } catch (const std::runtime_error&) {
            return false;
        }
        return true;
    }));
    EXPECT_EQ(json::parse(heard).at("connection"), "isp") << heard;
}

TEST_F(Read, NothingThereSaysHowToBegin) {
    polkit_->set("verdict", "yes");
    ASSERT_EQ(isp("Remove"), "");
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{"list"}, {"status"}, {"up", "--all"}}) {
        EXPECT_EQ(pppctl(arguments), 0) << out_;
        EXPECT_TRUE(said("There are no connections. Add one: pppctl add NAME")) << out_;
    }
    EXPECT_EQ(pppctl({"up", "isp"}), 3) << out_;
    EXPECT_TRUE(said("Add one: pppctl add NAME")) << out_;
}

TEST_F(Read, WhatAsksForRightsSaysWhoHasThem) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"show", "isp"}, {"log", "isp"}}) {
        EXPECT_EQ(pppctl(arguments), 4) << out_;
        EXPECT_TRUE(said("That takes an administrator: run it with sudo.")) << out_;
    }
    EXPECT_EQ(pppctl({"reload"}), 4) << out_;
    EXPECT_TRUE(said("That takes an administrator")) << out_;
    EXPECT_EQ(pppctl({"up", "isp"}), 4) << out_;
    EXPECT_TRUE(said("Run it with sudo")) << out_;
    EXPECT_EQ(state(), "down");
}

} // namespace
