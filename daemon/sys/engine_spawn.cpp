// SPDX-License-Identifier: LGPL-2.1-or-later
// posix_spawn(3) with its attributes and file actions.
#include "sys/engine_spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/pidfd.hpp"

namespace ppp::sys {
namespace {

constexpr int kFirstOther = kEngineExtraFd + 1;

void check(int error, const char* what) {
    if (error != 0) {
        throw std::system_error(error, std::generic_category(), what);
    }
}

/// What the engine is born with, instead of what we have.
class Attributes {
public:
    explicit Attributes(Leads leads) {
        check(posix_spawnattr_init(&value_), "posix_spawnattr_init");
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&value_, &none);
        posix_spawnattr_setsigdefault(&value_, &all);
        posix_spawnattr_setflags(&value_,
                                 POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                     (leads == Leads::Session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP));
    }
    ~Attributes() { posix_spawnattr_destroy(&value_); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    const posix_spawnattr_t* get() const { return &value_; }

private:
    posix_spawnattr_t value_;
};

class FileActions {
public:
    FileActions(int socket, int lifeline, int words, int extra) {
        check(posix_spawn_file_actions_init(&value_), "posix_spawn_file_actions_init");
        try {
            for (const int standard : {STDIN_FILENO, STDOUT_FILENO}) {
                check(posix_spawn_file_actions_addopen(&value_, standard, "/dev/null", O_RDWR, 0), "addopen");
            }
            check(posix_spawn_file_actions_adddup2(&value_, words, STDERR_FILENO), "adddup2");
            check(posix_spawn_file_actions_adddup2(&value_, socket, kEngineSocketFd), "adddup2");
            check(posix_spawn_file_actions_adddup2(&value_, lifeline, kEngineLifelineFd), "adddup2");
            if (extra >= 0) {
                check(posix_spawn_file_actions_adddup2(&value_, extra, kEngineExtraFd), "adddup2");
            }
            check(posix_spawn_file_actions_addclosefrom_np(&value_, kEngineExtraFd + (extra >= 0 ? 1 : 0)),
                  "addclosefrom");
        } catch (...) {
            posix_spawn_file_actions_destroy(&value_);
            throw;
        }
    }
    ~FileActions() { posix_spawn_file_actions_destroy(&value_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    const posix_spawn_file_actions_t* get() const { return &value_; }

private:
    posix_spawn_file_actions_t value_;
};

// The dup2 of one descriptor must not hit the number of the other before that has been moved.
UniqueFd aboveEngineNumbers(UniqueFd fd) {
    if (fd.get() >= kFirstOther) {
        return fd;
    }
    UniqueFd moved(fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstOther));
    check(moved ? 0 : errno, "fcntl");
    return moved;
}

// A full size from the start and the seal: whoever holds its other end can make us keep no more.
UniqueFd makeWords() {
    UniqueFd words(memfd_create("engine-words", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    check(words ? 0 : errno, "memfd_create");
    check(ftruncate(words.get(), static_cast<off_t>(kEngineWords)) < 0 ? errno : 0, "ftruncate");
    check(fcntl(words.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0 ? errno : 0,
          "fcntl");
    return aboveEngineNumbers(std::move(words));
}

std::vector<char*> pointers(const std::string& program, const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 2);
    argv.push_back(const_cast<char*>(program.c_str()));
    for (const auto& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    return argv;
}

} // namespace

UniqueFd sealedFile(std::string_view contents) {
    UniqueFd file(memfd_create("engine-order", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    check(file ? 0 : errno, "memfd_create");
    for (std::size_t done = 0; done < contents.size();) {
        const ssize_t size = write(file.get(), contents.data() + done, contents.size() - done);
        check(size < 0 && errno != EINTR ? errno : 0, "write");
        done += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    check(fcntl(file.get(), F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL) < 0 ? errno
                                                                                                       : 0,
          "fcntl");
    return file;
}

EngineHandles spawnEngine(const std::string& program, const std::vector<std::string>& arguments, int extra,
                          Leads leads) {
    EngineHandles handles;
    std::array<int, 2> ends{};
    check(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) < 0 ? errno : 0, "socketpair");
    handles.socket.reset(ends[0]);
    const UniqueFd engineSocket = aboveEngineNumbers(UniqueFd(ends[1]));
    check(pipe2(ends.data(), O_CLOEXEC) < 0 ? errno : 0, "pipe2");
    handles.lifeline.reset(ends[1]);
    const UniqueFd engineLifeline = aboveEngineNumbers(UniqueFd(ends[0]));

    const Attributes attributes(leads);
    handles.words = makeWords();
    UniqueFd moved;
    if (extra >= 0) {
        moved.reset(fcntl(extra, F_DUPFD_CLOEXEC, kFirstOther));
        check(moved ? 0 : errno, "fcntl");
    }
    const FileActions actions(engineSocket.get(), engineLifeline.get(), handles.words.get(), moved.get());
    auto argv = pointers(program, arguments);
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    char language[] = "LANG=C";
    std::array<char*, 3> environment{path, language, nullptr};

    pid_t pid = 0;
    check(
        posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(), argv.data(), environment.data()),
        "posix_spawn");
    // The number cannot have been given to another process: a child keeps it until it is reaped.
    handles.pidfd = pidfd::open(pid);
    if (!handles.pidfd) {
        const int error = errno;
        kill(pid, SIGKILL);
        while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        check(error, "pidfd_open");
    }
    return handles;
}

std::string readWords(const UniqueFd& words) {
    std::array<char, kEngineWords> buffer{};
    const ssize_t size = words ? pread(words.get(), buffer.data(), buffer.size(), 0) : 0;
    std::string_view rest(buffer.data(),
                          size > 0 ? strnlen(buffer.data(), static_cast<std::size_t>(size)) : 0);
    std::string out;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        out.append(out.empty() || line.empty() ? "" : "; ").append(line);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

} // namespace ppp::sys
