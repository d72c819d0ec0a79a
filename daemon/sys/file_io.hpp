// SPDX-License-Identifier: LGPL-2.1-or-later
// Small files in one folder: read with a limit, replaced atomically, listed. Nothing here follows a name out
// of its folder.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>

#include "sys/unique_fd.hpp"

namespace ppp::sys::file_io {

/// What is being written under another name until it is whole; no name of a file that counts starts like
/// this.
inline constexpr std::string_view kTemporary = ".tmp-";

enum class Durability {
    Memory, ///< the folder lies in memory: nothing to flush
    Disk,   ///< file and folder are flushed before the call returns (fsync(2))
};

/// All throw std::system_error with the errno of what failed and no path in the text.

/// An empty UniqueFd where there is no such folder.
UniqueFd openFolder(const std::string& path);
/// Makes the folder, and those above it, where absent; an existing one keeps its mode.
UniqueFd makeFolder(const std::string& path, mode_t mode);

struct Content {
    bool exists = false;
    struct stat status {};
    std::vector<char> bytes; ///< may be secret: the caller wipes
    bool tooLong = false;    ///< more than the limit; bytes is then empty
};
/// A regular file of at most `limit` bytes. Never waits (a FIFO is an error, EINVAL); one that grows
/// meanwhile is EAGAIN.
Content read(const UniqueFd& folder, const std::string& name, std::size_t limit);

/// The file is old or new and whole, never in between; on an error the old one is untouched and nothing is
/// left over.
void write(const UniqueFd& folder, const std::string& name, std::string_view bytes, mode_t mode,
           Durability durability);
/// Replaces `to` where it exists.
void rename(const UniqueFd& folder, const std::string& from, const std::string& to, Durability durability);
/// Adds at the end, in one write where the kernel takes it in one; made with 0600 where absent, never
/// flushed. After an error a part of it may be there.
void append(const UniqueFd& folder, const std::string& name, std::string_view bytes);
/// No error where absent.
void remove(const UniqueFd& folder, const std::string& name, Durability durability);

/// All names but "." and "..", sorted.
std::vector<std::string> list(const UniqueFd& folder);
/// Removes what a crash in the middle of write() left.
void removeLeftovers(const UniqueFd& folder);

/// Overwrites the bytes; not optimised away.
void wipe(std::vector<char>& bytes);

} // namespace ppp::sys::file_io
