// SPDX-License-Identifier: LGPL-2.1-or-later
// A look through /run: rare, and there are few files in it.
#include "sys/pid_files.hpp"

#include <system_error>

#include "sys/file_io.hpp"

namespace ppp::sys {
namespace {

constexpr std::size_t kPidFile = 16; // bytes; a pid has at most seven digits

bool holds(const UniqueFd& folder, const std::string& name, const std::string& pid) {
    try {
        const auto content = file_io::read(folder, name, kPidFile);
        const std::string text(content.bytes.begin(), content.bytes.end());
        return content.exists && !content.tooLong && (text == pid || text == pid + '\n');
    } catch (const std::system_error&) {
        return false;
    }
}

} // namespace

void removePidFiles(const std::string& folder, std::uint32_t pid) {
    if (pid == 0) {
        return;
    }
    try {
        const UniqueFd opened = file_io::openFolder(folder);
        if (!opened) {
            return;
        }
        for (const std::string& name : file_io::list(opened)) {
            if (name.ends_with(".pid") && holds(opened, name, std::to_string(pid))) {
                file_io::remove(opened, name, file_io::Durability::Memory);
            }
        }
    } catch (const std::system_error&) {
        return; // a stale file harms nobody
    }
}

} // namespace ppp::sys
