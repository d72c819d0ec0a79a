// SPDX-License-Identifier: LGPL-2.1-or-later
// Files in memory for importers, and questions about what they made of them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "cli/import/import.hpp"

namespace ppp::test {

using cli::importing::Connection;
using cli::importing::Entry;
using cli::importing::Input;
using cli::importing::Place;
using cli::importing::Reader;
using cli::importing::Reading;
using cli::importing::Result;
using cli::importing::Verdict;
using Json = nlohmann::ordered_json;

/// A disk of its own: path to text.
struct FakeDisk {
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> locked; ///< path to why it cannot be read

    Reader reader() const {
        return [this](const std::string& path) -> Reading {
            if (const auto why = locked.find(path); why != locked.end()) {
                return {{}, why->second, false};
            }
            const auto file = files.find(path);
            return file == files.end() ? Reading{{}, "there is no such file", true}
                                       : Reading{file->second, {}, false};
        };
    }
};

/// The row whose option begins so; the last of them.
inline const Entry* row(const Connection& connection, std::string_view what) {
    const Entry* found = nullptr;
    for (const Entry& entry : connection.report) {
        if (entry.what.starts_with(what)) {
            found = &entry;
        }
    }
    return found;
}

inline std::string verdict(const Connection& connection, std::string_view what) {
    const Entry* const entry = row(connection, what);
    return entry == nullptr ? "no row" : std::string(wire(entry->verdict));
}

inline std::string secret(const Connection& connection, std::string_view key = "password") {
    const auto found = connection.secrets.find(key);
    return found == connection.secrets.end() ? "none" : std::string(found->second.view());
}

/// Everything that a person would be shown.
inline std::string shown(const Connection& connection) {
    std::string out = connection.profile.dump();
    for (const Entry& entry : connection.report) {
        out += entry.place.file + ' ' + entry.what + ' ' + entry.why + '\n';
    }
    for (const std::string& trouble : connection.troubles) {
        out += trouble + '\n';
    }
    return out;
}

} // namespace ppp::test
