// SPDX-License-Identifier: LGPL-2.1-or-later
// posix_spawn(3), a pidfd, and a pipe of which only the end is kept.
#include "hooks/hook_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/pidfd.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::hooks {

namespace {

using core::text::cat;
using sys::UniqueFd;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kWords = 300; // bytes of the end of what it says
constexpr auto kMercy = std::chrono::seconds(2);
constexpr int kLastReads = 16; // of what it said before it ended

void check(int error) {
    if (error != 0) {
        throw std::system_error(error, std::generic_category());
    }
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    std::transform(words.begin(), words.end(), std::back_inserter(out),
                   [](auto& word) { return word.data(); });
    out.push_back(nullptr);
    return out;
}

/// What it is born with: no signal blocked or ignored, no descriptor but the three.
pid_t spawn(const std::string& path, const core::HookOrder& order, int output) {
    std::vector<std::string> arguments{path};
    arguments.insert(arguments.end(), order.arguments.begin(), order.arguments.end());
    std::vector<std::string> environment = order.environment;
    posix_spawnattr_t attributes;
    check(posix_spawnattr_init(&attributes));
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        const auto act = [&](int result) { error = error != 0 ? error : result; };
        act(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0));
        act(posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO));
        act(posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO));
        act(posix_spawn_file_actions_addchdir_np(&actions, "/"));
        act(posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1));
        if (error == 0) {
            error = posix_spawn(&pid, path.c_str(), &actions, &attributes, pointers(arguments).data(),
                                pointers(environment).data());
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    check(error);
    return pid;
}

/// The end of what comes out of a pipe.
class Words {
public:
    /// False where there was nothing (more) to read.
    bool read(int fd) {
        std::array<char, 16384> buffer{};
        const ssize_t size = ::read(fd, buffer.data(), buffer.size());
        if (size <= 0) {
            return false;
        }
        tail_.append(buffer.data(), static_cast<std::size_t>(size));
        if (tail_.size() > kWords) {
            tail_.erase(0, tail_.size() - kWords);
        }
        return true;
    }
    std::string after(const std::string& what) const {
        const std::string said = core::text::harmless(tail_, kWords);
        return said.empty() ? what : cat(what, ": ", said);
    }

private:
    std::string tail_;
};

std::string judge(const siginfo_t& end) {
    if (end.si_code == CLD_EXITED) {
        return end.si_status == 0 ? "" : cat("ended with status ", end.si_status);
    }
    return cat("was ended by signal ", end.si_status, " (", strsignal(end.si_status), ")");
}

/// Milliseconds until then, for poll(2).
int left(Clock::time_point until) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(rest, 0, 60'000));
}

/// pppd's scripts have /dev/null there: what a hook leaves running may go on talking. Somebody has to read
/// it, or it would stand still for good once the pipe is full. Our own far ends are closed by now.
void leaveReader(int fd) {
    pollfd far{fd, 0, 0};
    if ((poll(&far, 1, 0) == 1 && (far.revents & POLLHUP) != 0) || fork() != 0) {
        return; // nobody is left who could write
    }
    // The daemon waits for the end of our output, the next order for our lock.
    const auto number = static_cast<unsigned>(fd);
    close_range(0, number - 1, 0);
    close_range(number + 1, ~0U, 0);
    setsid();
    std::array<char, 4096> buffer{};
    fcntl(fd, F_SETFL, 0);
    while (read(fd, buffer.data(), buffer.size()) > 0) {
    }
    _exit(0);
}

} // namespace

// The pipe is open for both directions: what a hook leaves running is not ended by SIGPIPE for a word.
std::string runHook(const std::string& path, const core::HookOrder& order, Clock::time_point until) {
    std::array<int, 2> ends{};
    check(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0 ? errno : 0);
    const UniqueFd mine(ends[0]);
    UniqueFd narrow(ends[1]);
    UniqueFd output(open(cat("/proc/self/fd/", ends[1]).c_str(), O_RDWR | O_CLOEXEC));
    check(output ? 0 : errno);
    const auto limit = std::min<Clock::time_point>(Clock::now() + order.each, until);
    const pid_t pid = spawn(path, order, output.get());
    const UniqueFd process = sys::pidfd::open(pid);
    if (!process) { // its end could not be waited for within a limit
        const int why = errno;
        kill(-pid, SIGKILL);
        waitpid(pid, nullptr, 0);
        check(why);
    }
    Words words;
    auto patience = limit;
    int signals = 0;
    for (bool ended = false; !ended;) {
        std::array<pollfd, 2> sources{pollfd{process.get(), POLLIN, 0}, pollfd{mine.get(), POLLIN, 0}};
        const int ready = poll(sources.data(), sources.size(), left(patience));
        if (ready > 0 && sources[1].revents != 0) {
            words.read(mine.get());
        }
        ended = ready > 0 && sources[0].revents != 0;
        if (!ended && Clock::now() >= patience) {
            kill(-pid, signals++ == 0 ? SIGTERM : SIGKILL);
            patience = Clock::now() + kMercy;
        }
    }
    for (int reads = 0; reads < kLastReads && words.read(mine.get()); ++reads) {
    }
    if (signals > 0) {
        kill(-pid, SIGKILL); // what it has started; its number is its group's until it is reaped
    }
    narrow.reset();
    output.reset();
    leaveReader(mine.get());
    siginfo_t end{};
    check(waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED) < 0 ? errno : 0);
    if (signals > 0) {
        return words.after(cat("took longer than ",
                               core::text::duration(std::min(order.each, order.all).count()),
                               " and was ended"));
    }
    const std::string wrong = judge(end);
    return wrong.empty() ? wrong : words.after(wrong);
}

} // namespace ppp::hooks
