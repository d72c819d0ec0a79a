// SPDX-License-Identifier: LGPL-2.1-or-later
// The pid files of a pppd that was killed before it could remove them itself.
#pragma once

#include <cstdint>
#include <string>

namespace ppp::sys {

/// Removes the files NAME.pid of this folder that hold this process id and nothing else. To be called while
/// that id cannot belong to another pppd: right after the end of the process. What cannot be read is left
/// alone.
void removePidFiles(const std::string& folder, std::uint32_t pid);

} // namespace ppp::sys
