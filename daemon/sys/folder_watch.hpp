// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells when a file was written, each in a folder of its own: many with one inotify(7) instance, of which a
// user has only 128.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

class FolderWatch {
public:
    explicit FolderWatch(EventLoop& loop) : loop_(loop) {}

    /// `changed` is called from the loop when the file in this folder was written and closed, replaced or
    /// removed, until forget(); it may call forget(). One watch a folder: the newest counts. Its number; -1
    /// with the kernel's words in `error`.
    int watch(const std::string& folder, const std::string& file, std::function<void()> changed,
              std::string& error);
    void forget(int number);

private:
    struct Watched {
        std::string file;
        std::function<void()> changed;
    };
    void readable();

    EventLoop& loop_;
    UniqueFd inotify_; // made when it is first needed
    std::map<int, Watched> watched_;
    std::unique_ptr<EventSource> source_; // behind the descriptor: goes first
};

} // namespace ppp::sys
