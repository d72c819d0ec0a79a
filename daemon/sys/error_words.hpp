// SPDX-License-Identifier: LGPL-2.1-or-later
// What the C library says of an errno.
#pragma once

#include <string>
#include <system_error>

namespace ppp::sys {

/// "No such file or directory" and its like; strerror(3), for one thread and many.
inline std::string errorWords(int error) {
    return std::generic_category().message(error);
}

} // namespace ppp::sys
