// SPDX-License-Identifier: LGPL-2.1-or-later
// The number of the last order of a connection that was begun, in a file: no order is run twice, and none
// beside another, whichever life of the daemon gave it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "sys/unique_fd.hpp"

namespace ppp::hooks {

class OrderBook {
public:
    /// Waits until no other runner has the file open, at most so long. What cannot be opened or read keeps
    /// nobody from running: then it is as if there were no file.
    OrderBook(const std::string& file, std::chrono::microseconds patience);
    /// Notes the number as begun; false where it or a higher one was begun before.
    bool begin(std::uint64_t number);

private:
    sys::UniqueFd file_;
};

} // namespace ppp::hooks
