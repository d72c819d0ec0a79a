// SPDX-License-Identifier: LGPL-2.1-or-later
// The a{sv} of a caller: options of a call and secrets, of any type under any name.
#include <vector>

#include "fuzz/target.hpp"
#include "service/values.hpp"

using namespace ppp;
using namespace ppp::fuzz;

namespace {

std::string text(Supply& supply) {
    // What a D-Bus string cannot be does not come through the bus library.
    const std::string_view raw = asText(supply.take(supply.byte()));
    std::string out(raw.substr(0, core::text::utf8Prefix(raw)));
    return out.substr(0, out.find('\0'));
}

sdbus::Variant value(Supply& supply, int depth = 0) {
    switch (supply.byte() % 12) {
    case 0:
        return sdbus::Variant(supply.byte() % 2 == 0);
    case 1:
        return sdbus::Variant(std::uint32_t{supply.word()} << 16);
    case 2:
        return sdbus::Variant(std::int64_t{supply.word()} - 32768);
    case 3: {
        const auto bytes = supply.take(supply.word() % 1024);
        return sdbus::Variant(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
    }
    case 4:
        return sdbus::Variant(std::vector<std::string>{text(supply), text(supply)});
    case 5:
        return sdbus::Variant(static_cast<double>(supply.word()) / 0.0000001);
    case 6:
        return depth < 8 ? sdbus::Variant(value(supply, depth + 1)) : sdbus::Variant(std::uint8_t{0});
    case 7:
        return sdbus::Variant(service::VariantMap{{text(supply), sdbus::Variant(text(supply))}});
    default:
        return sdbus::Variant(text(supply));
    }
}

std::string name(Supply& supply) {
    static const std::vector<std::string> kNames{"wait",     "timeout",       "origin",
                                                 "password", "peer-password", "auth.no_user_interaction",
                                                 "pin",      "tunnel-secret"};
    const std::uint8_t which = supply.byte();
    return which < kNames.size() ? kNames[which] : text(supply);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Supply supply({data, size});
    service::VariantMap map;
    for (int n = supply.byte() % 8; n > 0; --n) {
        const std::string key = name(supply);
        map.emplace(key, value(supply));
    }
    for (const auto& allowed : {std::vector<std::string>{}, {"wait", "timeout", "origin"}}) {
        try {
            const auto options = service::parseOptions(map, allowed);
            requireShown(options.origin, 512, "the origin of a call");
            require(!options.wait || !allowed.empty(), "only what the method takes");
        } catch (const sdbus::Error& refused) {
            requireShown(refused.getMessage(), 4096, "why options are refused");
        }
    }
    try {
        for (const auto& [key, secret] : service::parseSecrets(map)) {
            core::checkSecret(key, secret.view());
        }
    } catch (const core::Error& refused) {
        requireShown(refused.what(), 4096, "why secrets are refused");
    }
    return 0;
}
