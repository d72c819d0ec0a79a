// SPDX-License-Identifier: LGPL-2.1-or-later
// A process that has few descriptors left, and what children it has.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace ppp::test {

/// As long as it lives, `count` more descriptors can be opened.
class FewDescriptors {
public:
    explicit FewDescriptors(std::size_t count) {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        setrlimit(RLIMIT_NOFILE, &few);
        for (int fd = dup(STDIN_FILENO); fd >= 0; fd = dup(STDIN_FILENO)) {
            held_.push_back(fd);
        }
        for (; count > 0; --count) {
            close(held_.back());
            held_.pop_back();
        }
    }
    ~FewDescriptors() {
        for (const int fd : held_) {
            close(fd);
        }
        setrlimit(RLIMIT_NOFILE, &before_);
    }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;

private:
    rlimit before_{};
    std::vector<int> held_;
};

/// Process numbers of this thread's children, zombies too (proc(5), /proc/pid/task/tid/children).
inline std::string childrenOfThis() {
    std::ifstream file("/proc/thread-self/children");
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace ppp::test
