// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's net.ipv4.ip_dynaddr, for as long as a link may change its address under connections that are
// being opened, as an on-demand link does with its first call: without it they keep the address that is gone
// and hang for two minutes. Recorded first and given back, also by the next life of the daemon.
#pragma once

#include <set>
#include <string>

#include "core/ports.hpp"

namespace ppp::core {

class MovingAddress {
public:
    MovingAddress(Network& network, RecordStore& records, Journal& journal);

    /// The record of an earlier life, of that name.
    void recover() { recorded_ = true; }
    /// This connection may change its address from now on; again: nothing. What cannot be recorded is not
    /// done.
    void hold(const std::string& connection);
    /// It no longer may. The last one gives back.
    void release(const std::string& connection);
    /// Gives back what an earlier life left and nobody of this one holds.
    void settle();

    static constexpr const char* kRecord = ".ip_dynaddr"; ///< no connection's name starts with a dot

private:
    Network& network_;
    RecordStore& records_;
    Journal& journal_;
    std::set<std::string> holders_;
    bool recorded_ = false; ///< that we have set it, or are about to; it was 0 before
};

} // namespace ppp::core
