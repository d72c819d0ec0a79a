// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of the bus contract that are not in the XML: bus name, paths, error prefix, polkit actions, label
// escaping.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ppp::names {

inline constexpr const char* kBusName = "org.ppp.Manager";
inline constexpr const char* kRootPath = "/org/ppp";
inline constexpr const char* kManagerPath = "/org/ppp/Manager";
inline constexpr const char* kConnectionPrefix = "/org/ppp/Connection/";
inline constexpr const char* kManagerInterface = "org.ppp.Manager";
inline constexpr const char* kConnectionInterface = "org.ppp.Connection";
inline constexpr const char* kErrorPrefix = "org.ppp.Error.";

inline constexpr const char* kActionControl = "org.ppp.manager.control";
inline constexpr const char* kActionModify = "org.ppp.manager.modify";
inline constexpr const char* kActionDebug = "org.ppp.manager.debug";

/// systemd's bus-label escaping (sd_bus_path_encode(3)): letters and digits stay, a leading digit and all
/// else become _xx.
inline std::string label(std::string_view name) {
    constexpr const char* hex = "0123456789abcdef";
    if (name.empty()) {
        return "_";
    }
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (digit && i > 0)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '_';
            out += hex[byte >> 4];
            out += hex[byte & 15];
        }
    }
    return out;
}

inline std::string connectionPath(std::string_view name) {
    return kConnectionPrefix + label(name);
}

} // namespace ppp::names
