// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads files of sections in brackets with names and values below them, in the dialects of their programs.
#pragma once

#include <string>
#include <string_view>

#include "cli/import/settings.hpp"

namespace ppp::cli::importing {

struct IniDialect {
    std::string_view comments;   ///< characters that begin a comment at the beginning of a line
    bool commentsBehind = false; ///< the first of them does so anywhere in a line
    bool keepTrailing = false;   ///< blanks at the end belong to the value
    bool bareNames = false;      ///< a name without '=' is a name with an empty value
    /// As UniConf, which reads wvdial's file: what stands in braces is taken as it is, all else without
    /// quotes round it and without backslashes (wvtcl_unescape()). `{ }` is the blank that mobile networks
    /// want.
    bool braces = false;
};

/// Lines of "name = value" with the section each stands in, in the order of the file. A value outside of any
/// section, a bracket that is not closed and a line without '=' are bad lines. `text` is plainText().
Settings readIni(std::string_view text, const std::string& path, const IniDialect& dialect);

} // namespace ppp::cli::importing
