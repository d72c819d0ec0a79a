// SPDX-License-Identifier: LGPL-2.1-or-later
// Engines that hang, rave or cannot be started, disks that are full, descriptors that have run out: the
// daemon answers others meanwhile, tells the truth, and goes on by itself once the cause is gone.
#include "daemon_fixture.hpp"

#include <csignal>
#include <sstream>

#include <poll.h>
#include <sys/mount.h>
#include <sys/resource.h>

namespace {

using namespace ppp;
using test::DaemonTest;
using test::run;
using test::Variants;

constexpr const char* kUpTo =
    "wait-secrets\nphase discovery\nsession 7 02:00:00:00:00:01 \"ac\"\nphase establish\n";

class Stuck : public DaemonTest {
protected:
    /// A call that is not waited for here.
    void ask(const std::string& method, bool wait = true) {
        outcome_ = "pending";
        asked_ = proxy(names::kBusName, names::connectionPath("isp"));
        asked_->callMethodAsync(method)
            .onInterface(names::kConnectionInterface)
            .withTimeout(std::chrono::seconds(60))
            .withArguments(Variants{{"wait", sdbus::Variant{wait}}})
            .uponReplyInvoke(
                [this](bus::CallError error) { outcome_ = error ? error->getMessage() : "done"; });
    }
    /// What it answered; others are answered all the while.
    std::string outcome(std::chrono::seconds limit = std::chrono::seconds(40)) {
        const auto until = std::chrono::steady_clock::now() + limit;
        while (outcome_ == "pending" && std::chrono::steady_clock::now() < until) {
            if (bus::processOne(*client_)) {
                continue;
            }
            EXPECT_EQ(manager("ListConnections"), "");
            const auto data = bus::pollData(*client_);
            pollfd answer{data.fd, data.events, 0};
            poll(&answer, 1, data.deadline == 0U ? 0 : 100);
        }
        return outcome_;
    }
    std::string details(const std::string& key) {
        const auto all = property<Variants>("Details");
        const auto found = all.find(key);
        return found == all.end() ? "" : found->second.get<std::string>();
    }
    bool reason(const std::string& wanted) {
        return test::eventually([&] { return property<std::string>("Reason") == wanted; });
    }
    std::size_t runs(const std::string& name = "isp") const {
        std::ifstream file(folder() + "/pppd.d/" + name + ".runs");
        std::size_t count = 0;
        for (std::string line; std::getline(file, line);) {
            ++count;
        }
        return count;
    }
    std::string addTwo() {
        return manager("AddConnection", std::string("two"),
                       std::string(R"({"type":"pppoe","pppoe":{"interface":"v1"},"auth":{"user":"bob"},)"
                                   R"("ipv4":{"default-route":"never"},"ipv6":{"enabled":false}})"),
                       Variants{{"password", sdbus::Variant{std::string(kPassword)}}});
    }
    /// Down answered and the link is down: the killed engine's end was seen. If not, who kept it.
    void killedInTheEnd() {
        const auto pid = property<uint32_t>("EnginePid");
        EXPECT_EQ(outcome(), "done") << holders(pid);
        EXPECT_TRUE(becomes("down")) << state() << holders(pid);
    }
    /// What the engine and the daemon are doing, as the kernel tells it.
    std::string holders(std::uint32_t engine) const {
        std::string out;
        for (const std::string& process : {std::to_string(engine), std::to_string(daemon_->pid())}) {
            out += "\nprocess " + process + "\n";
            std::ifstream status("/proc/" + process + "/status");
            for (std::string line; std::getline(status, line);) {
                if (line.starts_with("State") || line.starts_with("SigPnd") || line.starts_with("ShdPnd")) {
                    out += line + "\n";
                }
            }
            std::stringstream stack;
            stack << std::ifstream("/proc/" + process + "/stack").rdbuf();
            out += stack.str();
        }
        return out;
    }
    std::string upTwo() {
        return call(names::connectionPath("two"), names::kConnectionInterface, "Up",
                    Variants{{"wait", sdbus::Variant{true}}});
    }
    std::size_t descriptors() const {
        std::size_t count = 0;
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator("/proc/" + std::to_string(daemon_->pid()) + "/fd")) {
            ++count;
        }
        return count;
    }
    /// A number of /proc/PID/status, and the processor time used so far in ticks.
    std::size_t memory() const {
        std::ifstream file("/proc/" + std::to_string(daemon_->pid()) + "/status");
        for (std::string word; file >> word;) {
            if (word == "VmRSS:") {
                std::size_t kilobytes = 0;
                file >> kilobytes;
                return kilobytes;
            }
        }
        return 0;
    }
    std::uint64_t ticks() const {
        std::ifstream file("/proc/" + std::to_string(daemon_->pid()) + "/stat");
        std::string word;
        std::uint64_t user = 0;
        std::uint64_t system = 0;
        for (int i = 0; i < 13; ++i) {
            file >> word;
        }
        file >> user >> system;
        return user + system;
    }
    void limitDescriptors(rlim_t most) const {
        rlimit limit{most, 16384};
        ASSERT_EQ(prlimit(daemon_->pid(), RLIMIT_NOFILE, &limit, nullptr), 0);
    }

    std::string read(const std::string& name) const {
        std::stringstream out;
        out << std::ifstream(folder() + name).rdbuf();
        return out.str();
    }

    std::unique_ptr<sdbus::IProxy> asked_;
    std::string outcome_;
};

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
    EXPECT_LT(memory(), memoryBefore + 2048) << "kB";
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

// ---- full and read-only disks

class Disk : public Stuck {
protected:
    void SetUp() override {
        Stuck::SetUp();
        if (IsSkipped()) {
            return;
        }
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
            GTEST_SKIP() << "no mount namespace: " << std::strerror(errno);
        }
        daemon_.reset();
        for (const char* name : {"/etc", "/run"}) {
            std::filesystem::create_directories(folder() + name);
            if (mount("tmpfs", (folder() + name).c_str(), "tmpfs", 0, "size=128k") != 0) {
                GTEST_SKIP() << "no tmpfs can be mounted here: " << std::strerror(errno);
            }
        }
        startDaemon();
    }
    void TearDown() override {
        daemon_.reset();
        for (const char* name : {"/etc", "/run"}) {
            umount2((folder() + name).c_str(), MNT_DETACH);
        }
    }
    void fill(const std::string& name) {
        std::ofstream file(folder() + name + "/ballast", std::ios::binary);
        const std::string block(512, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void empty(const std::string& name) { std::filesystem::remove(folder() + name + "/ballast"); }
    void readOnly(const std::string& name, bool on) {
        ASSERT_EQ(mount("none", (folder() + name).c_str(), nullptr,
                        MS_REMOUNT | (on ? static_cast<unsigned long>(MS_RDONLY) : 0UL), nullptr),
                  0)
            << std::strerror(errno);
    }
    /// Nothing that would change the stored things works; the old ones are as they were.
    void nothingIsStored(const std::string& words) {
        const std::string profileBefore = read("/etc/connections/isp.json");
        const std::string secretsBefore = read("/etc/secrets/isp.json");
        EXPECT_EQ(addTwo(), "Failed");
        EXPECT_NE(text_.find(words), std::string::npos) << text_;
        EXPECT_EQ(manager("GetConnection", std::string("two")), "NoSuchConnection");
        EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "Failed");
        EXPECT_NE(text_.find(words), std::string::npos) << text_;
        EXPECT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string("another")}}}),
                  "Failed");
        EXPECT_NE(text_.find(words), std::string::npos) << text_;
        std::string shown;
        proxy(names::kBusName, names::connectionPath("isp"))
            ->callMethod("GetProfile")
            .onInterface(names::kConnectionInterface)
            .storeResultsTo(shown);
        EXPECT_EQ(shown, profile());
        EXPECT_EQ(read("/etc/connections/isp.json"), profileBefore);
        EXPECT_EQ(read("/etc/secrets/isp.json"), secretsBefore);
        for (const char* name : {"/etc/connections", "/etc/secrets"}) {
            std::size_t files = 0;
            for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder() + name)) {
                ++files;
            }
            EXPECT_EQ(files, 1U) << "nothing half done in " << name;
        }
    }
};

TEST_F(Disk, FullEtcChangesNothing) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    fill("/etc");
    nothingIsStored("No space left on device");
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp("Redial", Variants{{"wait", sdbus::Variant{true}}}), "") << "links go on: " << text_;
    empty("/etc");
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "");
    EXPECT_EQ(addTwo(), "");
}

TEST_F(Disk, ReadOnlyEtcChangesNothing) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    readOnly("/etc", true);
    nothingIsStored("Read-only file system");
    EXPECT_EQ(isp("Remove"), "Failed");
    EXPECT_EQ(state(), "up") << "what cannot be removed is not taken down either";
    EXPECT_EQ(isp("ClearSecrets"), "Failed");
    EXPECT_EQ(manager("Reload"), "");
    EXPECT_EQ(isp("Redial", Variants{{"wait", sdbus::Variant{true}}}), "") << text_;
    readOnly("/etc", false);
    EXPECT_EQ(isp("Remove"), "") << text_;
}

TEST_F(Disk, WithoutRoomForItsRecordALinkComesUpAndSaysSo) {
    ASSERT_EQ(addIsp(), "");
    fill("/run");
    ASSERT_EQ(up(), "") << text_;
    EXPECT_EQ(state(), "up");
    EXPECT_NE(details("trouble").find("No space left on device"), std::string::npos) << details("trouble");
    EXPECT_NE(routes().find("dev ppp0"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder() + "/run/records/isp.json"));
    empty("/run");
    EXPECT_TRUE(test::eventually([&] { return details("trouble").empty(); })) << details("trouble");
    EXPECT_NE(read("/run/records/isp.json").find("\"up\""), std::string::npos);
    ASSERT_EQ(down(), "");
    EXPECT_EQ(routes(), "");
}

TEST_F(Disk, NobodysRouteIsMovedWithoutARecord) {
    run("ip address add 192.0.2.2/24 dev v0 && ip route add default via 192.0.2.1 dev v0");
    ASSERT_EQ(addIsp(), "");
    fill("/run");
    ASSERT_EQ(up(), "") << text_;
    EXPECT_NE(routes().find("default via 192.0.2.1 dev v0 \n"), std::string::npos) << routes();
    EXPECT_NE(details("trouble").find("another default route stays in force"), std::string::npos)
        << details("trouble");
    empty("/run");
    EXPECT_TRUE(test::eventually([&] {
        return run("ip route get 203.0.113.1").find("dev ppp0") != std::string::npos;
    })) << routes();
    EXPECT_EQ(details("trouble"), "");
    ASSERT_EQ(down(), "");
    EXPECT_EQ(routes(), "default via 192.0.2.1 dev v0 \n");
}

TEST_F(Disk, NoInterfaceIsSetUpWithoutARecord) {
    run("ip link set v0 down");
    ASSERT_EQ(addIsp(), "");
    fill("/run");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("engine-failed: v0 is not set up:", 0), 0U) << text_;
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(run("ip -br link show v0").find("UP"), std::string::npos);
    empty("/run");
    EXPECT_TRUE(becomes("up"));
}

TEST_F(Disk, ARunningLinkOutlivesAFullDisk) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    const std::string record = read("/run/records/isp.json");
    fill("/run");
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(read("/run/records/isp.json"), record);
    ASSERT_EQ(down(), "");
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(routes(), "");
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
