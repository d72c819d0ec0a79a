// SPDX-License-Identifier: LGPL-2.1-or-later
// What a text of a profile may be: one rule a kind of value, with the words that say what was expected.
#pragma once

#include <string_view>

namespace ppp::core {

struct TextRule {
    bool (*holds)(std::string_view text); ///< asked for non-empty UTF-8 without control characters only
    std::string_view expected;            ///< completes "expected ..."
};

namespace rules {

extern const TextRule kAnyText;
extern const TextRule kInterface;   ///< dev_valid_name() of the kernel's net/core/dev.c
extern const TextRule kMac;         ///< unicast Ethernet address
extern const TextRule kHostUniq;    ///< RFC 2516 Host-Uniq tag in hex, 1 to 64 bytes
extern const TextRule kTtyDevice;   ///< absolute path below /dev
extern const TextRule kPhoneNumber; ///< what may follow ATD (ITU-T V.250, 6.3.1)
extern const TextRule kServer;      ///< IPv4 or IPv6 address or host name
extern const TextRule kHostName;    ///< RFC 1123, section 2.1
extern const TextRule kIp4Address;  ///< one that pppd takes for an end of the link
extern const TextRule kPrefix;      ///< of either family, not the default route
extern const TextRule kGateway;     ///< of either family
extern const TextRule kIp4Mask;     ///< ones, then zeros
extern const TextRule kInterfaceId; ///< RFC 5072, section 4.1, written as an address with 64 zero bits before
extern const TextRule kDnsServer;
extern const TextRule kSearchDomain; ///< "example.net", "~example.net" (routing only), "~."
extern const TextRule kTimeOfDay;    ///< 24 hours
extern const TextRule kZone;

} // namespace rules
} // namespace ppp::core
