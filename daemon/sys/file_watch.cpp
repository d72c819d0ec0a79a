// SPDX-License-Identifier: LGPL-2.1-or-later
// inotify on folders: a file that is replaced by a rename, as packages do it, is another file.
#include "sys/file_watch.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"

namespace ppp::sys {
namespace {

constexpr std::uint32_t kChanges = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB |
                                   IN_ONLYDIR | IN_DELETE_SELF | IN_MOVE_SELF;
// The folder itself was taken away: look for another.
constexpr std::uint32_t kFolderGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT | IN_Q_OVERFLOW;
constexpr std::size_t kBuffer = 4096; // bytes; an event is at most 272

/// A device is closed by everybody who used it, and is not changed by that.
std::uint32_t changesOf(const std::string& file) {
    struct stat info {};
    const bool plain = stat(file.c_str(), &info) < 0 || S_ISREG(info.st_mode);
    return plain ? kChanges | IN_CLOSE_WRITE : kChanges;
}

} // namespace

FileWatch::FileWatch(EventLoop& loop, std::vector<std::string> files, std::function<void()> changed,
                     core::Journal& journal)
    : files_(std::move(files)), changed_(std::move(changed)),
      inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!inotify_) {
        journal.log(core::Severity::Warning, "",
                    core::text::cat(
                        "cannot watch the engine's files; what failed for want of them is retried by hand "
                        "only: ",
                        std::generic_category().message(errno)));
        return;
    }
    arm();
    source_ = loop.io(inotify_.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
}

void FileWatch::arm() {
    for (const std::string& file : files_) {
        watchFolderOf(file);
    }
}

/// The same folder may be watched again: the kernel gives the same number.
bool FileWatch::watchFolderOf(const std::string& file) {
    const std::uint32_t changes = changesOf(file);
    for (auto slash = file.rfind('/'); slash != std::string::npos;
         slash = slash == 0 ? slash : file.rfind('/', slash - 1)) {
        const std::string folder = slash == 0 ? "/" : file.substr(0, slash);
        const int watch = inotify_add_watch(inotify_.get(), folder.c_str(), changes);
        if (watch >= 0) {
            const auto begin = slash + 1;
            names_[watch].insert(file.substr(begin, file.find('/', begin) - begin));
            return true;
        }
        if (slash == 0) {
            break;
        }
    }
    return false;
}

bool FileWatch::concerns(int watch, const std::string& name) const {
    const auto found = names_.find(watch);
    return found != names_.end() && found->second.contains(name);
}

void FileWatch::readable() {
    alignas(inotify_event) std::array<char, kBuffer> buffer;
    bool told = false;
    for (ssize_t size = 0; (size = read(inotify_.get(), buffer.data(), buffer.size())) > 0;) {
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(size);) {
            inotify_event event{};
            std::memcpy(&event, buffer.data() + at, sizeof event);
            const char* name = buffer.data() + at + sizeof event;
            at += sizeof event + event.len;
            told = told || (event.mask & kFolderGone) != 0 ||
                   (event.len > 0 && concerns(event.wd, std::string(name, strnlen(name, event.len))));
            if ((event.mask & IN_IGNORED) != 0) {
                names_.erase(event.wd);
            }
        }
    }
    if (told) {
        arm();
        changed_();
    }
}

} // namespace ppp::sys
