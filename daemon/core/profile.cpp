// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a whole profile, and answers what follows from one.
#include "core/profile.hpp"

#include "core/profile_check.hpp"
#include "core/profile_faults.hpp"
#include "core/profile_json.hpp"
#include "core/profile_read.hpp"

namespace ppp::core {
namespace {

/// MTU and MRU in bytes where the profile has none.
std::uint32_t usualSize(LinkType type) {
    switch (type) {
    case LinkType::Pppoe:
        return 1492; // RFC 2516, section 7
    case LinkType::Serial:
        return 1500; // RFC 1661, section 6.1
    case LinkType::L2tp:
        return 1400; // leaves room for IP, UDP, L2TP and IPsec
    }
    return 1500;
}

} // namespace

ParsedProfile parseProfile(std::string_view json) {
    Faults faults;
    Profile profile;
    if (const auto document = readJson(json, faults)) {
        readProfile(*document, profile, faults);
        if (document->is_object()) {
            checkSections(*document, faults);
        }
        Faults together;
        checkTogether(profile, together);
        faults.addNews(std::move(together));
    }
    if (!faults.none()) {
        return {std::nullopt, faults.take()};
    }
    return {std::move(profile), {}};
}

std::string describe(const std::vector<Fault>& faults) {
    std::string out;
    for (const Fault& fault : faults) {
        if (!out.empty()) {
            out += '\n';
        }
        out += fault.pointer.empty() ? fault.text : fault.pointer + ": " + fault.text;
    }
    return out;
}

std::string_view wire(LinkType type) {
    switch (type) {
    case LinkType::Pppoe:
        return "pppoe";
    case LinkType::Serial:
        return "serial";
    case LinkType::L2tp:
        return "l2tp";
    }
    return "";
}

std::uint32_t effectiveMtu(const Profile& profile) {
    return profile.ppp.mtu.value_or(usualSize(profile.type));
}

std::uint32_t effectiveMru(const Profile& profile) {
    return profile.ppp.mru.value_or(usualSize(profile.type));
}

std::string device(const Profile& profile) {
    switch (profile.type) {
    case LinkType::Pppoe:
        return profile.pppoe ? profile.pppoe->interface : std::string();
    case LinkType::Serial:
        return profile.serial ? profile.serial->device : std::string();
    case LinkType::L2tp:
        return profile.l2tp ? profile.l2tp->server : std::string();
    }
    return {};
}

} // namespace ppp::core
