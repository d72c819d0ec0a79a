// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl monitor: every event is a line, for people and as JSON.
#include <chrono>
#include <csignal>
#include <regex>

#include <nlohmann/json.hpp>

#include "pppctl_fixture.hpp"

namespace ppp::test {
namespace {

using nlohmann::json;

class MonitorTest : public PppctlTest {
protected:
    /// Makes events until one of them is shown: then pppctl listens. The line that came.
    std::string firstLine(ChildProcess& monitor) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (std::chrono::steady_clock::now() < until) {
            pppctl({"down", "isp"});
            try {
                return monitor.readLine(std::chrono::milliseconds(50));
            } catch (const std::runtime_error&) { // not listening yet
            }
        }
        throw std::runtime_error("the monitor shows nothing");
    }
};

TEST_F(MonitorTest, OneLinePerEvent) {
    ChildProcess monitor({PPP_TEST_PPPCTL, "monitor"}, {"TZ=UTC"});
    EXPECT_TRUE(std::regex_match(
        firstLine(monitor),
        std::regex("20[0-9-]{8} [0-9:]{8}\\.[0-9]{3}  isp  state  down → down, user-request")));
    pppctl({"up", "lab"});
    std::string line;
    std::string all;
    while (!contains(line, "→ up")) {
        line = monitor.readLine();
        all += line + "\n";
    }
    EXPECT_TRUE(contains(all, "  lab  state  down → connecting\n")) << all;
    EXPECT_TRUE(contains(all, "  lab  phase  discovery\n")) << all;
    EXPECT_TRUE(std::regex_search(all, std::regex("  lab  phase  lcp, discovery took 0\\.00[12] s\n")))
        << all;
    EXPECT_TRUE(contains(all, "  lab  state  connecting → up, ppp0 10.64.0.100 → 10.64.0.1, 0.412 s\n"))
        << all;
    manager->set("isp.Up", "error org.ppp.Error.Failed lcp-timeout: no answer");
    pppctl({"up", "isp"});
    all.clear();
    while (!contains(line, "→ waiting")) {
        line = monitor.readLine();
        all += line + "\n";
    }
    EXPECT_TRUE(contains(all, "  isp  failure  lcp-timeout: no answer\n")) << all;
    EXPECT_TRUE(contains(all, "  isp  state  connecting → waiting, lcp-timeout, next attempt in 15 s\n"))
        << all;
    manager->kill();
    while (!contains(line, "ppp-managerd  daemon-stopped")) {
        line = monitor.readLine();
    }
    EXPECT_TRUE(monitor.running());
}

// As a service of systemd, whose programs get EPIPE and no signal.
TEST_F(MonitorTest, EndsWithItsReaderWithoutASignal) {
    for (const char* const how : {"monitor", "monitor --json", "top --batch --interval 0.1"}) {
        ChildProcess pipeline({"sh", "-c",
                               "trap '' PIPE; \"$0\" " + std::string(how) + " | head -n 1 >/dev/null",
                               PPP_TEST_PPPCTL});
        const auto until = std::chrono::steady_clock::now() + kPatience;
        while (pipeline.running() && std::chrono::steady_clock::now() < until) {
            pppctl({"down", "isp"}); // another event
        }
        EXPECT_FALSE(pipeline.running()) << how;
    }
}

TEST_F(MonitorTest, JsonIsOneObjectALine) {
    ChildProcess monitor({PPP_TEST_PPPCTL, "monitor", "--json", "isp"});
    const auto first = json::parse(firstLine(monitor));
    EXPECT_EQ(first["connection"], "isp");
    EXPECT_EQ(first["what"], "state");
    EXPECT_EQ(first["details"]["new"], "down");
    EXPECT_GT(first["time"], 1'600'000'000'000'000ULL);
    pppctl({"up", "lab"}); // of no concern here
    pppctl({"up", "isp"});
    std::string state;
    while (state != "up") {
        const auto event = json::parse(monitor.readLine());
        EXPECT_EQ(event["connection"], "isp");
        if (event["what"] == "state") {
            state = event["details"]["new"];
        }
        if (event["details"].contains("previous")) {
            EXPECT_EQ(event["details"]["after-us"], 1500);
        }
    }
    monitor.signal(SIGTERM);
    EXPECT_EQ(monitor.wait(), 128 + SIGTERM);
}

} // namespace
} // namespace ppp::test
