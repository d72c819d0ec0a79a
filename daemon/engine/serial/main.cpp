// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-manager-serial: the engine of a serial link, started by ppp-managerd with its order as descriptor 5.
#include "engine/host/run.hpp"
#include "engine/serial/serial_program.hpp"

int main() {
    return ppp::engine::runProgram([](ppp::sys::EventLoop& loop, const ppp::core::EngineTask&) {
        return std::make_unique<ppp::engine::SerialProgram>(loop);
    });
}
