// SPDX-License-Identifier: LGPL-2.1-or-later
// Text for the man(7) macros: escaping, fonts, entries of a list.
#pragma once

#include <string>
#include <string_view>

namespace ppp::pages {

/// Plain text as it has to stand in a page: backslashes, hyphens that are to stay what they are, and lines
/// that would begin with a request.
std::string roff(std::string_view text);
std::string bold(std::string_view word);
std::string italic(std::string_view word);
/// ".TP": a tag, which is roff already, and plain text below it.
std::string entry(std::string_view tag, std::string_view text);
/// Indents what is already roff.
std::string indented(std::string_view block);

} // namespace ppp::pages
