// SPDX-License-Identifier: LGPL-2.1-or-later
// What an engine program (serial line, L2TP tunnel) is to do: said by the daemon, read by the program. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/profile.hpp"

namespace ppp::core {

/// No secret is in it: those come over the engine socket.
struct EngineTask {
    std::string connection;
    std::string pppd;                   ///< absolute path
    std::vector<std::string> arguments; ///< pppd's, without argv[0]; the program may add to them
    std::string pidFiles;               ///< folder in which pppd leaves them
    std::string locks;                  ///< folder of the lock files of ttys (FHS 5.9)
    std::string state; ///< folder for what has to be given back after a crash; it may not exist
    LinkType type = LinkType::Serial;
    bool pinStored = false;              ///< the modem is asked whether it wants it, before it dials
    std::optional<SerialSection> serial; ///< with this type
    std::optional<L2tpSection> l2tp;     ///< with this type
};

std::string toJson(const EngineTask& task);
/// Nothing where the text is not such a task or its section is not valid; never throws.
std::optional<EngineTask> engineTaskFromJson(std::string_view json);

} // namespace ppp::core
