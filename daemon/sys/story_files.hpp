// SPDX-License-Identifier: LGPL-2.1-or-later
// The stories of connections as files: FOLDER/stories/NAME, one JSON text a line.
#pragma once

#include <string>

#include "core/ports.hpp"

namespace ppp::sys {

/// Files are 0600 in a folder made 0700; not flushed, since the runtime folder lies in memory. Names are
/// those of connections (core::validName); others are refused with EINVAL and not listed.
class StoryFiles final : public core::StoryStore {
public:
    /// Makes the folder; throws std::system_error where that is impossible.
    explicit StoryFiles(const std::string& folder);

    std::vector<std::string> names() override;
    /// One that is longer than any of ours (4 MiB) is removed and empty.
    std::string load(const std::string& name) override;
    void append(const std::string& name, const std::string& lines) override;
    void replace(const std::string& name, const std::string& lines) override;
    void remove(const std::string& name) override;

private:
    std::string stories_;
};

} // namespace ppp::sys
