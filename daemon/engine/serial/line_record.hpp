// SPDX-License-Identifier: LGPL-2.1-or-later
// What has to be given back of a line, kept in the runtime folder for the case that its engine is killed: the
// next engine of the line reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/serial/tty_settings.hpp"

namespace ppp::engine {

struct LineRecord {
    TtySettings found;             ///< as they were before us
    TtySettings applied;           ///< as we made them
    int discipline = 0;            ///< as it was before us
    std::uint32_t mode = 0;        ///< permissions of the node, as they were before us
    std::uint32_t pppd = 0;        ///< process id; 0: none yet
    std::uint64_t pppdStarted = 0; ///< its start, in ticks since boot: tells it from another of that id
};

/// All of these: errors mean that there is no record, which costs no more than the settings after a crash.
void saveLineRecord(const std::string& folder, const std::string& device, const LineRecord& record);
std::optional<LineRecord> loadLineRecord(const std::string& folder, const std::string& device);
void removeLineRecord(const std::string& folder, const std::string& device);

/// proc(5), stat, field 22; 0 where there is no such process.
std::uint64_t startOf(std::uint32_t pid);

} // namespace ppp::engine
