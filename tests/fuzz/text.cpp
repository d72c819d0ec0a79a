// SPDX-License-Identifier: LGPL-2.1-or-later
// What a peer says, made fit to be shown: whatever the bytes are.
#include <algorithm>
#include <array>

#include "core/limits.hpp"
#include "core/log_line.hpp"
#include "fuzz/target.hpp"

using namespace ppp;
using namespace ppp::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Supply supply({data, size});
    const std::size_t limit = supply.word() % 2048;
    const Bytes raw = supply.rest();
    const std::string_view bytes = asText(raw);

    const std::string shown = core::text::harmless(bytes, limit);
    requireShown(shown, 4 * limit, "harmless text");
    require(core::text::harmless(shown, shown.size()) == shown, "harmless twice is harmless once", shown);
    require(shown.empty() || (shown.front() != ' ' && shown.back() != ' '), "no blanks at the ends", shown);

    const std::size_t good = core::text::utf8Prefix(bytes);
    require(good <= bytes.size() && core::text::isUtf8(bytes.substr(0, good)), "the good beginning is good");
    require(core::text::isUtf8(bytes) == (good == bytes.size()), "valid as a whole is valid to the end");

    requireShown(core::logLine(bytes), core::limits::kLogLine, "a line of the log");

    static constexpr std::array<std::string_view, 4> kWords{"password", "peer-password", "tunnel-secret",
                                                            "pin"};
    if (const auto near = core::text::nearest(bytes, kWords)) {
        require(core::text::editDistance(bytes, *near) <= 3, "near is near", *near);
        require(core::text::editDistance(*near, bytes) == core::text::editDistance(bytes, *near),
                "as far there as back");
    }
    long long span = 0;
    std::copy_n(raw.begin(), std::min(raw.size(), sizeof span), reinterpret_cast<char*>(&span));
    requireShown(core::text::duration(span), 64, "a duration");
    return 0;
}
