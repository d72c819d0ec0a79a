// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-manager-l2tp: the engine of L2TP links; run by ppp-managerd, never by a person.
#include "engine/host/run.hpp"
#include "engine/l2tp/lac_program.hpp"

int main(int argc, char** argv) {
    using namespace ppp;
    if (l2tp::NameLookup::isLookup(argc, argv)) {
        return l2tp::NameLookup::run(argv);
    }
    return engine::runProgram([](sys::EventLoop& loop, const core::EngineTask&) {
        return std::make_unique<l2tp::LacProgram>(loop);
    });
}
