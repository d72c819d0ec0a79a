// SPDX-License-Identifier: LGPL-2.1-or-later
// A lock (flock(2)) and a number.
#include "hooks/order_book.hpp"

#include <array>
#include <charconv>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ppp::hooks {

namespace {

constexpr int kBetweenMs = 20; // flock(2) has no limit of its own

} // namespace

OrderBook::OrderBook(const std::string& file, std::chrono::microseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        file_.reset(open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!file_) {
            return;
        }
        while (flock(file_.get(), LOCK_EX | LOCK_NB) < 0 && std::chrono::steady_clock::now() < until) {
            poll(nullptr, 0, kBetweenMs);
        }
        struct stat info {};
        if (fstat(file_.get(), &info) < 0 || info.st_nlink > 0) {
            return;
        } // else the daemon has removed it meanwhile: there is another one, or none
    }
}

bool OrderBook::begin(std::uint64_t number) {
    if (!file_) {
        return true;
    }
    std::array<char, 24> text{};
    std::uint64_t last = 0;
    if (const ssize_t size = pread(file_.get(), text.data(), text.size(), 0); size > 0) {
        std::from_chars(text.data(), text.data() + size, last);
    }
    if (last >= number) {
        return false;
    }
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    const auto size = static_cast<std::size_t>(end - text.data());
    return ftruncate(file_.get(), 0) < 0 || pwrite(file_.get(), text.data(), size, 0) >= -1;
}

} // namespace ppp::hooks
