// SPDX-License-Identifier: LGPL-2.1-or-later
// Waits for a line's carrier without asking for it again and again: the kernel tells nobody but who is inside
// an open(2) that waits for it, so a child is.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sys/event_loop.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::engine {

class CarrierWait {
public:
    /// Opens `device` in a child; done(0) from the loop when the carrier is there, or done(errno) of open(2).
    /// Destroying this ends the child. Throws std::system_error where there can be no child.
    CarrierWait(sys::EventLoop& loop, const std::string& device, std::function<void(int)> done);
    ~CarrierWait();
    CarrierWait(const CarrierWait&) = delete;
    CarrierWait& operator=(const CarrierWait&) = delete;

private:
    sys::UniqueFd pidfd_;
    bool gone_ = false;
    std::unique_ptr<sys::EventSource> source_; // behind the pidfd: goes first
};

} // namespace ppp::engine
