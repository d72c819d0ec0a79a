// SPDX-License-Identifier: LGPL-2.1-or-later
// Between a{sv} and the values of core; the only code that looks into a Variant.
#pragma once

#include <map>
#include <string>

#include "core/details.hpp"
#include "core/error.hpp"
#include "core/secret.hpp"
#include "core/services.hpp"
#include "core/view.hpp"
#include "dbus/sdbus_compat.hpp"

namespace ppp::service {

using VariantMap = std::map<std::string, sdbus::Variant>;

VariantMap toVariants(const core::Details& details);
VariantMap toVariants(const core::Concentrator& concentrator);
VariantMap toVariants(const core::SerialPort& port);

/// What a link that is up has done so far.
struct Present {
    bool up = false;
    std::uint64_t upFor = 0; ///< µs
    std::uint64_t rxBytes = 0, txBytes = 0;
};
/// What GetStatistics tells beside the counters of the interface.
VariantMap toVariants(const core::Statistics& statistics, const Present& present, const core::Clock& clock);

/// The options of a call. Unknown names and wrong types throw sdbus::Error InvalidArgs that says what was
/// expected.
struct CallOptions {
    bool wait = false;
    std::uint32_t timeout = 0; ///< seconds
    bool interactive = true;   ///< false: auth.no_user_interaction was set
    std::string origin;
};
/// `allowed`: which of wait, timeout, origin this method takes.
CallOptions parseOptions(const VariantMap& options, const std::vector<std::string>& allowed);

/// Each value s or ay. Throws core::Error{InvalidProfile} for unknown keys, wrong types and what checkSecret
/// refuses.
core::Secrets parseSecrets(const VariantMap& secrets);

sdbus::Error toBusError(const core::Error& error);

/// Runs a handler; whatever it throws leaves as an sdbus::Error: nothing else may cross the C frames of
/// libsystemd.
template <typename Handler> auto guard(Handler&& handler) -> decltype(handler()) {
    try {
        return handler();
    } catch (const sdbus::Error&) {
        throw;
    } catch (const core::Error& error) {
        throw toBusError(error);
    } catch (const std::exception& error) {
        throw toBusError(core::Error(core::ErrorCode::Failed, error.what()));
    }
}

} // namespace ppp::service
