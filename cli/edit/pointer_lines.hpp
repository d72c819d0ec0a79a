// SPDX-License-Identifier: LGPL-2.1-or-later
// Where in a text a JSON pointer points to.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace ppp::cli {

/// The members and items of a JSON text with comments, as far as it can be read: one that breaks off has
/// those before the break.
class PointerLines {
public:
    explicit PointerLines(std::string_view json);

    /// The line, from 1, of the member or item, or of the nearest one around it that is there: the place for
    /// what is missing. Of a key that stands twice, the later. `pointer` as the daemon says it
    /// (core/profile_faults.hpp);
    /// "" and what cannot be found are the line of the outermost value.
    std::size_t lineOf(std::string_view pointer) const;
    bool knows(std::string_view pointer) const { return lines_.find(pointer) != lines_.end(); }

private:
    friend class PointerScanner;
    std::map<std::string, std::size_t, std::less<>> lines_;
};

/// One fault of a profile, and where it is.
struct PlacedFault {
    std::size_t line = 0; ///< 0: of the whole
    std::string pointer;
    std::string text;
};

/// The fault that one line of InvalidProfile's text tells, "/pppoe/interface: is missing", placed in `json`.
PlacedFault placed(std::string_view fault, std::string_view json, const PointerLines& lines);

} // namespace ppp::cli
