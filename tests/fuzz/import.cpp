// SPDX-License-Identifier: LGPL-2.1-or-later
// An importer (PPP_FUZZ_FORMAT says which) over files that say anything. The input is a small disk: a line
// "=== /path" begins a file, the first one is imported, the others are there to be read.
#include <algorithm>
#include <map>
#include <vector>

#include "cli/import/import.hpp"
#include "core/profile.hpp"
#include "core/profile_keys.hpp"
#include "fuzz/target.hpp"

using namespace ppp;
using namespace ppp::fuzz;
using namespace ppp::cli::importing;

namespace {

struct Disk {
    std::string first; ///< path
    std::map<std::string, std::string> files;
    unsigned reads = 0;
};

Disk diskOf(std::string_view text) {
    constexpr std::string_view kMark = "=== ";
    Disk disk;
    std::string* file = nullptr;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end);
        if (line.starts_with(kMark)) {
            const std::string path(trim(line.substr(kMark.size())));
            disk.first = disk.first.empty() ? path : disk.first;
            file = &disk.files[path];
        } else if (file != nullptr) {
            *file += line;
        }
    }
    return disk;
}

void rowsAreFit(const std::vector<Entry>& report, const Connection* connection) {
    require(report.size() <= kEntries + 1, "a report is bounded");
    for (const Entry& entry : report) {
        requireShown(entry.what, 4096, "an option in the report");
        requireShown(entry.why, 4096, "what became of an option");
        require(!entry.why.empty(), "each option has a word on what became of it", entry.what);
        const bool key = connection != nullptr && entry.verdict == Verdict::Taken &&
                         entry.why.starts_with('/') && entry.why.find(' ') == std::string::npos;
        require(!key || connection->has(entry.why) || core::findKey(entry.why) != nullptr,
                "what was taken has a key of a profile", entry.what + " " + entry.why);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = asText({data, size});
    Disk disk = diskOf(text);
    const Reader reader = [&](const std::string& path) -> Reading {
        require(++disk.reads <= 4096, "an import reads a bounded number of files");
        const auto found = disk.files.find(path);
        return found == disk.files.end() ? Reading{{}, "there is no such file", true}
                                         : Reading{found->second, {}, false};
    };
    const std::string path = disk.first.starts_with('/') ? disk.first : "/etc/somewhere";
    const std::string file = disk.files.contains(path) ? disk.files[path] : std::string(text);

    detectFormat(path, file);
    Result result = findFormat(PPP_FUZZ_FORMAT)->read({path, file, reader});
    judge(result);
    rowsAreFit(result.report, nullptr);
    require(!result.connections.empty() || !result.troubles.empty() || !result.report.empty(),
            "where nothing is found it is said why");
    for (const Connection& connection : result.connections) {
        rowsAreFit(connection.report, &connection);
        // As the verb stores it: without a trouble it must be a profile.
        const auto stored = connection.profile.dump();
        require(!connection.troubles.empty() || core::parseProfile(stored).profile.has_value(),
                "what has no trouble is a profile", stored);
        for (const auto& [key, secret] : connection.secrets) {
            core::checkSecret(key, secret.view());
        }
    }
    return 0;
}
