// SPDX-License-Identifier: LGPL-2.1-or-later
// Outside commands for DNS, one after the other: what is asked for last is what is in force at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sys/dns_handler.hpp"
#include "sys/outside_command.hpp"

namespace ppp::sys {

class DnsErrand {
public:
    using Done = DnsBackend::Done;
    /// `name`: who does it, for errors.
    DnsErrand(const DnsContext& context, std::string name) : context_(context), name_(std::move(name)) {}
    DnsErrand(const DnsErrand&) = delete;
    DnsErrand& operator=(const DnsErrand&) = delete;

    /// Runs the command after the one that runs; a further one that still waits is dropped for it, and
    /// whoever asked for that gets the answer of this. done comes once, within the context's deadline, not
    /// from within this call; what fails is logged with `warning` before its words, where that is not empty.
    /// ended is called before that when the command has ended, with its error; whoever was told by then that
    /// there is no answer is `late`. Not called where the command was dropped.
    using Ended = std::function<void(const std::string& error, bool late)>;
    /// One that fails with these words had nothing to do any more; empty: there are none.
    using Nothing = std::string_view;
    void ask(OutsideCommand command, std::string warning, Done done, Ended ended = {}, Nothing nothing = {});
    /// Nothing is under way; may be destroyed.
    bool idle() const { return !running_ && !next_ && !answering_; }

private:
    struct Waiter {
        Done done;
        std::unique_ptr<EventSource> deadline;
    };
    struct Errand {
        OutsideCommand command;
        std::string warning;
        std::vector<std::uint64_t> waiters;
        Ended ended;
        std::string nothing;
    };
    void start();
    void ended(const OutsideEnd& end);
    void answer(std::uint64_t waiter, const std::string& error);

    DnsContext context_;
    std::string name_;
    std::map<std::uint64_t, Waiter> waiters_; ///< by a number that is not given twice
    std::uint64_t last_ = 0;
    std::unique_ptr<Errand> running_, next_;
    bool answering_ = false;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); ///< the command's end holds it weakly
};

} // namespace ppp::sys
