// SPDX-License-Identifier: LGPL-2.1-or-later
// StartTransientUnit, a pipe that ends with the unit, and what systemd says of it then.
#include "sys/outside_command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/engine_spawn.hpp"
#include "sys/pidfd.hpp"
#include "sys/unit_manager.hpp"

namespace ppp::sys {
namespace {

using core::text::cat;

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kUnitInterface = "org.freedesktop.systemd1.Unit";
constexpr const char* kServiceInterface = "org.freedesktop.systemd1.Service";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";
constexpr auto kForEver = std::chrono::hours(24 * 365); // for the single call; the job has a limit
constexpr std::uint64_t kStopUsec = 1'000'000;
constexpr std::chrono::microseconds kFirstQuestion = std::chrono::milliseconds(10);
constexpr std::chrono::microseconds kLastQuestion = std::chrono::milliseconds(320);
constexpr std::size_t kQuestions = 4;

using Property = sdbus::Struct<std::string, sdbus::Variant>;
using AuxUnit = sdbus::Struct<std::string, std::vector<Property>>;
using Strings = std::vector<std::string>;
using Exec = sdbus::Struct<std::string, Strings, Strings>;

template <typename Value> Property property(const char* name, Value value) {
    return Property{std::string(name), sdbus::Variant{std::move(value)}};
}

void check(int error, const char* what) {
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), what);
    }
}

// No order with anything and no conflict with shutdown.target: at shutdown, too, links are taken down and
// what they changed is given back. AddRef keeps the unit, and how it ended, until we have asked.
std::vector<Property> unitProperties(const OutsideCommand& command, int input, int output) {
    return {
        property("Description", "PPP connection manager: " + command.argv.front()),
        property("Type", std::string("oneshot")),
        property("ExecStartEx",
                 std::vector<Exec>{Exec{command.argv.front(), command.argv, Strings{"no-env-expand"}}}),
        property("Environment", command.environment),
        property("StandardInputFileDescriptor", sdbus::UnixFd(input)),
        property("StandardOutputFileDescriptor", sdbus::UnixFd(output)),
        property("StandardErrorFileDescriptor", sdbus::UnixFd(output)),
        property("TimeoutStartUSec", static_cast<std::uint64_t>(command.limit.count())),
        property("TimeoutStopUSec", kStopUsec),
        property("KillMode", std::string(command.leaves ? "process" : "control-group")),
        property("DefaultDependencies", false),
        property("CollectMode", std::string("inactive-or-failed")),
        property("AddRef", true),
    };
}

std::string pathOf(const std::string& unit) {
    char* path = nullptr;
    check(-std::min(0, sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &path)),
          "sd_bus_path_encode");
    std::string out(path);
    std::free(path);
    return out;
}

std::string exitWords(int code) {
    return cat("ended with status ", code);
}

std::string signalWords(int signal) {
    return cat("was ended by signal ", signal, " (", strsignal(signal), ")");
}

std::string limitWords(std::chrono::microseconds limit) {
    return "took longer than " + core::text::duration(limit.count());
}

} // namespace

struct OutsideCommands::Job {
    OutsideCommand command;
    Done done;
    std::string unit;
    bool accepted = false; ///< StartTransientUnit was answered well
    bool closed = false;   ///< nobody is left who could say anything
    UniqueFd output;
    std::unique_ptr<EventSource> heard, patience, again;
    std::string words;
    std::unique_ptr<sdbus::IProxy> proxy; ///< of the unit
    std::map<std::string, sdbus::Variant> answers;
    std::size_t answered = 0;
    std::chrono::microseconds pause = kFirstQuestion;
    pid_t pid = 0; ///< of a child
    UniqueFd process;
    std::unique_ptr<EventSource> end; ///< behind process: goes first
    bool tooLong = false;

    void drain();
    template <typename Value> Value answer(const char* property, Value otherwise) const {
        const auto found = answers.find(property);
        return found != answers.end() && found->second.containsValueOfType<Value>()
                   ? found->second.get<Value>()
                   : otherwise;
    }
};

// At most so much a turn: the loop has other things to do than to listen to a chatterer.
void OutsideCommands::Job::drain() {
    std::array<char, 16384> buffer{};
    for (int reads = 0; reads < 4 && !closed; ++reads) {
        const ssize_t size = read(output.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size < 0 && errno == EAGAIN) {
            return;
        }
        closed = size <= 0;
        words.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        if (words.size() > command.keep) {
            words.erase(0, words.size() - command.keep);
        }
    }
}

OutsideCommands::OutsideCommands(EventLoop& loop, sdbus::IConnection& bus, const std::string& ownUnit)
    : loop_(loop), bus_(bus) {
    if (!ownUnit.empty()) {
        manager_ = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{kPath});
    }
}

OutsideCommands::~OutsideCommands() = default;

OutsideCommands::Job* OutsideCommands::find(std::uint64_t id) {
    const auto found = jobs_.find(id);
    return found != jobs_.end() ? found->second.get() : nullptr;
}

void OutsideCommands::run(OutsideCommand command, Done done) {
    const std::uint64_t id = ++last_;
    auto& job = jobs_[id] = std::make_unique<Job>();
    job->command = std::move(command);
    job->done = std::move(done);
    Lane& lane = laneOf(*job);
    lane.waiting.push_back(id);
    startNext(lane);
}

OutsideCommands::Lane& OutsideCommands::laneOf(const Job& job) {
    return job.command.urgent ? urgent_ : ordinary_;
}

void OutsideCommands::startNext(Lane& lane) {
    while (lane.running < lane.most && !lane.waiting.empty()) {
        const std::uint64_t id = lane.waiting.front();
        lane.waiting.pop_front();
        ++lane.running;
        try {
            launch(id, *find(id));
        } catch (const std::exception& e) {
            loop_.post([this, id, why = cat("could not be started: ", e.what())] { finish(id, why); });
        }
    }
}

// The far end of the pipe is open for both directions: a command that outlives us, or whose words nobody
// takes any more, is not ended by SIGPIPE. systemd keeps a copy of it for as long as the unit is active.
void OutsideCommands::launch(std::uint64_t id, Job& job) {
    const UniqueFd input = sealedFile(job.command.input);
    check(lseek(input.get(), 0, SEEK_SET) < 0 ? errno : 0, "lseek");
    std::array<int, 2> ends{};
    check(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0 ? errno : 0, "pipe2");
    job.output.reset(ends[0]);
    const UniqueFd narrow(ends[1]);
    const UniqueFd output(open(cat("/proc/self/fd/", ends[1]).c_str(), O_RDWR | O_CLOEXEC));
    check(output ? 0 : errno, "pipe");
    job.heard = loop_.io(job.output.get(), EPOLLIN, [this, id](std::uint32_t) { heard(id); });
    if (manager_) {
        startUnit(id, job, input, output);
    } else {
        startChild(id, job, input, output);
    }
}

// What comes back does not matter: there is nothing else that could be done.
template <typename... Args> void OutsideCommands::tell(const char* method, const Args&... args) try {
    manager_->callMethodAsync(method).onInterface(kManager).withArguments(args...).uponReplyInvoke(
        [](bus::CallError) {});
} catch (const sdbus::Error&) { // then there is no bus, and with it goes the reference
}

void OutsideCommands::startUnit(std::uint64_t id, Job& job, const UniqueFd& input, const UniqueFd& output) {
    job.unit =
        cat("ppp-manager-", UnitManager::escaped(job.command.name), "-", getpid(), "-", id, ".service");
    job.proxy = sdbus::createProxy(bus_, bus::ServiceName{kService}, sdbus::ObjectPath{pathOf(job.unit)});
    job.patience = loop_.after(job.command.limit + kGrace, [this, id] {
        const bool accepted = find(id)->accepted;
        if (accepted) {
            tell("UnrefUnit", find(id)->unit);
        }
        finish(id, accepted ? "did not end, as far as systemd says" : "systemd does not answer");
    });
    manager_->callMethodAsync("StartTransientUnit")
        .onInterface(kManager)
        .withTimeout(kForEver)
        .withArguments(job.unit, std::string("fail"), unitProperties(job.command, input.get(), output.get()),
                       std::vector<AuxUnit>{})
        .uponReplyInvoke([this, id, unit = job.unit](bus::CallError error, const sdbus::ObjectPath&) {
            loop_.guarded([&] {
                Job* mine = find(id);
                if (mine == nullptr) { // it was told as failed: it must not run after all
                    if (!bus::failed(error)) {
                        tell("StopUnit", unit, std::string("replace"));
                        tell("UnrefUnit", unit);
                    }
                    return;
                }
                if (bus::failed(error)) {
                    finish(id, cat("could not be started: ", error->getMessage()));
                    return;
                }
                mine->accepted = true;
                if (mine->closed) {
                    ask(id);
                }
            });
        });
}

void OutsideCommands::heard(std::uint64_t id) {
    Job& job = *find(id);
    job.drain();
    if (job.closed) {
        job.heard.reset();
        if (job.accepted) {
            ask(id);
        }
    }
}

void OutsideCommands::ask(std::uint64_t id) {
    Job& job = *find(id);
    job.answers.clear();
    job.answered = 0;
    askOne(id, kUnitInterface, "ActiveState");
    askOne(id, kServiceInterface, "Result");
    askOne(id, kServiceInterface, "ExecMainCode");
    askOne(id, kServiceInterface, "ExecMainStatus");
}

void OutsideCommands::askOne(std::uint64_t id, const char* interface, const char* property) {
    const auto take = [this, id, property](const sdbus::Variant* value) {
        if (Job* job = find(id)) {
            if (value != nullptr) {
                job->answers[property] = *value;
            }
            if (++job->answered == kQuestions) {
                told(id);
            }
        }
    };
    try {
        find(id)
            ->proxy->callMethodAsync("Get")
            .onInterface(kProperties)
            .withTimeout(kForEver)
            .withArguments(std::string(interface), std::string(property))
            .uponReplyInvoke([this, take](bus::CallError error, const sdbus::Variant& value) {
                loop_.guarded([&] { take(bus::failed(error) ? nullptr : &value); });
            });
    } catch (const sdbus::Error&) {
        loop_.post([take] { take(nullptr); });
    }
}

void OutsideCommands::told(std::uint64_t id) {
    Job& job = *find(id);
    const auto state = job.answer<std::string>("ActiveState", "");
    if (state == "activating" || state == "active" || state == "deactivating") {
        job.again = loop_.after(job.pause, [this, id] { ask(id); });
        job.pause = std::min(job.pause * 2, kLastQuestion);
        return;
    }
    tell("UnrefUnit", job.unit);
    const auto result = job.answer<std::string>("Result", "");
    const int how = job.answer<std::int32_t>("ExecMainCode", 0);
    const int status = job.answer<std::int32_t>("ExecMainStatus", 0);
    if (result == "timeout") {
        finish(id, limitWords(job.command.limit));
    } else if (how == CLD_EXITED) {
        finish(id, status == 0 ? "" : exitWords(status), status);
    } else if (how == CLD_KILLED || how == CLD_DUMPED) {
        finish(id, signalWords(status));
    } else {
        finish(id, "did not run: " + (result.empty() ? "systemd does not say how it ended" : result));
    }
}

void OutsideCommands::startChild(std::uint64_t id, Job& job, const UniqueFd& input, const UniqueFd& output) {
    Strings environment = job.command.environment;
    environment.emplace_back("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    const auto pointers = [](Strings& words) {
        std::vector<char*> out;
        std::transform(words.begin(), words.end(), std::back_inserter(out), [](auto& w) { return w.data(); });
        out.push_back(nullptr);
        return out;
    };
    const auto argv = pointers(job.command.argv);
    const auto envp = pointers(environment);
    posix_spawnattr_t attributes;
    check(posix_spawnattr_init(&attributes), "posix_spawnattr_init");
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, input.get(), STDIN_FILENO);
        for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) {
            error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, output.get(), standard);
        }
        error = error != 0 ? error : posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        error = error != 0
                    ? error
                    : posix_spawn(&job.pid, argv.front(), &actions, &attributes, argv.data(), envp.data());
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    check(error, "posix_spawn");
    job.process = pidfd::open(job.pid);
    if (!job.process) { // nobody would ever hear of its end
        const int why = errno;
        kill(-job.pid, SIGKILL);
        waitpid(job.pid, nullptr, 0);
        check(why, "pidfd_open");
    }
    job.end = loop_.child(job.process.get(), [this, id](const siginfo_t& info) { childEnded(id, info); });
    job.patience = loop_.after(job.command.limit, [this, id] { childTooLong(id, SIGTERM); });
}

// The number is the child's, and its group's, until it is reaped.
void OutsideCommands::childTooLong(std::uint64_t id, int signal) {
    Job& job = *find(id);
    job.tooLong = true;
    kill(-job.pid, signal);
    if (signal != SIGKILL) {
        job.patience =
            loop_.after(std::chrono::microseconds(kStopUsec), [this, id] { childTooLong(id, SIGKILL); });
    }
}

void OutsideCommands::childEnded(std::uint64_t id, const siginfo_t& info) {
    Job& job = *find(id);
    job.drain();
    if (job.tooLong) {
        kill(-job.pid, SIGKILL); // what it has started
        finish(id, limitWords(job.command.limit));
    } else if (info.si_code == CLD_EXITED) {
        finish(id, info.si_status == 0 ? "" : exitWords(info.si_status), info.si_status);
    } else {
        finish(id, signalWords(info.si_status));
    }
}

void OutsideCommands::finish(std::uint64_t id, const std::string& error, std::optional<int> code) {
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) {
        return;
    }
    const std::unique_ptr<Job> job = std::move(found->second);
    jobs_.erase(found);
    retired_ = std::move(job->proxy);
    if (job->process) {
        const int process = job->process.get();
        job->end.reset();
        pidfd::reap(process, false);
    }
    Lane& lane = laneOf(*job);
    --lane.running;
    startNext(lane);
    job->done({error, code, std::move(job->words)});
}

} // namespace ppp::sys
