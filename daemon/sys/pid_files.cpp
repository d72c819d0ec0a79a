// SPDX-License-Identifier: LGPL-2.1-or-later
// A look through /run.
#include "sys/pid_files.hpp"

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "sys/file_io.hpp"

namespace ppp::sys {
namespace {

constexpr std::size_t kPidFile = 16; // bytes; a pid has at most seven digits

std::optional<std::uint32_t> heldBy(const UniqueFd& folder, const std::string& name) {
    try {
        const auto content = file_io::read(folder, name, kPidFile);
        if (!content.exists || content.tooLong)
            return std::nullopt;
        std::string_view text(content.bytes.data(), content.bytes.size());
        if (text.ends_with('\n'))
            text.remove_suffix(1);
        std::uint32_t pid = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
        return error == std::errc() && end == text.data() + text.size() ? std::optional(pid) : std::nullopt;
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

} // namespace

void removePidFiles(const std::string& folder, const std::set<std::uint32_t>& pids) {
    if (pids.empty()) {
        return;
    }
    try {
        const UniqueFd opened = file_io::openFolder(folder);
        if (!opened) {
            return;
        }
        for (const std::string& name : file_io::list(opened)) {
            const auto pid = name.ends_with(".pid") ? heldBy(opened, name) : std::nullopt;
            if (pid && pids.contains(*pid)) {
                file_io::remove(opened, name, file_io::Durability::Memory);
            }
        }
    } catch (const std::system_error&) {
        return; // a stale file harms nobody
    }
}

PidFiles::PidFiles(EventLoop& loop, std::string folder)
    : folder_(std::move(folder)), soon_(loop.defer([this] { look(); }, priority::kFlush, false)) {}

PidFiles::~PidFiles() {
    look();
}

void PidFiles::removeOf(std::uint32_t pid) {
    if (pid != 0) {
        ended_.insert(pid);
        soon_->arm();
    }
}

void PidFiles::look() {
    removePidFiles(folder_, std::exchange(ended_, {}));
}

} // namespace ppp::sys
