// SPDX-License-Identifier: LGPL-2.1-or-later
// The lock of a tty among all programs that know the custom: a file LCK..NAME with the holder's process id
// (FHS 3.0, section 5.9).
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

namespace ppp::sys {

/// Held by this process from acquire() on; the destructor removes the file.
class LineLock {
public:
    LineLock() = default;
    LineLock(LineLock&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    LineLock& operator=(LineLock&& other) noexcept;
    LineLock(const LineLock&) = delete;
    LineLock& operator=(const LineLock&) = delete;
    ~LineLock() { release(); }

    enum class Got { Held, Busy, Refused };
    struct Outcome {
        Got got;
        std::string words; ///< Busy: "process 12 (minicom)"; Refused: what was refused
    };
    /// `device`: absolute path of the node itself, no link. A lock of a process that is gone, and one that is
    /// no lock at all but an empty file older than a minute, is taken over, by one of those who would. A
    /// folder that does not exist means that nobody here locks: Held, without a file.
    Outcome acquire(const std::string& folder, const std::string& device);
    void release();
    const std::string& path() const { return path_; }

private:
    std::string path_; // empty: none
};

/// "LCK..ttyS0", "LCK..pts_3": what is below /dev, with _ for /.
std::string lockName(const std::string& device);
/// The process that holds this lock file and lives; nothing where nobody does. The id is text in ten columns,
/// or four bytes of an older program's.
std::optional<pid_t> lockHolder(const std::string& path);
/// "process 12 (minicom)".
std::string describeProcess(pid_t pid);

} // namespace ppp::sys
