// SPDX-License-Identifier: LGPL-2.1-or-later
// What many connections cost the daemon: 1, 100 and 1,000 of them, first down, then up with stand-ins for
// pppd, then waiting for their next attempt. Each value is a line for tests/bench/table.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <systemd/sd-bus.h>

#include "daemon_fixture.hpp"

namespace ppp::test {
namespace {

using Clock = std::chrono::steady_clock;
using Objects = std::map<sdbus::ObjectPath, std::map<std::string, Variants>>;
using Row = sdbus::Struct<std::string, sdbus::ObjectPath, std::string, std::string>;

constexpr auto kWatched = std::chrono::seconds(20);

double since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

void sample(const std::string& row, double value, const char* unit) {
    std::cout << "SAMPLE\t" << row << "\tppp-manager\t" << value << '\t' << unit << std::endl;
}

class Bench : public DaemonTest, public ::testing::WithParamInterface<int> {
protected:
    void SetUp() override {
        DaemonTest::SetUp();
        const int count = GetParam();
        std::string links;
        for (int n = 1; n <= count; ++n) {
            links += "link set ppp" + std::to_string(n) + " addrgenmode none up\n";
        }
        std::ofstream(folder() + "/links") << links;
        run("for n in $(seq " + std::to_string(count) + "); do ip tuntap add dev ppp$n mode tun; done");
        run("ip -batch " + folder() + "/links");
        std::filesystem::create_directories(folder() + "/etc/connections");
        std::filesystem::create_directories(folder() + "/etc/secrets");
        std::filesystem::permissions(folder() + "/etc/secrets", std::filesystem::perms::owner_all);
        for (int n = 1; n <= count; ++n) {
            std::ofstream(folder() + "/etc/connections/" + name(n) + ".json")
                << profile(R"(,"mss-clamp":false,"dns":{"mode":"off"})");
            const std::string secrets = folder() + "/etc/secrets/" + name(n) + ".json";
            std::ofstream(secrets) << R"({"password":")" << kPassword << R"("})";
            std::filesystem::permissions(secrets, std::filesystem::perms::owner_read |
                                                      std::filesystem::perms::owner_write);
            script(name(n), goodScript(n));
        }
        restart("start");
    }

    /// Dialled in the order of their names, in which they are ranked: a default route that comes in between
    /// moves those behind it.
    static std::string name(int n) {
        const std::string number = std::to_string(n);
        return "link" + std::string(4 - number.size(), '0') + number;
    }

    static std::string goodScript(int n) {
        const std::string device = "ppp" + std::to_string(n);
        return "wait-secrets\nphase discovery\nsession 7 02:00:00:00:00:01 \"ac\"\nphase establish\nlcp 1492 "
               "1492\nlogin chap " +
               std::string(kPassword) + " \"no\"\nphase network\nip4 " + device + " 10." +
               std::to_string(65 + n / 200) + ".0." + std::to_string(1 + n % 200) +
               " 10.64.0.1 10.64.0.53 mtu 1492 index " + std::to_string(if_nametoindex(device.c_str())) +
               "\nphase running\nsleep-until-term\n";
    }

    /// The daemon anew: how long until it has told all about every connection.
    void restart(const std::string& what) {
        const auto start = Clock::now();
        startDaemon();
        const std::size_t seen = objects().size();
        sample(text(what + ", to the full truth"), since(start), "ms");
        EXPECT_GE(seen, static_cast<std::size_t>(GetParam()));
    }

    std::string text(const std::string& what) const {
        return std::to_string(GetParam()) + " connections: " + what;
    }

    Objects objects() {
        Objects out;
        proxy(names::kBusName, names::kRootPath)
            ->callMethod("GetManagedObjects")
            .onInterface("org.freedesktop.DBus.ObjectManager")
            .withTimeout(std::chrono::seconds(60))
            .storeResultsTo(out);
        return out;
    }

    std::vector<Row> rows(sdbus::IProxy& manager) {
        std::vector<Row> out;
        manager.callMethod("ListConnections").onInterface(names::kManagerInterface).storeResultsTo(out);
        return out;
    }

    /// By the cheapest question that tells it: what is asked here is counted as the daemon's work.
    bool all(const std::string& state) {
        const auto found = rows(*proxy(names::kBusName, names::kManagerPath));
        return std::count_if(found.begin(), found.end(),
                             [&](const Row& row) { return row.get<3>() == state; }) == GetParam();
    }

    void awaitAll(const std::string& state) {
        const auto limit = Clock::now() + std::chrono::minutes(5);
        while (!all(state)) {
            ASSERT_LT(Clock::now(), limit) << "not all became " << state;
            usleep(20'000);
        }
    }

    std::string ofProcess(const char* file) const {
        std::ostringstream text;
        text << std::ifstream("/proc/" + std::to_string(daemon_->pid()) + "/" + file).rdbuf();
        return text.str();
    }

    /// PSS shrinks while other programs use the same libraries; what it wrote itself (anonymous) does not.
    void memory(const std::string& what) const {
        const std::string rollup = ofProcess("smaps_rollup");
        sample(text("PSS, " + what), std::stod(rollup.substr(rollup.find("\nPss:") + 5)), "kB");
        sample(text("anonymous, " + what), std::stod(rollup.substr(rollup.find("\nAnonymous:") + 11)), "kB");
    }

    /// User and system time so far, ms.
    double processor() const {
        const std::string line = ofProcess("stat");
        std::istringstream fields(line.substr(line.rfind(')') + 2));
        std::string skipped;
        for (int n = 3; n < 14; ++n) {
            fields >> skipped;
        }
        double user = 0;
        double system = 0;
        fields >> user >> system;
        return (user + system) * 1000 / static_cast<double>(sysconf(_SC_CLK_TCK));
    }

    void idle(const std::string& what) {
        const double before = processor();
        std::this_thread::sleep_for(kWatched);
        sample(text("processor time in 20 s, " + what), processor() - before, "ms");
    }

    template <typename Work> void latency(const std::string& what, int times, Work work) {
        for (int n = 0; n < times; ++n) {
            const auto start = Clock::now();
            work();
            sample(text(what), since(start), "ms");
        }
    }

    void calls() {
        const auto link = proxy(names::kBusName, names::connectionPath(name(1)));
        const auto manager = proxy(names::kBusName, names::kManagerPath);
        latency("GetAll of one", 50, [&] {
            Variants out;
            link->callMethod("GetAll")
                .onInterface("org.freedesktop.DBus.Properties")
                .withArguments(std::string(names::kConnectionInterface))
                .storeResultsTo(out);
        });
        latency("ListConnections", 20, [&] { rows(*manager); });
        latency("GetManagedObjects", 10, [&] { objects(); });
    }

    void wantAll() {
        for (int n = 1; n <= GetParam(); ++n) {
            ASSERT_EQ(call(names::connectionPath(name(n)), names::kConnectionInterface, "Up",
                           Variants{{"wait", sdbus::Variant{false}}}),
                      "")
                << text_;
        }
    }

    void dialAll() {
        const auto start = Clock::now();
        const double before = processor();
        wantAll();
        awaitAll("up");
        sample(text("all dialled, to the last one up"), since(start), "ms");
        sample(text("all dialled, processor time"), processor() - before, "ms");
    }

    /// One link up and down again, with so many listeners of its signals.
    void cycles(int listeners) {
        struct Close {
            void operator()(sd_bus* bus) const { sd_bus_close_unref(bus); }
        };
        std::vector<std::unique_ptr<sd_bus, Close>> connections;
        for (int n = 0; n < listeners; ++n) {
            sd_bus* bus = nullptr;
            ASSERT_GE(sd_bus_open_system(&bus), 0);
            connections.emplace_back(bus);
            ASSERT_GE(sd_bus_match_signal(bus, nullptr, names::kBusName, nullptr, nullptr, nullptr, nullptr,
                                          nullptr),
                      0);
        }
        const double before = processor();
        constexpr int kTimes = 20;
        for (int n = 0; n < kTimes; ++n) {
            ASSERT_EQ(call(names::connectionPath(name(1)), names::kConnectionInterface, "Up",
                           Variants{{"wait", sdbus::Variant{true}}}),
                      "");
            ASSERT_EQ(call(names::connectionPath(name(1)), names::kConnectionInterface, "Down",
                           Variants{{"wait", sdbus::Variant{true}}}),
                      "");
        }
        sample(text("processor time of Up and Down, " + std::to_string(listeners) + " listeners"),
               (processor() - before) / kTimes, "ms");
    }
};

TEST_P(Bench, Daemon) {
    memory("down");
    calls();
    cycles(0);
    cycles(50);
    dialAll();
    memory("up");
    idle("up");
    const auto start = Clock::now();
    const double before = processor();
    ASSERT_EQ(manager("DownAll", Variants{{"wait", sdbus::Variant{true}}}), "") << text_;
    sample(text("all down"), since(start), "ms");
    sample(text("all down, processor time"), processor() - before, "ms");
    for (int n = 1; n <= GetParam(); ++n) {
        script(name(n), "wait-secrets\nphase discovery\nexit 8\n");
    }
    wantAll();
    std::this_thread::sleep_for(std::chrono::seconds(10));
    memory("most of them wait for their next attempt");
    idle("each dials and fails by turns");
}

/// What stays behind in the daemon: its memory after so many redials of one link. REDIALS=N (10,000).
TEST_P(Bench, Growth) {
    if (GetParam() != 1) {
        return;
    }
    const char* said = std::getenv("REDIALS");
    const int redials = said != nullptr ? std::stoi(said) : 10'000;
    wantAll();
    awaitAll("up");
    for (int n = 1; n <= redials; ++n) {
        ASSERT_EQ(call(names::connectionPath(name(1)), names::kConnectionInterface, "Redial",
                       Variants{{"wait", sdbus::Variant{true}}}),
                  "")
            << text_;
        if (n == 100 || n == 1000 || n == redials) {
            memory("after " + std::to_string(n) + " redials");
        }
    }
    ::kill(daemon_->pid(), SIGTERM); // in order, for a heap profiler round the daemon
    daemon_->wait();
}

INSTANTIATE_TEST_SUITE_P(Of, Bench, ::testing::Values(1, 100, 1000));

/// Three descriptors an engine, for the daemon as for us.
[[maybe_unused]] const bool kMany = [] {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 16384);
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}();

} // namespace
} // namespace ppp::test
