// SPDX-License-Identifier: LGPL-2.1-or-later
// A text in a file that nobody else can read, for a program that changes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ppp::cli {

/// At most `limit` + 1 bytes of a file. Throws std::system_error, also where it is no regular file.
std::string readText(const std::string& path, std::size_t limit);

class PrivateText {
public:
    /// A new folder (0700) below TMPDIR or /tmp with the file `name` (0600) in it. Throws std::system_error.
    PrivateText(const std::string& name, std::string_view text);
    /// Removes folder and file, and what an editor left beside it, unless keep() was called.
    ~PrivateText();
    PrivateText(const PrivateText&) = delete;
    PrivateText& operator=(const PrivateText&) = delete;

    const std::string& path() const { return path_; }
    /// What the file holds now, as readText().
    std::string read(std::size_t limit) const;
    /// It stays: somebody was told where it is.
    void keep() { kept_ = true; }

private:
    std::string folder_;
    std::string path_;
    bool kept_ = false;
};

} // namespace ppp::cli
