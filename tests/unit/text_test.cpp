// SPDX-License-Identifier: LGPL-2.1-or-later
// Hostile bytes made harmless, UTF-8, the nearest word, durations for people.
#include "core/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace {

using namespace ppp::core;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t kPlenty = 1024;

std::string shown(std::string_view bytes) {
    return text::harmless(bytes, kPlenty);
}

TEST(Harmless, KeepsPlainText) {
    EXPECT_EQ(shown("Welcome to ISP 100 Mbit/s"), "Welcome to ISP 100 Mbit/s");
    EXPECT_EQ(shown("Grüße, 東京 😀"), "Grüße, 東京 😀");
    EXPECT_EQ(shown("back\\slash"), "back\\slash");
    EXPECT_EQ(shown(""), "");
}

TEST(Harmless, CutsBlanksAtBothEnds) {
    EXPECT_EQ(shown("  \t\r\n Access denied \r\n"), "Access denied");
    EXPECT_EQ(shown("done\0\0"sv), "done");
    EXPECT_EQ(shown(" \r\n\t\0 "sv), "");
}

TEST(Harmless, EscapesControlCharacters) {
    EXPECT_EQ(shown("a\nb\rc\td"), "a\\nb\\rc\\td");
    EXPECT_EQ(shown("\x1b[31mred\x1b[0m"), "\\x1B[31mred\\x1B[0m");
    EXPECT_EQ(shown("\x1b]0;title\x07."), "\\x1B]0;title\\x07.");
    EXPECT_EQ(shown("a\0b"sv), "a\\x00b");
    EXPECT_EQ(shown("del\x7f!"), "del\\x7F!");
    EXPECT_EQ(shown("csi\u009b31m"), "csi\\u{009B}31m");
    EXPECT_EQ(shown("line\u2028sep\u2029"), "line\\u{2028}sep\\u{2029}");
}

TEST(Harmless, EscapesBidirectionalControls) {
    EXPECT_EQ(shown("abc\xe2\x80\xaezcba"), "abc\\u{202E}zcba");
    EXPECT_EQ(shown("\u2066x\u2069"), "\\u{2066}x\\u{2069}");
    EXPECT_EQ(shown("\u200e\u200f\u061c"), "\\u{200E}\\u{200F}\\u{061C}");
    EXPECT_EQ(shown("\u05d0\u05d1"), "\u05d0\u05d1"); // letters that run right to left stay
}

TEST(Harmless, EscapesWhatSdBusRefuses) {
    EXPECT_EQ(shown("\xef\xbf\xbe"), "\\u{FFFE}");
    EXPECT_EQ(shown("\xef\xb7\x90"), "\\u{FDD0}");
    EXPECT_EQ(shown("\xf0\x9f\xbf\xbf"), "\\u{1FFFF}");
    EXPECT_EQ(shown("\xf4\x8f\xbf\xbf"), "\\u{10FFFF}");
}

TEST(Harmless, ReplacesBrokenUtf8) {
    const std::string bad = "\xef\xbf\xbd";
    EXPECT_EQ(shown("\xff"), bad);
    EXPECT_EQ(shown("a\x80z"), "a" + bad + "z");              // lone continuation
    EXPECT_EQ(shown("a\xc3z"), "a" + bad + "z");              // lead without continuation
    EXPECT_EQ(shown("a\xc0\xafz"), "a" + bad + bad + "z");    // overlong '/'
    EXPECT_EQ(shown("\xe0\x80\xaf!"), bad + bad + bad + "!"); // overlong, three bytes
    EXPECT_EQ(shown("\xf0\x80\x80\xaf!"), bad + bad + bad + bad + "!");
    EXPECT_EQ(shown("\xed\xa0\x80!"), bad + bad + bad + "!");           // surrogate
    EXPECT_EQ(shown("\xf4\x90\x80\x80!"), bad + bad + bad + bad + "!"); // above U+10FFFF
    EXPECT_EQ(shown("\xe2\x82"), bad);                                  // ends early, not cut by us
    EXPECT_EQ(shown("Gr\xfc\xdf\x65"), "Gr" + bad + bad + "e");         // Latin-1
}

TEST(Harmless, TheLimitCountsInputBytesAndSplitsNoCharacter) {
    EXPECT_EQ(text::harmless("abcdef", 3), "abc");
    EXPECT_EQ(text::harmless("ab\u20ac", 5), "ab\u20ac");
    EXPECT_EQ(text::harmless("ab\u20ac", 4), "ab");
    EXPECT_EQ(text::harmless("ab\u20ac", 3), "ab");
    EXPECT_EQ(text::harmless("ab\u20acx", 5), "ab\u20ac");
    EXPECT_EQ(text::harmless("ab\xe2", 3), "ab\xef\xbf\xbd"); // nothing was cut: it came like this
    EXPECT_EQ(text::harmless("abc", 0), "");
    EXPECT_EQ(text::harmless("ab   cd", 4), "ab");
    EXPECT_EQ(text::harmless("ab \u20ac", 4), "ab"); // what the cut leaves at the end is an end
}

TEST(Harmless, RandomBytesAlwaysGiveWhatMayBeShown) {
    std::mt19937 random(7); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(random() % 64, '\0');
        for (char& c : bytes) {
            c = static_cast<char>(random());
        }
        const std::string out = text::harmless(bytes, random() % 80);
        EXPECT_TRUE(text::isUtf8(out));
        EXPECT_FALSE(text::hasControl(out));
        EXPECT_EQ(text::harmless(out, out.size()), out);
        if (HasFailure()) {
            return;
        }
    }
}

TEST(Utf8, TakesWhatIsWellFormed) {
    EXPECT_TRUE(text::isUtf8(""));
    EXPECT_TRUE(text::isUtf8("a\u007f\u0080\u07ff\u0800\ud7ff\ue000\U00010000\U0010fffd"));
    for (const auto bad :
         {"\x80"sv, "\xc1\xbf"sv, "\xc3"sv, "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv, "\xf0\x8f\xbf\xbf"sv,
          "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xef\xbf\xbf"sv, "\xef\xb7\xaf"sv}) {
        EXPECT_FALSE(text::isUtf8(bad)) << text::harmless(bad, kPlenty);
    }
    EXPECT_EQ(text::utf8Prefix("ab\u20ac\xff"), 5U);
    EXPECT_EQ(text::utf8Prefix("ab\xe2\x82"), 2U);
}

TEST(Control, FindsControlCharactersOnly) {
    for (const auto bad : {"\n"sv, "\0"sv, "a\x1b"sv, "\x7f"sv, "\u0085"sv, "\u2028"sv}) {
        EXPECT_TRUE(text::hasControl(bad));
    }
    EXPECT_FALSE(text::hasControl("plain \u00e9 \u20ac"));
}

TEST(Nearest, FindsTypos) {
    constexpr std::array kWords{"interface"sv, "service"sv, "host-uniq"sv, "mru"sv, "mtu"sv};
    EXPECT_EQ(text::nearest("interfce", kWords), "interface");
    EXPECT_EQ(text::nearest("itnerface", kWords), "interface");
    EXPECT_EQ(text::nearest("host_uniq", kWords), "host-uniq");
    EXPECT_EQ(text::nearest("mrv", kWords), "mru");
    EXPECT_EQ(text::nearest("mxu", kWords), "mru"); // the first of equals
    EXPECT_EQ(text::nearest("zzz", kWords), std::nullopt);
    EXPECT_EQ(text::nearest("", kWords), std::nullopt);
    EXPECT_EQ(text::nearest("interfaceabcd", kWords), std::nullopt); // four away
    EXPECT_EQ(text::nearest(std::string(10000, 'x'), kWords), std::nullopt);
    EXPECT_EQ(text::nearest("mru", {}), std::nullopt);
}

TEST(EditDistance, CountsEachKindOfChange) {
    EXPECT_EQ(text::editDistance("", ""), 0U);
    EXPECT_EQ(text::editDistance("abc", ""), 3U);
    EXPECT_EQ(text::editDistance("", "abc"), 3U);
    EXPECT_EQ(text::editDistance("abc", "acb"), 1U);
    EXPECT_EQ(text::editDistance("abc", "axc"), 1U);
    EXPECT_EQ(text::editDistance("kitten", "sitting"), 3U);
}

TEST(DurationText, IsShortAndReadable) {
    const auto seconds = [](double s) { return text::duration(static_cast<long long>(s * 1e6)); };
    EXPECT_EQ(seconds(0), "0 s");
    EXPECT_EQ(seconds(0.35), "0.35 s");
    EXPECT_EQ(seconds(1.5), "1.5 s");
    EXPECT_EQ(seconds(2), "2 s");
    EXPECT_EQ(seconds(9.994), "9.99 s");
    EXPECT_EQ(seconds(9.999), "10 s");
    EXPECT_EQ(seconds(12.4), "12 s");
    EXPECT_EQ(seconds(59.6), "1 min");
    EXPECT_EQ(seconds(200), "3 min 20 s");
    EXPECT_EQ(seconds(7500), "2 h 5 min");
    EXPECT_EQ(seconds(7200), "2 h");
    EXPECT_EQ(seconds(4 * 86400 + 3 * 3600 + 59), "4 d 3 h");
    EXPECT_EQ(text::duration(-350000), "-0.35 s");
    EXPECT_NO_THROW(text::duration(std::numeric_limits<long long>::min()));
}

TEST(Cat, JoinsAnything) {
    EXPECT_EQ(text::cat("a", 1, 'b', 2.5, "c"s), "a1b2.5c");
}

} // namespace
