// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl schedule, wait-online and redial --if-up with the real daemon, where systemd does not run.
#include <sys/socket.h>
#include <sys/un.h>

#include <csignal>

#include <fstream>
#include <sstream>

#include "pppctl_fixture.hpp"

#include "daemon_fixture.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::test {
namespace {

class Scheduled : public DaemonTest {
protected:
    std::vector<std::string> line(std::vector<std::string> words) const {
        words.insert(words.begin(), {"sh", "-c", R"(exec "$@" 2>&1)", "sh", PPP_TEST_PPPCTL});
        return words;
    }
    /// Exit code and all that was said.
    std::pair<int, std::string> pppctl(const std::vector<std::string>& words) const {
        ChildProcess process(line(words));
        process.closeInput();
        std::string out = process.readAll();
        return {process.wait(), out};
    }
    std::string stored() const {
        std::ostringstream out;
        out << std::ifstream(folder() + "/etc/connections/isp.json").rdbuf();
        return out.str();
    }
    std::string detail(const std::string& key) {
        const auto details = property<Variants>("Details");
        const auto found = details.find(key);
        return found == details.end() ? "" : found->second.get<std::string>();
    }
};

TEST_F(Scheduled, TheProfileIsChangedInOnePlaceAndTheGapIsSaid) {
    const std::string before = "// my line\n" + profile() + " // end\n";
    ASSERT_EQ(manager("AddConnection", std::string("isp"), before, Variants{}), "");
    auto [code, said] = pppctl({"schedule", "isp", "04:00"});
    EXPECT_EQ(code, 0) << said;
    EXPECT_TRUE(contains(said, "isp is redialled every day at 04:00 local time")) << said;
    EXPECT_TRUE(contains(said, "warning: ")) << said;
    EXPECT_TRUE(contains(said, "systemd does not run this machine")) << said;
    std::string wanted = before;
    wanted.insert(wanted.rfind('}'), R"(, "redial-at": "04:00")");
    EXPECT_EQ(stored(), wanted);
    EXPECT_EQ(detail("redial-at"), "04:00");
    EXPECT_TRUE(contains(pppctl({"status", "isp"}).second, "every day at 04:00"));
    EXPECT_TRUE(contains(pppctl({"schedule", "isp"}).second, "every day at 04:00"));
    std::tie(code, said) = pppctl({"schedule", "isp", "--off"});
    EXPECT_EQ(code, 0) << said;
    EXPECT_EQ(said, "isp is no longer redialled at a time of day\n");
    EXPECT_EQ(detail("redial-at"), "");
    EXPECT_EQ(detail("trouble"), "");
}

TEST_F(Scheduled, AnImpossibleTimeChangesNothing) {
    ASSERT_EQ(addIsp(), "");
    const std::string before = stored();
    for (const char* time : {"4:00", "24:00", "04:60", "0400", "04:00:00", "noon", "-4:00"}) {
        const auto [code, said] = pppctl({"schedule", "isp", "--", time});
        EXPECT_EQ(code, 2) << time << said;
    }
    EXPECT_EQ(pppctl({"schedule", "isp", "04:00", "--off"}).first, 2);
    EXPECT_EQ(pppctl({"schedule", "ips", "04:00"}).first, 3);
    EXPECT_EQ(stored(), before);
}

TEST_F(Scheduled, WhatIsNotUpIsNotRedialledAndThatIsDone) {
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(pppctl({"redial", "isp"}).first, 1);
    EXPECT_EQ(pppctl({"redial", "--if-up", "--origin", "timer", "isp"}),
              (std::pair<int, std::string>{0, "isp is not up: there is nothing to redial\n"}));
    EXPECT_EQ(pppctl({"redial", "--no-wait", "--if-up", "isp"}).first, 0);
    EXPECT_EQ(state(), "down");
    ASSERT_EQ(manager("AddConnection", std::string("-isp"), profile(), Variants{}), "");
    EXPECT_EQ(pppctl({"redial", "--if-up", "--origin", "timer", "--timeout", "280", "--", "-isp"}),
              (std::pair<int, std::string>{0, "-isp is not up: there is nothing to redial\n"}));
    ASSERT_EQ(up(), "");
    EXPECT_EQ(pppctl({"redial", "--if-up", "--origin", "timer", "isp"}).first, 0);
    std::vector<sdbus::Struct<std::uint64_t, std::string, Variants>> events;
    proxy(names::kBusName, names::connectionPath("isp"))
        ->callMethod("GetTimeline")
        .onInterface(names::kConnectionInterface)
        .withArguments(std::uint32_t{0})
        .storeResultsTo(events);
    bool told = false;
    for (const auto& event : events) {
        if (event.get<1>() == "redialled") {
            told = true;
            const Variants details = event.get<2>();
            EXPECT_EQ(details.at("origin").get<std::string>(), "timer");
            EXPECT_EQ(details.at("previous").get<std::string>(), "10.64.0.100");
            EXPECT_GT(details.at("down-us").get<std::uint64_t>(), 0U);
        }
    }
    EXPECT_TRUE(told);
}

TEST_F(Scheduled, WaitsForWhatComesAndNotForWhatDoesNot) {
    EXPECT_EQ(pppctl({"wait-online"}),
              (std::pair<int, std::string>{0, "no connection is to be up by itself\n"}));
    ASSERT_EQ(addIsp(), "");
    EXPECT_EQ(pppctl({"wait-online", "ips"}).first, 3);
    auto [code, said] = pppctl({"wait-online", "isp"});
    EXPECT_EQ(code, 5) << said;
    EXPECT_TRUE(contains(said, "pppctl up isp")) << said;
    script("default", "wait-secrets\nphase discovery\nsleep-until-term\n");
    ASSERT_EQ(up(false), "");
    std::tie(code, said) = pppctl({"wait-online", "--timeout", "1", "isp"});
    EXPECT_EQ(code, 6) << said;
    EXPECT_TRUE(contains(said, "not within 1 s: isp is ")) << said;
    ASSERT_EQ(down(), "");
    script("default", goodScript());
    ASSERT_EQ(up(false), "");
    EXPECT_EQ(pppctl({"wait-online", "isp"}).first, 0);
    ASSERT_EQ(manager("AddConnection", std::string("lab"), profile(), Variants{}), "");
    EXPECT_EQ(pppctl({"wait-online", "isp", "lab"}).first, 5);
    EXPECT_EQ(pppctl({"wait-online", "--any", "isp", "lab"}).first, 0);
    daemon_->signal(SIGTERM);
    daemon_->wait();
    EXPECT_EQ(pppctl({"wait-online", "isp"}).first, 7);
}

/// What a service tells systemd.
class Notified {
public:
    explicit Notified(const std::string& path) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    std::string next() const {
        char buffer[4096];
        const ssize_t size = recv(fd_.get(), buffer, sizeof buffer, 0);
        return {buffer, size > 0 ? static_cast<std::size_t>(size) : 0};
    }

private:
    sys::UniqueFd fd_;
};

TEST_F(Scheduled, StaysWithOneSession) {
    ASSERT_EQ(addIsp(), "");
    const Notified systemd(folder() + "/notify");
    ChildProcess stays(line({"wait-online", "--stay", "isp"}), {"NOTIFY_SOCKET=" + folder() + "/notify"});
    EXPECT_EQ(systemd.next(), "STATUS=isp is down");
    ASSERT_EQ(up(), "");
    std::string told;
    do {
        told = systemd.next();
    } while (told.starts_with("STATUS="));
    EXPECT_TRUE(contains(told, "READY=1\nSTATUS=isp is up: ppp0 10.64.0.100")) << told;
    EXPECT_EQ(state(), "up");
    ASSERT_EQ(isp("Redial", Variants{{"wait", sdbus::Variant{true}}}), "");
    const std::string all = stays.readAll();
    EXPECT_TRUE(contains(all, "isp was lost")) << all;
    EXPECT_EQ(stays.wait(), 0);
    EXPECT_EQ(state(), "up") << "it hangs up nothing";
    EXPECT_EQ(pppctl({"wait-online", "--stay", "ips"}).first, 3);
    EXPECT_EQ(pppctl({"wait-online", "--stay", "isp", "--any"}).first, 2);
    EXPECT_EQ(pppctl({"wait-online", "--stay"}).first, 2);
}

} // namespace
} // namespace ppp::test
