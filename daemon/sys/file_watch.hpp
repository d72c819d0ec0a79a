// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells when one of a few files was changed, replaced, made or removed: inotify(7) on the folders they lie
// in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

class FileWatch {
public:
    /// Absolute paths. Where a file's folder does not exist (yet), the nearest one above it is watched until
    /// it does. `changed` is called from the loop, once for all that happened by then. Where the kernel gives
    /// no watch that is logged and nothing is told; never throws for that.
    FileWatch(EventLoop& loop, std::vector<std::string> files, std::function<void()> changed,
              core::Journal& journal);
    ~FileWatch() = default;
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

private:
    void arm();
    bool watchFolderOf(const std::string& file);
    void readable();
    bool concerns(int watch, const std::string& name) const;

    std::vector<std::string> files_;
    std::function<void()> changed_;
    UniqueFd inotify_;
    std::map<int, std::set<std::string>> names_; // by watch: what in that folder is of interest
    std::unique_ptr<EventSource> source_;        // behind the descriptor: goes first
};

} // namespace ppp::sys
