// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection's hooks: what is to be run, one event after the other, and what is still to be told of an
// end. In the record before it is begun, so that the next life of the daemon goes on where this one died.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/hook_facts.hpp"
#include "core/ports.hpp"

namespace ppp::core {

struct HookBook {
    std::deque<HookOrder> orders; ///< the first is under way, or about to be
    std::optional<HookDebt> ip4, ip6, link;
    std::uint64_t last = 0; ///< number of the last order

    bool empty() const { return orders.empty() && !ip4 && !ip6 && !link; }
};

std::string toJson(const HookBook& book);
/// Nothing where the text is no book of this version; never throws.
std::optional<HookBook> hookBookFrom(std::string_view text);

class HookQueue {
public:
    using Ended = std::function<void(const HookOrder& order, const HookReport& report)>;
    /// `ended` is called from the loop after each event's hooks.
    HookQueue(std::string connection, const Ports& ports, Ended ended);
    HookQueue(const HookQueue&) = delete;
    HookQueue& operator=(const HookQueue&) = delete;

    /// What an earlier life left; to be followed by commit().
    void recover(HookBook book);
    const HookBook& book() const { return book_; }
    /// To be followed by commit().
    HookBook& change() { return book_; }
    /// Adds an order as the last one, with connection and number; to be followed by commit(). Nothing where
    /// its folder is certainly empty.
    void add(HookOrder order);
    /// Takes back the orders of this folder that have not been begun (with an `event`: whose first argument
    /// it is); true where there was one.
    bool takeBack(std::string_view folder, std::string_view event = {});
    /// An order of this folder is not over.
    bool holds(std::string_view folder) const;
    /// Writes the record, then runs what is due.
    void commit();

    /// The record of a connection; its name follows.
    static constexpr std::string_view kRecord = ".hooks-"; ///< no connection's name starts with a dot

private:
    void save();
    void ended(const HookReport& report);

    const std::string connection_;
    Ports ports_;
    Ended ended_;
    HookBook book_;
    bool recorded_ = false, running_ = false, unsaved_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); ///< callbacks hold it weakly: they may outlive us
};

} // namespace ppp::core
