// SPDX-License-Identifier: LGPL-2.1-or-later
// Who is called is gathered first: a call may forget, and watch, others.
#include "sys/folder_watch.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace ppp::sys {
namespace {

constexpr std::uint32_t kWritten = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;
constexpr std::size_t kEventBuffer = 4096; // bytes; an event is at most 272

} // namespace

int FolderWatch::watch(const std::string& folder, const std::string& file, std::function<void()> changed,
                       std::string& error) {
    if (!inotify_) {
        UniqueFd fresh(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
        if (!fresh) {
            error = std::generic_category().message(errno);
            return -1;
        }
        source_ = loop_.io(fresh.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
        inotify_ = std::move(fresh);
    }
    const int number = inotify_add_watch(inotify_.get(), folder.c_str(), kWritten);
    if (number < 0) {
        error = std::generic_category().message(errno);
        return -1;
    }
    watched_[number] = {file, std::move(changed)};
    return number;
}

void FolderWatch::forget(int number) {
    if (watched_.erase(number) > 0) {
        inotify_rm_watch(inotify_.get(), number);
    }
}

void FolderWatch::readable() {
    alignas(inotify_event) std::array<char, kEventBuffer> buffer;
    std::set<int> touched;
    for (ssize_t size = 0; (size = read(inotify_.get(), buffer.data(), buffer.size())) > 0;) {
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            at += sizeof event + event.len;
            const auto found = watched_.find(event.wd);
            if ((event.mask & IN_Q_OVERFLOW) != 0) {
                for (const auto& [number, watched] : watched_) {
                    touched.insert(number);
                }
            } else if (found != watched_.end() && (event.mask & IN_IGNORED) != 0) {
                watched_.erase(found);
            } else if (found != watched_.end() && event.len > 0 &&
                       found->second.file == std::string_view(name, strnlen(name, event.len))) {
                touched.insert(event.wd);
            }
        }
    }
    for (const int number : touched) {
        if (const auto found = watched_.find(number); found != watched_.end()) {
            const auto call = found->second.changed; // it may forget itself
            call();
        }
    }
}

} // namespace ppp::sys
