// SPDX-License-Identifier: LGPL-2.1-or-later
// main() of an engine program, but for what it does.
#pragma once

#include <functional>
#include <memory>

#include "engine/host/engine_host.hpp"

namespace ppp::engine {

/// A program is made before its host: it is bound to it before anything is asked of it.
class BoundProgram : public Program {
public:
    virtual void bind(EngineHost& host) = 0;
};

using MakeProgram =
    std::function<std::unique_ptr<BoundProgram>(sys::EventLoop& loop, const core::EngineTask& task)>;

/// Reads the order, runs the program until it finishes, and ends as pppd ended: the exit code for main(), or
/// not at all where pppd was killed by a signal.
int runProgram(const MakeProgram& make);

} // namespace ppp::engine
