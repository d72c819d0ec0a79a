// SPDX-License-Identifier: LGPL-2.1-or-later
// A modem's bytes as lines and result codes.
#include "core/modem_line.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace ppp::core;

std::vector<std::string> linesOf(std::string_view bytes) {
    ModemLines lines;
    std::vector<std::string> out;
    for (const char byte : bytes) {
        if (auto line = lines.take(byte)) {
            out.push_back(*line);
        }
    }
    return out;
}

TEST(ModemLines, CutsAtEveryCrAndLf) {
    const std::vector<std::string> expected{"ATZ", "OK", "RING"};
    EXPECT_EQ(linesOf("ATZ\r\r\nOK\r\nRING\r\n"), expected);
    EXPECT_EQ(linesOf("ATZ\rOK\rRING\r"), expected);
    EXPECT_EQ(linesOf("ATZ\nOK\nRING\n"), expected);
    EXPECT_EQ(linesOf("ATZ\n\rOK \n\rRING\t\n\rno end"), expected);
}

TEST(ModemLines, TakesOffParityAndNoise) {
    EXPECT_EQ(linesOf("\xcf\xcb\x8d"), std::vector<std::string>{"OK"});
    EXPECT_EQ(linesOf(std::string_view("\0\0\x7f\xff OK\0\r", 9)), std::vector<std::string>{"OK"});
}

TEST(ModemLines, KeepsTheStartOfALineOfAnyLength) {
    const auto lines = linesOf("CONNECT " + std::string(100000, 'x') + "\rOK\r");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].size(), ModemLines::kLongest);
    EXPECT_EQ(lines[1], "OK");
}

TEST(ModemResult, OfEveryLine) {
    struct Case {
        const char* line;
        std::optional<ModemResult> result;
    };
    const std::vector<Case> cases{
        {"OK", ModemResult::Ok},
        {"0", ModemResult::Ok},
        {"CONNECT", ModemResult::Connected},
        {"CONNECT 115200", ModemResult::Connected},
        {"CONNECT 33600/ARQ/V34/LAPM/V42BIS", ModemResult::Connected},
        {"CONNECT/ARQ", ModemResult::Connected},
        {"1", ModemResult::Connected},
        {"5", ModemResult::Connected},
        {"25", ModemResult::Connected},
        {"RING", ModemResult::Ringing},
        {"2", ModemResult::Ringing},
        {"RINGING", ModemResult::Ringing},
        {"NO CARRIER", ModemResult::CarrierLost},
        {"3", ModemResult::CarrierLost},
        {"ERROR", ModemResult::Faulty},
        {"4", ModemResult::Faulty},
        {"+CME ERROR: 16", ModemResult::Faulty},
        {"+CME ERROR: SIM PIN required", ModemResult::Faulty},
        {"NO DIALTONE", ModemResult::ToneMissing},
        {"NO DIAL TONE", ModemResult::ToneMissing},
        {"6", ModemResult::ToneMissing},
        {"BUSY", ModemResult::Busy},
        {"7", ModemResult::Busy},
        {"NO ANSWER", ModemResult::Unanswered},
        {"8", ModemResult::Unanswered},
        {"ATZ", std::nullopt},
        {"+CREG: 1", std::nullopt},
        {"^BOOT:1,0", std::nullopt},
        {"OKAY", std::nullopt},
        {"1234", std::nullopt},
        {"-1", std::nullopt},
        {"", std::nullopt},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(modemResult(one.line), one.result) << one.line;
    }
}

TEST(CmeError, NumbersAndWords) {
    EXPECT_EQ(cmeError("+CME ERROR: 16"), cme::kWrongPassword);
    EXPECT_EQ(cmeError("+CME ERROR:11"), cme::kPinWanted);
    EXPECT_EQ(cmeError("+CME ERROR: SIM PIN required"), cme::kPinWanted);
    EXPECT_EQ(cmeError("+CME ERROR: sim puk REQUIRED"), cme::kPukWanted);
    EXPECT_EQ(cmeError("+CME ERROR: something"), std::nullopt);
    EXPECT_EQ(cmeError("+CME ERROR: 99999999999999"), std::nullopt);
    EXPECT_EQ(cmeError("ERROR"), std::nullopt);
    EXPECT_EQ(explained("+CME ERROR: 16"), "+CME ERROR: 16 (incorrect password)");
    EXPECT_EQ(explained("+CME ERROR: 7777"), "+CME ERROR: 7777");
    EXPECT_EQ(explained("NO CARRIER"), "NO CARRIER");
}

} // namespace
