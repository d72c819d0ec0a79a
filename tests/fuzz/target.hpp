// SPDX-License-Identifier: LGPL-2.1-or-later
// What every fuzz target has in common: how it is entered, how it takes its input apart, and how it says that
// something must hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "core/text.hpp"

/// Runs the target once; libFuzzer or driver.cpp calls it. Always 0: what must not be ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace ppp::fuzz {

using Bytes = std::span<const std::uint8_t>;

inline std::string_view asText(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Ends the process (SIGABRT) with these words where it does not hold.
inline void require(bool holds, std::string_view what, std::string_view seen = {}) {
    if (!holds) {
        std::fprintf(stderr, "broken: %.*s: %s\n", static_cast<int>(what.size()), what.data(),
                     core::text::harmless(seen, 4096).c_str());
        std::abort();
    }
}

/// Fit for the bus, a log and a terminal: valid UTF-8, no control characters, nothing that turns the
/// direction of the text, and not more than `most` bytes.
inline void requireShown(std::string_view text, std::size_t most, std::string_view what) {
    require(core::text::isUtf8(text), what, text);
    require(!core::text::hasControl(text), what, text);
    for (const std::string_view mark :
         {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
          "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9"}) {
        require(text.find(mark) == std::string_view::npos, what, text);
    }
    require(text.size() <= most, what, text.substr(0, 256));
}

/// The input as numbers and pieces, from its beginning; zeros and nothing once it is used up.
class Supply {
public:
    explicit Supply(Bytes bytes) : rest_(bytes) {}

    bool empty() const { return rest_.empty(); }
    std::uint8_t byte() {
        const Bytes one = take(1);
        return one.empty() ? std::uint8_t{0} : one[0];
    }
    std::uint16_t word() {
        const unsigned high = byte();
        return static_cast<std::uint16_t>(high << 8 | byte());
    }
    Bytes take(std::size_t count) {
        const Bytes piece = rest_.first(count < rest_.size() ? count : rest_.size());
        rest_ = rest_.subspan(piece.size());
        return piece;
    }
    /// A piece with its length in front of it, in two bytes.
    Bytes piece() { return take(word()); }
    Bytes rest() { return take(rest_.size()); }

private:
    Bytes rest_;
};

} // namespace ppp::fuzz
