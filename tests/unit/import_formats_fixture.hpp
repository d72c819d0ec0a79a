// SPDX-License-Identifier: LGPL-2.1-or-later
// The sample files of tests/unit/import, and a machine whose other files are those too.
#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "cli/import/import.hpp"

namespace ppp::cli::importing {

inline std::string sample(const std::string& name) {
    std::ifstream file(std::string(PPP_SOURCE_DIR "/tests/unit/import/") + name, std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Files that importers may ask for.
class Disk {
public:
    void add(const std::string& path, std::string text) { files_[path] = std::move(text); }
    Reader reader() const {
        return [this](const std::string& path) -> Reading {
            const auto found = files_.find(path);
            if (found == files_.end()) {
                return {std::nullopt, "there is no such file", true};
            }
            return {found->second, "", false};
        };
    }

private:
    std::map<std::string, std::string> files_;
};

/// What stands where on the machine of the samples.
inline Disk machine() {
    Disk disk;
    disk.add("/etc/ppp/pap-secrets", sample("pap-secrets"));
    disk.add("/etc/sysconfig/network-scripts/keys-ppp0", sample("keys-ppp0"));
    disk.add("/etc/sysconfig/network-scripts/chat-ppp1", sample("chat-ppp1"));
    disk.add("/etc/ppp/options.l2tpd.client", sample("options.l2tpd.client"));
    disk.add("/etc/xl2tpd/l2tp-secrets", sample("l2tp-secrets"));
    disk.add("/etc/wvdial.conf", sample("wvdial.conf"));
    return disk;
}

/// One file for the importer that the table finds for it, judged.
inline Result imported(const std::string& path, std::string text, const Disk& disk = machine()) {
    const Format* const format = detectFormat(path, text);
    EXPECT_NE(format, nullptr) << path;
    if (format == nullptr) {
        return {};
    }
    Result result = format->read({path, std::move(text), disk.reader()});
    judge(result);
    return result;
}

inline std::string rows(const std::vector<Entry>& report) {
    std::string out;
    for (const Entry& entry : report) {
        out += entry.place.file + ':' + std::to_string(entry.place.line) + ' ' + entry.what + " | " +
               std::string(wire(entry.verdict)) + " | " + entry.why + '\n';
    }
    return out;
}

inline std::string said(const Result& result) {
    std::string out = rows(result.report);
    for (const Connection& connection : result.connections) {
        out += rows(connection.report) + connection.profile.dump() + '\n';
        for (const std::string& trouble : connection.troubles) {
            out += trouble + '\n';
        }
    }
    for (const std::string& trouble : result.troubles) {
        out += trouble + '\n';
    }
    return out;
}

/// The row for a line of the file itself that begins so; nothing where there is none.
inline const Entry* row(const Connection& connection, std::string_view what) {
    const auto found = std::find_if(connection.report.begin(), connection.report.end(),
                                    [&](const Entry& entry) { return entry.what.starts_with(what); });
    return found == connection.report.end() ? nullptr : &*found;
}

inline Verdict verdict(const Connection& connection, std::string_view what) {
    const Entry* const entry = row(connection, what);
    EXPECT_NE(entry, nullptr) << what << "\n" << rows(connection.report);
    return entry == nullptr ? Verdict::Default : entry->verdict;
}

inline std::string secret(const Connection& connection, std::string_view key) {
    const auto found = connection.secrets.find(key);
    return found == connection.secrets.end() ? "(none)" : std::string(found->second.view());
}

inline nlohmann::json json(const char* text) {
    return nlohmann::json::parse(text);
}

} // namespace ppp::cli::importing
