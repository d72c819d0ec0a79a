// SPDX-License-Identifier: LGPL-2.1-or-later
// Variants in, variants out.
#include "service/values.hpp"

#include <algorithm>

#include "core/handover.hpp"
#include "core/text.hpp"
#include "dbus/names.hpp"

namespace ppp::service {

namespace {

using core::text::cat;

constexpr std::size_t kShownKey = 64;
constexpr std::size_t kShownText = 256;

sdbus::Error invalidArgs(const std::string& text) {
    return bus::makeError("org.freedesktop.DBus.Error.InvalidArgs", text);
}

template <typename T> T take(const std::string& key, const sdbus::Variant& value, const char* expected) {
    if (!value.containsValueOfType<T>()) {
        throw invalidArgs(cat("option \"", key, "\" has the wrong type; expected ", expected));
    }
    return value.get<T>();
}

core::Secret secretFrom(const std::string& key, const sdbus::Variant& value) {
    if (value.containsValueOfType<std::string>()) {
        auto text = value.get<std::string>();
        core::Secret secret{text};
        std::fill(text.begin(), text.end(), '\0');
        return secret;
    }
    if (value.containsValueOfType<std::vector<std::uint8_t>>()) {
        auto bytes = value.get<std::vector<std::uint8_t>>();
        core::Secret secret{std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())};
        std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
        return secret;
    }
    throw core::Error(core::ErrorCode::InvalidProfile, cat("secret \"", core::text::harmless(key, kShownKey),
                                                           "\" has the wrong type; expected s or ay"));
}

} // namespace

VariantMap toVariants(const core::Details& details) {
    VariantMap out;
    for (const auto& [key, value] : details) {
        out.emplace(key, std::visit([](const auto& v) { return sdbus::Variant{v}; }, value));
    }
    return out;
}

VariantMap toVariants(const core::Concentrator& concentrator) {
    std::vector<std::string> services;
    for (const std::string& name : concentrator.services) {
        services.push_back(core::text::harmless(name, kShownText));
    }
    return {{"name", sdbus::Variant{core::text::harmless(concentrator.name, kShownText)}},
            {"mac", sdbus::Variant{core::showMac(concentrator.mac)}},
            {"services", sdbus::Variant{services}},
            {"cookie", sdbus::Variant{concentrator.cookie}},
            {"rtt-ms", sdbus::Variant{static_cast<double>(concentrator.roundTrip.count()) / 1000.0}}};
}

VariantMap toVariants(const core::SerialPort& port) {
    VariantMap out{{"device", sdbus::Variant{port.device}},
                   {"answers", sdbus::Variant{port.answers}},
                   {"model", sdbus::Variant{port.model}},
                   {"held-by", sdbus::Variant{port.heldBy}}};
    if (!port.error.empty()) {
        out.emplace("error", sdbus::Variant{port.error});
    }
    return out;
}

VariantMap toVariants(const core::Statistics& statistics, const Present& present, const core::Clock& clock) {
    const core::SessionFacts& session = statistics.session;
    const auto ended = static_cast<std::uint64_t>(session.upFor.count());
    return {{"sessions", sdbus::Variant{statistics.sessions}},
            {"attempts", sdbus::Variant{statistics.attempts}},
            {"failures", sdbus::Variant{statistics.failures}},
            {"total-up-us", sdbus::Variant{statistics.totalUp + present.upFor}},
            {"total-rx-bytes", sdbus::Variant{statistics.totalRx + present.rxBytes}},
            {"total-tx-bytes", sdbus::Variant{statistics.totalTx + present.txBytes}},
            {"session-started", sdbus::Variant{session.started.wall(clock)}},
            {"session-ended", sdbus::Variant{session.ended.wall(clock)}},
            {"session-up-us", sdbus::Variant{present.up ? present.upFor : ended}},
            {"session-rx-bytes", sdbus::Variant{present.up ? present.rxBytes : session.rxBytes}},
            {"session-tx-bytes", sdbus::Variant{present.up ? present.txBytes : session.txBytes}},
            {"session-reason", sdbus::Variant{session.reason}},
            {"session-address", sdbus::Variant{session.address}},
            {"session-previous-address", sdbus::Variant{session.previousAddress}}};
}

CallOptions parseOptions(const VariantMap& options, const std::vector<std::string>& allowed) {
    CallOptions out;
    for (const auto& [key, value] : options) {
        const bool known = key == "auth.no_user_interaction" ||
                           std::find(allowed.begin(), allowed.end(), key) != allowed.end();
        if (!known) {
            throw invalidArgs(cat("unknown option \"", core::text::harmless(key, kShownKey), "\""));
        }
        if (key == "wait") {
            out.wait = take<bool>(key, value, "b");
        } else if (key == "timeout") {
            out.timeout = take<std::uint32_t>(key, value, "u (seconds)");
        } else if (key == "origin") {
            out.origin = core::text::harmless(take<std::string>(key, value, "s"), kShownKey);
        } else {
            out.interactive = !take<bool>(key, value, "b");
        }
    }
    return out;
}

core::Secrets parseSecrets(const VariantMap& secrets) {
    core::Secrets out;
    for (const auto& [key, value] : secrets) {
        core::Secret secret = secretFrom(key, value);
        core::checkSecret(key, secret.view());
        out.emplace(key, std::move(secret));
    }
    return out;
}

sdbus::Error toBusError(const core::Error& error) {
    return bus::makeError(cat(names::kErrorPrefix, wire(error.code())), error.what());
}

} // namespace ppp::service
