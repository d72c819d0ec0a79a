// SPDX-License-Identifier: LGPL-2.1-or-later
// UTF-8, harmless display of hostile bytes, edit distance, durations for people.
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace ppp::core::text {
namespace {

/// One step through bytes that ought to be UTF-8 (RFC 3629, section 4).
struct Step {
    enum class Kind { Scalar, Broken, Incomplete } kind;
    char32_t scalar;
    std::size_t length;
};

std::uint8_t byteAt(std::string_view bytes, std::size_t index) {
    return static_cast<std::uint8_t>(bytes[index]);
}

Step step(std::string_view bytes) {
    constexpr char32_t kReplacement = 0xfffd;
    const std::uint8_t lead = byteAt(bytes, 0);
    if (lead < 0x80) {
        return {Step::Kind::Scalar, lead, 1};
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return {Step::Kind::Broken, kReplacement, 1};
    }
    const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t scalar = lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (i == bytes.size()) {
            return {Step::Kind::Incomplete, kReplacement, i};
        }
        const std::uint8_t next = byteAt(bytes, i);
        const bool overlong = i == 1 && ((lead == 0xe0 && next < 0xa0) || (lead == 0xf0 && next < 0x90));
        const bool outside = i == 1 && ((lead == 0xed && next > 0x9f) || (lead == 0xf4 && next > 0x8f));
        if ((next & 0xc0) != 0x80 || overlong || outside) {
            return {Step::Kind::Broken, kReplacement, i};
        }
        scalar = (scalar << 6) | (next & 0x3fU);
    }
    return {Step::Kind::Scalar, scalar, length};
}

bool nonCharacter(char32_t c) {
    return (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

bool unsafeToShow(char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f);
    const bool separator = c == 0x2028 || c == 0x2029;
    const bool direction = c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
                           (c >= 0x2066 && c <= 0x2069);
    return control || separator || direction || nonCharacter(c);
}

void appendHex(std::string& out, char32_t value, int digits) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
        out += kDigits[(value >> shift) & 0xf];
    }
}

void appendEscaped(std::string& out, char32_t c) {
    if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else if (c == '\t') {
        out += "\\t";
    } else if (c < 0x80) {
        out += "\\x";
        appendHex(out, c, 2);
    } else {
        out += "\\u{";
        appendHex(out, c, c > 0xfffff ? 6 : c > 0xffff ? 5 : 4);
        out += '}';
    }
}

std::string_view trimmed(std::string_view bytes) {
    constexpr std::string_view kBlanks{" \t\r\n\0", 5};
    const std::size_t first = bytes.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return bytes.substr(first, bytes.find_last_not_of(kBlanks) - first + 1);
}

/// The beginning without the character that its end cuts in two.
std::string_view unsplit(std::string_view bytes) {
    constexpr std::size_t kLongest = 4;
    for (std::size_t back = 1; back < kLongest && back <= bytes.size(); ++back) {
        const std::string_view tail = bytes.substr(bytes.size() - back);
        if (byteAt(tail, 0) >= 0xc0) { // where a character begins
            return step(tail).kind == Step::Kind::Incomplete ? bytes.substr(0, bytes.size() - back) : bytes;
        }
    }
    return bytes;
}

std::string counted(long long large, std::string_view largeUnit, long long small,
                    std::string_view smallUnit) {
    std::string out = cat(large, ' ', largeUnit);
    if (small != 0) {
        out += cat(' ', small, ' ', smallUnit);
    }
    return out;
}

std::string hundredths(long long count) {
    std::string out = cat(count / 100);
    const long long rest = count % 100;
    if (rest != 0) {
        out += cat('.', rest / 10);
        if (rest % 10 != 0) {
            out += cat(rest % 10);
        }
    }
    return out + " s";
}

} // namespace

std::string harmless(std::string_view bytes, std::size_t limit) {
    std::string_view rest = trimmed(bytes.size() > limit ? unsplit(bytes.substr(0, limit)) : bytes);
    std::string out;
    out.reserve(rest.size());
    while (!rest.empty()) {
        const Step at = step(rest);
        if (at.kind != Step::Kind::Scalar) {
            out += "\xef\xbf\xbd";
        } else if (unsafeToShow(at.scalar)) {
            appendEscaped(out, at.scalar);
        } else {
            out += rest.substr(0, at.length);
        }
        rest.remove_prefix(at.length);
    }
    return out;
}

std::size_t utf8Prefix(std::string_view bytes) {
    std::size_t good = 0;
    while (good < bytes.size()) {
        const Step at = step(bytes.substr(good));
        if (at.kind != Step::Kind::Scalar || nonCharacter(at.scalar)) {
            break;
        }
        good += at.length;
    }
    return good;
}

bool isUtf8(std::string_view bytes) {
    return utf8Prefix(bytes) == bytes.size();
}

bool hasControl(std::string_view bytes) {
    while (!bytes.empty()) {
        const Step at = step(bytes);
        const char32_t c = at.scalar;
        if (at.kind == Step::Kind::Scalar &&
            (c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029)) {
            return true;
        }
        bytes.remove_prefix(at.length);
    }
    return false;
}

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::array<std::vector<std::size_t>, 3> rows;
    for (auto& row : rows) {
        row.resize(b.size() + 1);
    }
    for (std::size_t j = 0; j <= b.size(); ++j) {
        rows[0][j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto& now = rows[i % 3];
        const auto& before = rows[(i + 2) % 3];
        const auto& earlier = rows[(i + 1) % 3];
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            now[j] = std::min({before[j] + 1, now[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = std::min(now[j], earlier[j - 2] + 1);
            }
        }
    }
    return rows[a.size() % 3][b.size()];
}

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates) {
    constexpr std::size_t kLongest = 64;
    if (word.size() > kLongest) {
        return std::nullopt;
    }
    const std::size_t allowed = std::clamp<std::size_t>(word.size() / 3, 1, 3);
    std::optional<std::string_view> found;
    std::size_t least = allowed + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t distance = editDistance(word, candidate);
        if (distance < least) {
            least = distance;
            found = candidate;
        }
    }
    return found;
}

std::string duration(long long microseconds) {
    if (microseconds < 0) {
        return "-" + duration(microseconds == INT64_MIN ? INT64_MAX : -microseconds);
    }
    constexpr long long kSecond = 1'000'000;
    const long long fine = microseconds / 10'000 + (microseconds % 10'000 >= 5'000 ? 1 : 0);
    if (fine < 1000) {
        return hundredths(fine);
    }
    const long long seconds = microseconds / kSecond + (microseconds % kSecond >= kSecond / 2 ? 1 : 0);
    if (seconds < 60) {
        return cat(seconds, " s");
    }
    if (seconds < 3600) {
        return counted(seconds / 60, "min", seconds % 60, "s");
    }
    if (seconds < 86400) {
        return counted(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return counted(seconds / 86400, "d", seconds % 86400 / 3600, "h");
}

} // namespace ppp::core::text
