// SPDX-License-Identifier: LGPL-2.1-or-later
// The file is made whole under another name and linked: nobody ever reads half a lock.
#include "sys/line_lock.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using core::text::cat;

constexpr int kTries = 8;                // others may take and leave it meanwhile
constexpr time_t kHalfMade = 60;         // s; somebody who writes the id in a second step has done it by then
constexpr std::size_t kIdText = 11;      // ten digits and a newline
constexpr std::size_t kCommandText = 16; // TASK_COMM_LEN, proc(5)

std::string readSmall(const std::string& path, std::size_t most) {
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    std::string out(most, '\0');
    const ssize_t size = file ? read(file.get(), out.data(), out.size()) : 0;
    out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return out;
}

std::optional<pid_t> holderIn(const std::string& content) {
    std::string_view text = content;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    text = text.substr(0, text.find_first_of(" \r\n"));
    pid_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    const bool isText = error == std::errc() && end == text.data() + text.size();
    if (!isText && content.size() == sizeof pid) {
        std::memcpy(&pid, content.data(), sizeof pid);
    }
    return pid > 0 ? std::optional(pid) : std::nullopt;
}

bool lives(pid_t pid) {
    return kill(pid, 0) == 0 || errno == EPERM; // EPERM: it is not ours to signal
}

/// Removes a lock that nobody holds. Two who find the same one must not both do: the second would remove the
/// first one's new lock. So they lock the stale file itself, and look whether it still has its name.
void removeStale(const std::string& path) {
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    struct stat opened {
    }, named{};
    if (!file || flock(file.get(), LOCK_EX | LOCK_NB) < 0 || fstat(file.get(), &opened) < 0 ||
        lstat(path.c_str(), &named) < 0 || opened.st_ino != named.st_ino || opened.st_dev != named.st_dev) {
        return;
    }
    const auto pid = holderIn(readSmall(path, kIdText));
    if (pid ? !lives(*pid) : time(nullptr) - opened.st_mtime > kHalfMade) {
        unlink(path.c_str());
    }
}

int writeOwn(const std::string& path) {
    const UniqueFd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file) {
        return errno;
    }
    fchmod(file.get(), 0644); // others must be able to read whose it is, whatever our umask
    std::array<char, kIdText + 1> text{};
    std::snprintf(text.data(), text.size(), "%10d\n", static_cast<int>(getpid()));
    return write(file.get(), text.data(), kIdText) == static_cast<ssize_t>(kIdText) ? 0 : errno;
}

} // namespace

std::string lockName(const std::string& device) {
    constexpr std::string_view kFolder = "/dev/";
    std::string name =
        device.starts_with(kFolder) ? device.substr(kFolder.size()) : device.substr(device.rfind('/') + 1);
    std::replace(name.begin(), name.end(), '/', '_');
    return "LCK.." + name;
}

std::optional<pid_t> lockHolder(const std::string& path) {
    const auto pid = holderIn(readSmall(path, kIdText));
    return pid && lives(*pid) ? pid : std::nullopt;
}

std::string describeProcess(pid_t pid) {
    std::string name = readSmall(cat("/proc/", pid, "/comm"), kCommandText);
    if (!name.empty() && name.back() == '\n') {
        name.pop_back();
    }
    return cat("process ", pid, name.empty() ? "" : cat(" (", core::text::harmless(name, kCommandText), ")"));
}

LineLock& LineLock::operator=(LineLock&& other) noexcept {
    release();
    path_ = std::exchange(other.path_, {});
    return *this;
}

LineLock::Outcome LineLock::acquire(const std::string& folder, const std::string& device) {
    release();
    const std::string path = cat(folder, "/", lockName(device));
    const std::string draft = cat(folder, "/LTMP.", getpid());
    unlink(draft.c_str()); // of an earlier process with our id
    if (const int error = writeOwn(draft); error != 0) {
        unlink(draft.c_str());
        if (error == ENOENT) {
            return {Got::Held, {}};
        }
        return {Got::Refused,
                cat("cannot write the lock file ", path, ": ", std::generic_category().message(error))};
    }
    Outcome out{Got::Busy, "another program"};
    for (int tries = 0; tries < kTries; ++tries) {
        if (link(draft.c_str(), path.c_str()) == 0) {
            path_ = path;
            out = {Got::Held, {}};
            break;
        }
        if (errno != EEXIST) {
            out = {Got::Refused,
                   cat("cannot make the lock file ", path, ": ", std::generic_category().message(errno))};
            break;
        }
        if (const auto holder = lockHolder(path)) {
            out.words = describeProcess(*holder);
            break;
        }
        removeStale(path); // else it has gone just now, or is being made
    }
    unlink(draft.c_str());
    return out;
}

void LineLock::release() {
    if (!path_.empty() && holderIn(readSmall(path_, kIdText)) == getpid()) {
        unlink(path_.c_str());
    }
    path_.clear();
}

} // namespace ppp::sys
