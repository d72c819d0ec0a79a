// SPDX-License-Identifier: LGPL-2.1-or-later
// What programs say that we started: pppd on its way out and in its log, and the runner of hooks.
#include "core/cause.hpp"
#include "core/engine_message.hpp"
#include "core/hook_order.hpp"
#include "core/limits.hpp"
#include "core/log_line.hpp"
#include "fuzz/target.hpp"

using namespace ppp;
using namespace ppp::fuzz;

namespace {

constexpr std::size_t kCause = 16384; // bytes

void verdicts(Supply supply) {
    core::Sightings seen;
    core::EngineEnd end;
    const std::uint8_t how = supply.byte();
    (how < 128 ? end.code : end.signal) = how % 32;
    // A few things that it reported before.
    for (int n = supply.byte() % 8; n > 0; --n) {
        if (const auto event = core::decodeEngineMessage(supply.piece())) {
            core::see(seen, *event);
        }
    }
    end.words = asText(supply.rest());
    for (const auto type : {core::LinkType::Pppoe, core::LinkType::Serial, core::LinkType::L2tp}) {
        const core::Cause cause = core::judge(seen, end, type);
        requireShown(cause.text, kCause, "why a link ended");
        require(cause.reason != core::Reason::None, "an end has a reason");
        requireShown(core::foresee(seen, type).text, kCause, "why a link ends");
    }
    requireShown(core::startFailure(core::text::harmless(end.words, core::limits::kPeerText)).text, kCause,
                 "why pppd did not start");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = asText({data, size});
    verdicts(Supply({data, size}));
    requireShown(core::logLine(text), core::limits::kLogLine, "a line of the log");
    bool complete = false;
    const core::HookReport report = core::hookReportFrom(text, complete);
    for (const core::HookFailure& failure : report.failures) {
        requireShown(failure.hook, 2048, "the name of a hook");
        requireShown(failure.text, 4096, "how a hook failed");
    }
    require(report.failures.size() <= 32, "failures are bounded");
    return 0;
}
