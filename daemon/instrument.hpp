// SPDX-License-Identifier: LGPL-2.1-or-later
// Where something may be put between the daemon and the machine: nothing in the daemon that is installed
// (instrument_none.cpp), sudden death at every step in the one for tests (tests/faults).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/ports.hpp"
#include "sys/engine_keeper.hpp"

namespace ppp {

class Instrument {
public:
    virtual ~Instrument() = default;
    /// What the core gets instead of `real`; owned by this, and both outlive the core.
    virtual core::Ports ports(const core::Ports& real) = 0;
    /// What the engine launcher gets instead of `real`.
    virtual sys::FdKeeper& keeper(sys::FdKeeper& real) = 0;
    /// Before a step of main's own.
    virtual void step(const std::string& what) = 0;
};

std::unique_ptr<Instrument> makeInstrument();

} // namespace ppp
