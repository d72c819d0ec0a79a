// SPDX-License-Identifier: LGPL-2.1-or-later
// The runtime folder's records as files: FOLDER/records/NAME.json.
#pragma once

#include <string>

#include "core/ports.hpp"

namespace ppp::sys {

/// Files are replaced atomically, 0600, in a folder made 0700; not flushed, since the runtime folder lies in
/// memory. A name is one to 80 of [A-Za-z0-9._-]; it may start with a dot (records of no connection), but not
/// with ".tmp-".
class RecordFiles final : public core::RecordStore {
public:
    /// Makes the folder; throws std::system_error where that is impossible.
    explicit RecordFiles(const std::string& folder);

    void save(const std::string& name, const std::string& json) override;
    /// No error where absent; throws std::system_error.
    void remove(const std::string& name) override;
    /// Sorted by name. What cannot be read, or is longer than any record of ours, is left out.
    std::vector<std::pair<std::string, std::string>> loadAll() override;

private:
    std::string records_;
};

} // namespace ppp::sys
