// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading the files that an import is made of: the one place where importers meet the disk.
#pragma once

#include "cli/import/import.hpp"

namespace ppp::cli::importing {

/// A regular file of at most kFileSize bytes, as the caller may read it; never waits for a pipe or a device;
/// absolute paths only.
Reading readDisk(const std::string& path);

} // namespace ppp::cli::importing
