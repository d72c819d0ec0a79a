// SPDX-License-Identifier: LGPL-2.1-or-later
// Gathers what is wrong with a profile, and words it: pointers and quoted values are fit for a log whatever
// the file holds.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/profile.hpp"

namespace ppp::core {

class Faults {
public:
    void add(std::string_view pointer, std::string text);
    bool none() const { return faults_.empty(); }
    /// Adds those of `later` that are not about a value (or something in it) which has a fault already.
    void addNews(Faults later);
    /// At most limits::kProfileFaults, and one more that counts the rest. Empties the collection.
    std::vector<Fault> take();

private:
    std::vector<Fault> faults_;
    std::size_t more_ = 0;
};

/// The pointer of a member: '~' and '/' of the key are escaped (RFC 6901, section 3).
std::string memberPointer(std::string_view parent, std::string_view key);
/// The pointer of a list's item.
std::string itemPointer(std::string_view parent, std::size_t index);

/// A value of the file in double quotes, harmless, cut to 64 bytes with "..." behind.
std::string inQuotes(std::string_view value);
/// "a", "b" or "c"
std::string alternatives(std::span<const std::string_view> words);

} // namespace ppp::core
