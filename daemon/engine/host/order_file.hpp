// SPDX-License-Identifier: LGPL-2.1-or-later
// The order as it comes: a sealed file in memory.
#pragma once

#include <optional>

#include "core/engine_order.hpp"

namespace ppp::engine {

/// Reads the whole file; nothing where it is no order.
std::optional<core::EngineTask> readOrder(int fd);

} // namespace ppp::engine
