// SPDX-License-Identifier: LGPL-2.1-or-later
// A daemon that is asked while something hangs, and a look at what that costs it.
#pragma once

#include "daemon_fixture.hpp"

#include <sstream>

#include <poll.h>
#include <sys/resource.h>

namespace ppp::test {

class StuckTest : public DaemonTest {
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
        return eventually([&] { return property<std::string>("Reason") == wanted; });
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
    /// Down answered and the link is down: the killed engine's end was seen.
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
            std::ifstream stack("/proc/" + process + "/stack");
            out.append(std::istreambuf_iterator<char>(stack), {});
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

} // namespace ppp::test
