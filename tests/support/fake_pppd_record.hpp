// SPDX-License-Identifier: LGPL-2.1-or-later
// What a fake pppd was born with, for the test to look at.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace fake_pppd {

/// What it was started with, in files PATH.fds, .status, .environ, .argv and .runs (one process id a line).
inline void record(const std::string& path, char** argv) {
    const auto lines = [&path](const std::string& suffix, auto&& fill) {
        std::ostringstream
            text; // whole before a file of ours is open, and renamed so that nobody reads half of it
        fill(text);
        const std::string target = path + suffix;
        std::ofstream(target + ".new") << text.str();
        std::filesystem::rename(target + ".new", target);
    };
    const auto strings = [](char** list) {
        return [list](std::ostream& out) {
            for (char** word = list; *word != nullptr; ++word) {
                out << *word << '\n';
            }
        };
    };
    lines(".fds", [](std::ostream& out) {
        for (int fd = 0; fd < 1024; ++fd) {
            if (fcntl(fd, F_GETFD) >= 0) {
                std::error_code ignored;
                out << fd << ' '
                    << std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored).string()
                    << '\n';
            }
        }
    });
    lines(".status", [](std::ostream& out) { out << std::ifstream("/proc/self/status").rdbuf(); });
    lines(".environ", strings(environ));
    lines(".argv", strings(argv));
    std::ofstream(path + ".runs", std::ios::app) << getpid() << '\n';
}

} // namespace fake_pppd
