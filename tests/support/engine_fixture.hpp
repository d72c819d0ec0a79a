// SPDX-License-Identifier: LGPL-2.1-or-later
// For tests of engine processes: a fake pppd in a folder of its own, a descriptor store with several lives,
// and a listener that remembers. PPP_TEST_FAKE_PPPD is the path of the fake_pppd program.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include "core/ports.hpp"
#include "plugin/message.h"
#include "sys/engine_launcher.hpp"
#include "sys/pidfd.hpp"

namespace ppp::test {

using core::engine::PhaseChange;

/// What the service manager does: duplicates live here until removed, and nextLife() makes them available
/// once more.
class FakeKeeper : public sys::FdKeeper {
public:
    bool push(const std::string& name, int fd) override {
        log.push_back("+" + name);
        if (refuse == name) {
            return false;
        }
        kept[name] = sys::UniqueFd(fcntl(fd, F_DUPFD_CLOEXEC, 3));
        return true;
    }
    void remove(const std::string& name) override {
        log.push_back("-" + name);
        kept.erase(name);
    }
    sys::UniqueFd take(const std::string& name) override {
        auto node = inherited.extract(name);
        return node ? std::move(node.mapped()) : sys::UniqueFd();
    }
    std::vector<std::string> names() const override {
        std::vector<std::string> all;
        for (const auto& entry : inherited) {
            all.push_back(entry.first);
        }
        return all;
    }
    void nextLife() {
        inherited.clear();
        for (const auto& [name, fd] : kept) {
            inherited[name] = sys::UniqueFd(fcntl(fd.get(), F_DUPFD_CLOEXEC, 3));
        }
    }

    std::map<std::string, sys::UniqueFd> kept, inherited;
    std::vector<std::string> log;
    std::string refuse;
};

class FakeJournal : public core::Journal {
public:
    void log(core::Severity, const std::string& connection, const std::string& text,
             const std::vector<std::string>&) override {
        lines.push_back(connection + ": " + text);
    }
    int count(const std::string& part) const {
        int found = 0;
        for (const auto& line : lines) {
            found += line.find(part) != std::string::npos ? 1 : 0;
        }
        return found;
    }
    std::vector<std::string> lines;
};

class Recorder : public core::EngineListener {
public:
    void engineReported(const core::EngineEvent& event) override {
        EXPECT_FALSE(end.has_value()) << "a report after the end";
        events.push_back(event);
        if (onReport) {
            onReport(event);
        }
    }
    void engineEnded(const core::EngineEnd& how) override {
        EXPECT_FALSE(end.has_value()) << "a second end";
        end = how;
        if (onEnd) {
            onEnd();
        }
    }
    template <typename Fact> const Fact* last() const {
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            if (const auto* fact = std::get_if<Fact>(&*event)) {
                return fact;
            }
        }
        return nullptr;
    }
    template <typename Fact> int count() const {
        int found = 0;
        for (const auto& event : events) {
            found += std::holds_alternative<Fact>(event) ? 1 : 0;
        }
        return found;
    }
    std::vector<std::uint32_t> phases() const {
        std::vector<std::uint32_t> all;
        for (const auto& event : events) {
            if (const auto* change = std::get_if<PhaseChange>(&event)) {
                all.push_back(change->phase);
            }
        }
        return all;
    }
    bool in(std::uint32_t phase) const {
        const auto* change = last<PhaseChange>();
        return change != nullptr && change->phase == phase;
    }

    std::vector<core::EngineEvent> events;
    std::optional<core::EngineEnd> end;
    std::function<void(const core::EngineEvent&)> onReport;
    std::function<void()> onEnd;
};

class EngineTest : public ::testing::Test {
protected:
    EngineTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "engine-test-XXXXXX").string();
        folder = mkdtemp(pattern.data());
        std::filesystem::create_directories(folder / "pppd.d");
        std::filesystem::create_directories(folder / "2.4.9");
        std::filesystem::create_symlink(PPP_TEST_FAKE_PPPD, folder / "pppd");
        std::ofstream(folder / "2.4.9" / "ppp-manager.so") << "x";
        paths.pppd = (folder / "pppd").string();
        paths.plugin = (folder / "2.4.9" / "ppp-manager.so").string();
        paths.pppDevice.clear();
        paths.pidFiles = (folder / "pppd.d").string();
        paths.locks = paths.lines = folder.string();
        newLife();
    }
    ~EngineTest() override {
        launcher.reset();
        std::filesystem::remove_all(folder);
    }

    void newLife() {
        launcher.reset();
        keeper.nextLife();
        launcher = std::make_unique<sys::EngineLauncher>(
            loop, paths, keeper,
            [this](const std::string& name, std::uint32_t pid, std::function<void()> done) {
                scopes.emplace_back(name, pid);
                if (done && moves) {
                    done();
                } else {
                    moved = std::move(done);
                }
            },
            journal);
    }
    void script(const std::string& text) const {
        std::ofstream(folder / "pppd.d" / "default.script") << text;
    }
    std::string read(const std::string& name) const {
        std::ostringstream out;
        out << std::ifstream(folder / "pppd.d" / name).rdbuf();
        return out.str();
    }
    void touch(const std::string& name) const { std::ofstream(folder / "pppd.d" / name) << "x"; }
    bool exists(const std::string& name) const { return std::filesystem::exists(folder / "pppd.d" / name); }

    core::EngineOrder order(const std::string& password = "") const {
        core::EngineOrder made;
        made.connection = "isp";
        made.profile.pppoe.emplace();
        made.profile.pppoe->interface = "eth0";
        made.device = "eth0.7";
        if (!password.empty()) {
            made.secrets.emplace("password", core::Secret(password));
        }
        return made;
    }
    std::unique_ptr<core::Engine> launch(const std::string& password = "") {
        return launcher->launch(order(password), listener);
    }
    core::EngineUnavailable::Why refusal(std::string* text = nullptr) {
        try {
            launch();
        } catch (const core::EngineUnavailable& e) {
            if (text != nullptr) {
                *text = e.what();
            }
            return e.why();
        }
        ADD_FAILURE() << "was launched";
        return core::EngineUnavailable::Why::Failed;
    }

    /// Turns the loop until it holds; false after a generous time.
    bool until(const std::function<bool()>& holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            loop.turn(20'000);
        }
        return true;
    }
    bool untilEnd() {
        return until([this] { return listener.end.has_value(); });
    }
    bool untilPhase(std::uint32_t phase) {
        return until([this, phase] { return listener.in(phase); });
    }
    /// Whether the kernel knows this child of ours no more, not even as a zombie.
    static bool reaped(std::uint32_t pid) {
        siginfo_t info{};
        return waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
    }
    /// The exit of a child that nothing watches any more; reaps it. One that goes on is killed, and fails the
    /// test.
    static siginfo_t waitFor(std::uint32_t pid) {
        const auto process = sys::pidfd::open(static_cast<pid_t>(pid));
        pollfd state{process.get(), POLLIN, 0};
        if (poll(&state, 1, 20'000) != 1) {
            ADD_FAILURE() << "process " << pid << " goes on";
            sys::pidfd::signal(process.get(), SIGKILL);
        }
        siginfo_t info{};
        waitid(P_PIDFD, static_cast<id_t>(process.get()), &info, WEXITED);
        return info;
    }

    std::filesystem::path folder;
    sys::EnginePaths paths;
    sys::EventLoop loop;
    FakeKeeper keeper;
    FakeJournal journal;
    Recorder listener;
    std::vector<std::pair<std::string, std::uint32_t>> scopes;
    bool moves = true; ///< into the scope, at once; else `moved` is kept
    std::function<void()> moved;
    std::unique_ptr<sys::EngineLauncher> launcher;
};

} // namespace ppp::test
