// SPDX-License-Identifier: LGPL-2.1-or-later
// Ends a call by commands, where the modem lines cannot. No I/O; time is handed in.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/modem_line.hpp"

namespace ppp::engine {

/// The first way to hang up is to drop DTR, which any modem at its factory setting (&D2) takes as such at
/// once: then nothing of this is needed, and a carrier (DCD) that goes says so. This is for the rest: a cable
/// without the lines ("modem-lines": false), a carrier that is not shown (while it dials, or ever), or one
/// that stays.
///
/// Where "+++" is to be sent, AT goes first: a modem that has noticed the end itself says OK at once and
/// needs no escape. One that is still in the call sends it to the far end, where it does no harm any more,
/// and its silence is the guard time.
///
/// "+++" goes out without a CR, after and before kGuard without a byte (the modem's S12 is a second: else it
/// is data); every other string with a CR, its answer waited for at most 2 s. All of it takes at most
/// kHangUp; what is left by then is not sent. An answer is OK, ERROR or NO CARRIER; the last one ends it all.
class HangUp {
public:
    enum class Call {
        Open,     ///< data went over the line
        Dialling, ///< no result yet: a CR ends that, and "+++" is left out
    };
    HangUp(std::vector<std::string> strings, Call call);

    void start(core::BootTime now);
    void received(char byte, core::BootTime now);
    void passed(core::BootTime now);

    bool done() const { return done_; }
    core::BootTime deadline() const { return deadline_; }
    std::string takeOutput() { return std::exchange(output_, {}); }

private:
    void next(core::BootTime now);
    void wait(core::Duration limit, core::BootTime now);

    std::vector<std::string> strings_;
    Call call_;
    core::ModemLines lines_;
    std::size_t at_ = 0;   ///< the next string
    bool probing_ = false; ///< AT was sent
    core::BootTime deadline_, end_;
    std::string output_;
    bool done_ = false;
};

} // namespace ppp::engine
