// SPDX-License-Identifier: LGPL-2.1-or-later
// A small JSON file a line, replaced in one step.
#include "engine/serial/line_record.hpp"

#include <cstdio>
#include <exception>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/line_lock.hpp"

namespace ppp::engine {
namespace {

using core::text::cat;
using nlohmann::json;

std::string pathOf(const std::string& folder, const std::string& device) {
    return cat(folder, "/", sys::lockName(device), ".json");
}

} // namespace

void saveLineRecord(const std::string& folder, const std::string& device, const LineRecord& record) {
    const json out = {{"found", record.found.toHex()},
                      {"applied", record.applied.toHex()},
                      {"discipline", record.discipline},
                      {"mode", record.mode},
                      {"pppd", record.pppd},
                      {"pppd-started", record.pppdStarted}};
    mkdir(folder.c_str(), 0700);
    const std::string path = pathOf(folder, device);
    const std::string draft = cat(path, ".new");
    std::ofstream file(draft, std::ios::trunc);
    file << out.dump();
    file.close();
    if (file.good()) {
        rename(draft.c_str(), path.c_str());
    } else {
        unlink(draft.c_str());
    }
}

std::optional<LineRecord> loadLineRecord(const std::string& folder, const std::string& device) try {
    std::ifstream file(pathOf(folder, device));
    if (!file) {
        return std::nullopt;
    }
    const json in = json::parse(file);
    const auto found = TtySettings::fromHex(in.at("found").get<std::string>());
    const auto applied = TtySettings::fromHex(in.at("applied").get<std::string>());
    if (!found || !applied) {
        return std::nullopt;
    }
    return LineRecord{*found,
                      *applied,
                      in.at("discipline").get<int>(),
                      in.at("mode").get<std::uint32_t>(),
                      in.at("pppd").get<std::uint32_t>(),
                      in.at("pppd-started").get<std::uint64_t>()};
} catch (const std::exception&) {
    return std::nullopt;
}

void removeLineRecord(const std::string& folder, const std::string& device) {
    unlink(pathOf(folder, device).c_str());
    rmdir(folder.c_str()); // where it was the last one
}

std::uint64_t startOf(std::uint32_t pid) {
    std::ifstream file(cat("/proc/", pid, "/stat"));
    std::ostringstream text;
    text << file.rdbuf();
    const std::string all = text.str();
    const auto name = all.rfind(')'); // the name may hold anything
    if (name == std::string::npos) {
        return 0;
    }
    std::istringstream rest(all.substr(name + 1));
    constexpr int kFieldsBefore = 19; // from the state, field 3
    std::string skipped;
    for (int i = 0; i < kFieldsBefore; ++i) {
        rest >> skipped;
    }
    std::uint64_t start = 0;
    rest >> start;
    return start;
}

} // namespace ppp::engine
