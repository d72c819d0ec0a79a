// SPDX-License-Identifier: LGPL-2.1-or-later
// Engines that hang, rave or cannot be started, descriptors that have run out: the daemon answers others
// meanwhile, tells the truth, and goes on by itself once the cause is gone.
#include "daemon_stuck_fixture.hpp"

#include <csignal>

namespace {

using namespace ppp;
using test::run;
using test::Variants;

constexpr const char* kUpTo =
    "wait-secrets\nphase discovery\nsession 7 02:00:00:00:00:01 \"ac\"\nphase establish\n";

class Stuck : public test::StuckTest {};

// ---- an engine that does not end

TEST_F(Stuck, AnEngineThatIgnoresSigtermIsKilledAndItsSessionEnded) {
    ASSERT_EQ(addTwo(), "") << text_;
    std::string stubborn = goodScript();
    stubborn.insert(stubborn.find("phase running"), "ignore-term\n");
    script("isp", stubborn);
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "") << text_;
    const auto pid = static_cast<pid_t>(property<uint32_t>("EnginePid"));
    const std::string before = run("ip -s -o link show dev v1");
    ask("Down");
    ASSERT_TRUE(becomes("disconnecting"));
    EXPECT_EQ(routes(), "") << "given back at once";
    EXPECT_EQ(upTwo(), "") << "another connection comes up meanwhile: " << text_;
    EXPECT_EQ(state(), "disconnecting") << "which is the truth";
    EXPECT_EQ(kill(pid, 0), 0);
    killedInTheEnd();
    EXPECT_NE(kill(pid, 0), 0);
    EXPECT_NE(run("ip -s -o link show dev v1"), before) << "a PADT on its behalf";
    EXPECT_EQ(property<uint32_t>("EnginePid"), 0U);
}

TEST_F(Stuck, ASessionThatBeginsWhileItHangsUpIsEndedToo) {
    script("isp", "wait-secrets\nphase discovery\nignore-term\nwait-for go\nsession 7 02:00:00:00:00:01 "
                  "\"ac\"\ntouch said\nwait-for never\n");
    ASSERT_EQ(addIsp(), "");
    ask("Up", false);
    ASSERT_TRUE(test::eventually([&] { return property<std::string>("Phase") == "discovery"; }));
    EXPECT_EQ(outcome(), "done");
    ask("Down");
    ASSERT_TRUE(becomes("disconnecting"));
    const std::string before = run("ip -s -o link show dev v1");
    std::ofstream(folder() + "/pppd.d/go") << "go";
    ASSERT_TRUE(test::eventually([&] { return std::filesystem::exists(folder() + "/pppd.d/said"); }));
    killedInTheEnd();
    EXPECT_NE(run("ip -s -o link show dev v1"), before) << "a PADT on its behalf";
}

TEST_F(Stuck, AStoppingServiceKillsWhatDoesNotEnd) {
    std::string stubborn = goodScript();
    stubborn.insert(stubborn.find("phase running"), "ignore-term\n");
    script("isp", stubborn);
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "") << text_;
    const auto pid = static_cast<pid_t>(property<uint32_t>("EnginePid"));
    daemon_->signal(SIGTERM);
    EXPECT_TRUE(becomes("disconnecting")) << "still answers";
    EXPECT_EQ(daemon_->wait(std::chrono::seconds(28)), 0) << "within the unit's TimeoutStopSec";
    EXPECT_NE(kill(pid, 0), 0);
    EXPECT_EQ(routes(), "");
}

// ---- an engine that says nothing, or too much

TEST_F(Stuck, AnEngineWithoutAWordIsGivenUp) {
    ASSERT_EQ(addTwo(), "");
    script("isp", "wait-secrets\nsleep-until-term\n");
    script("two", "sleep-until-term\n");
    std::ofstream(folder() + "/pppd.d/two.early") << "not even that it is there";
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(call(names::connectionPath("two"), names::kConnectionInterface, "Up", Variants{}), "");
    ask("Up");
    EXPECT_EQ(outcome(), "phase-timeout: phase dialing took too long");
    EXPECT_EQ(state(), "waiting");
    EXPECT_TRUE(test::eventually([&] {
        return proxy(names::kBusName, names::connectionPath("two"))
                   ->getProperty("Reason")
                   .onInterface(names::kConnectionInterface)
                   .get<std::string>() == "phase-timeout";
    }));
}

TEST_F(Stuck, GarbageIsCountedAndTheLinkComesUp) {
    std::string script = goodScript();
    script.insert(script.find("phase network"), "garbage\ngarbage\n");
    this->script("isp", script);
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "") << text_;
}

TEST_F(Stuck, AFloodOfReportsHoldsUpNobody) {
    // AddressSanitizer keeps what was freed; here it would count.
    startDaemon({"--ppp-device", ""},
                {"ASAN_OPTIONS=quarantine_size_mb=0:thread_local_quarantine_size_kb=0"});
    ASSERT_EQ(addTwo(), "");
    script("isp", std::string(kUpTo) + "touch flooding\nspam 100000\nsleep-until-term\n");
    ASSERT_EQ(addIsp(R"(,"ppp":{"restart":{"lcp":1}})"), "");
    ask("Up");
    ASSERT_TRUE(test::eventually([&] { return std::filesystem::exists(folder() + "/pppd.d/flooding"); }));
    const auto memoryBefore = memory();
    const auto ticksBefore = ticks();
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(upTwo(), "") << text_;
    EXPECT_EQ(outcome(std::chrono::seconds(60)).rfind("lcp-timeout:", 0), 0U) << outcome_;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    // Reports that were kept would be 10,000 kB and more; a process with sanitizers grows by itself.
    EXPECT_LT(memory(), memoryBefore + 5120) << "kB";
    EXPECT_LT(static_cast<double>(ticks() - ticksBefore) / static_cast<double>(sysconf(_SC_CLK_TCK)),
              seconds / 2)
        << "no busy loop";
}

// ---- an engine that cannot be started

TEST_F(Stuck, APluginOfAnotherVersionFailsAtOnceAndIsTriedWhenItIsReplaced) {
    script("isp",
           "complain \"pppd: Plugin ppp-manager.so is for pppd version 2.4.8, this is 2.4.9\"\nvanish 2\n");
    std::ofstream(folder() + "/pppd.d/isp.early") << "";
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("engine-missing:", 0), 0U) << text_;
    EXPECT_NE(text_.find("is for pppd version 2.4.8, this is 2.4.9"), std::string::npos) << text_;
    EXPECT_NE(text_.find("install"), std::string::npos) << text_;
    EXPECT_EQ(state(), "failed");
    EXPECT_EQ(runs(), 1U) << "no retry";
    std::filesystem::remove(folder() + "/pppd.d/isp.early");
    script("isp", goodScript());
    std::ofstream(folder() + "/plugin.so.new") << "of the right version";
    std::filesystem::rename(folder() + "/plugin.so.new", folder() + "/plugin.so");
    EXPECT_TRUE(becomes("up"));
}

TEST_F(Stuck, RefusedOptionsAreToldInPppdsWords) {
    script("isp", "complain \"pppd: unrecognized option 'nosuch'\"\nvanish 2\n");
    std::ofstream(folder() + "/pppd.d/isp.early") << "";
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_, "engine-failed: pppd refused its options: \"pppd: unrecognized option 'nosuch'\"");
    EXPECT_EQ(state(), "failed");
}

TEST_F(Stuck, WhatIsMissingIsNamedAndTriedWhenItComes) {
    for (const char* file : {"/pppd", "/plugin.so"}) {
        std::filesystem::rename(folder() + file, folder() + "/away");
        if (file == std::string("/pppd")) {
            ASSERT_EQ(addIsp(), "");
        }
        EXPECT_EQ(up(), "Failed");
        EXPECT_EQ(text_.rfind("engine-missing:", 0), 0U) << text_;
        EXPECT_NE(text_.find(folder() + file), std::string::npos) << text_;
        EXPECT_EQ(state(), "failed");
        std::filesystem::rename(folder() + "/away", folder() + file);
        EXPECT_TRUE(becomes("up"));
        ASSERT_EQ(down(), "");
    }
}

TEST_F(Stuck, AKernelWithoutPppIsTriedWhenItsDoorAppears) {
    startDaemon({"--ppp-device", folder() + "/dev/ppp"});
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("kernel-support-missing:", 0), 0U) << text_;
    EXPECT_EQ(state(), "failed");
    std::filesystem::create_directory(folder() + "/dev");
    std::ofstream(folder() + "/dev/ppp") << "";
    EXPECT_TRUE(becomes("up"));
}

// ---- no descriptors left

TEST_F(Stuck, WithoutDescriptorsItAnswersAndGoesOnWhenThereAreSome) {
    ASSERT_EQ(addTwo(), "");
    ASSERT_EQ(addIsp(R"(,"reconnect":{"discovery":{"first":1,"factor":1}})"), "");
    ASSERT_EQ(upTwo(), "") << text_;
    ASSERT_EQ(up(), "") << text_;
    ASSERT_EQ(down(), "");
    const auto before = descriptors();
    limitDescriptors(before - 3);
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("engine-failed:", 0), 0U) << text_;
    EXPECT_NE(text_.find("Too many open files"), std::string::npos) << text_;
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "Busy");
    const auto ticksBefore = ticks();
    const auto attempts = property<uint32_t>("Attempt");
    EXPECT_TRUE(test::eventually([&] { return property<uint32_t>("Attempt") >= attempts + 3; }));
    EXPECT_LT(ticks() - ticksBefore, static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK))) << "no spinning";
    EXPECT_EQ(manager("ListConnections"), "");
    limitDescriptors(16384);
    EXPECT_TRUE(becomes("up"));
    ASSERT_EQ(down(), "");
    EXPECT_TRUE(test::eventually([&] { return descriptors() <= before; })) << descriptors() << " " << before;
}

// ---- services that do not answer, a bus that goes

TEST_F(Stuck, AResolverThatHungGetsTheServersWhenItGoesOn) {
    ASSERT_EQ(addIsp(), "");
    resolved_->process().signal(SIGSTOP);
    EXPECT_EQ(up(), "") << text_;
    EXPECT_NE(details("trouble").find("systemd-resolved does not answer"), std::string::npos);
    resolved_->process().signal(SIGCONT);
    EXPECT_TRUE(test::eventually([&] { return details("trouble").empty(); })) << details("trouble");
    EXPECT_NE(resolved_->calls().size(), 0U);
    resolved_->process().signal(SIGSTOP);
    EXPECT_EQ(down(), "") << text_;
    EXPECT_EQ(state(), "down");
    resolved_->process().signal(SIGCONT);
}

TEST_F(Stuck, AHangingPolkitDoesNotStopRoot) {
    ASSERT_EQ(addIsp(), "");
    polkit_->process().signal(SIGSTOP);
    EXPECT_EQ(up(), "") << text_;
    EXPECT_EQ(down(), "") << text_;
    polkit_->process().signal(SIGCONT);
}

TEST_F(Stuck, ALostBusLeavesTheEnginesToTheNextLife) {
    ASSERT_EQ(addIsp(), "");
    std::string script = goodScript();
    script.insert(script.find("sleep-until-term"), "on-term orderly\n");
    this->script("isp", script);
    ASSERT_EQ(up(), "");
    const auto pid = static_cast<pid_t>(property<uint32_t>("EnginePid"));
    bus_->stop();
    EXPECT_NE(daemon_->wait(), 0) << "so that the service manager starts another";
    EXPECT_TRUE(test::eventually([&] { return std::filesystem::exists(folder() + "/pppd.d/orderly"); }))
        << "nobody keeps the lifeline here: the engine hangs up, and is not killed";
    EXPECT_TRUE(test::eventually([&] { return kill(pid, 0) != 0; }));
    EXPECT_NE(read("/run/records/isp.json").find("\"up\""), std::string::npos);
}

} // namespace
