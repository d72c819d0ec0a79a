// SPDX-License-Identifier: LGPL-2.1-or-later
// The end of a call by commands: guard times, a modem that has noticed it itself, and a bound.
#include "engine/serial/hang_up.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/dial_times.hpp"

namespace {

using namespace ppp;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct HangUpRun {
    Lines sent;
    core::Duration took;
};
HangUpRun hangUp(engine::HangUp::Call call,
                 const std::function<std::string(const std::string&, core::Duration quiet)>& modem) {
    const core::BootTime begin{1000s};
    core::BootTime now = begin, last = begin;
    engine::HangUp machine({"+++", "ATH"}, call);
    machine.start(now);
    HangUpRun out;
    for (int i = 0; i < 1000 && !machine.done(); ++i) {
        const std::string output = machine.takeOutput();
        if (!output.empty()) {
            out.sent.push_back(output);
            const core::Duration quiet = now - last;
            last = now;
            for (const char byte : modem(output, quiet)) {
                machine.received(byte, now);
            }
            continue;
        }
        now = machine.deadline();
        machine.passed(now);
    }
    out.took = now - begin;
    return out;
}

TEST(HangUp, EscapesWithItsGuardTimes) {
    const auto inCall =
        hangUp(engine::HangUp::Call::Open, [](const std::string& bytes, core::Duration quiet) {
            EXPECT_TRUE(bytes != "+++" || quiet >= 1s);
            return bytes == "+++" ? "\r\nOK\r\n" : bytes == "ATH\r" ? "\r\nNO CARRIER\r\n" : "";
        });
    EXPECT_EQ(inCall.sent, (Lines{"AT\r", "+++", "ATH\r"}));
    EXPECT_LE(inCall.took, 1200ms);
}

TEST(HangUp, AModemThatHasHungUpNeedsNoGuardTime) {
    const auto idle = hangUp(engine::HangUp::Call::Open, [](auto&, auto) { return "\r\nOK\r\n"; });
    EXPECT_EQ(idle.sent, (Lines{"AT\r", "ATH\r"}));
    EXPECT_EQ(idle.took, 0s);
    const auto late = hangUp(engine::HangUp::Call::Open, [](auto&, auto) { return "\r\nNO CARRIER\r\n"; });
    EXPECT_EQ(late.sent, Lines{"AT\r"});
}

TEST(HangUp, IsBounded) {
    const auto silent = hangUp(engine::HangUp::Call::Open, [](auto&, auto) { return ""; });
    EXPECT_EQ(silent.sent, (Lines{"AT\r", "+++", "ATH\r"}));
    EXPECT_LE(silent.took, core::dial_times::kHangUp);
}

TEST(HangUp, ACallWithoutAResultIsAbortedByABlank) {
    const auto aborted = hangUp(engine::HangUp::Call::Dialling, [](const std::string& bytes, auto) {
        return bytes == "\r" ? "\r\nNO CARRIER\r\n" : "\r\nOK\r\n";
    });
    EXPECT_EQ(aborted.sent, (Lines{"\r", "ATH\r"}));
    EXPECT_EQ(aborted.took, 0s);
}

} // namespace
