// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules for texts in a profile.
#include "core/profile_rules.hpp"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/limits.hpp"
#include "core/profile.hpp"

namespace ppp::core {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool isPrintable(char c) {
    return c >= 0x20 && c <= 0x7e;
}

std::optional<std::uint32_t> ip4(std::string_view text) {
    in_addr address{};
    if (inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) {
        return std::nullopt;
    }
    return ntohl(address.s_addr);
}

std::optional<std::array<std::uint8_t, 16>> ip6(std::string_view text) {
    std::array<std::uint8_t, 16> address{};
    if (inet_pton(AF_INET6, std::string(text).c_str(), address.data()) != 1) {
        return std::nullopt;
    }
    return address;
}

bool allZero(std::span<const std::uint8_t> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}

bool anyText(std::string_view) {
    return true;
}

bool interfaceName(std::string_view text) {
    return text.size() < IFNAMSIZ && text != "." && text != ".." &&
           text.find_first_of("/: \t\n\v\f\r") == std::string_view::npos;
}

bool mac(std::string_view text) {
    if (text.size() != 17) {
        return false;
    }
    std::array<std::uint8_t, 6> octets{};
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const char* const at = text.data() + i * 3;
        const auto read = std::from_chars(at, at + 2, octets[i], 16);
        if (read.ec != std::errc{} || read.ptr != at + 2 || (i < 5 && at[2] != ':')) {
            return false;
        }
    }
    constexpr std::uint8_t kGroupBit = 1;
    return (octets[0] & kGroupBit) == 0 && !allZero(octets);
}

bool hostUniq(std::string_view text) {
    return text.size() % 2 == 0 && text.size() <= 128 && std::all_of(text.begin(), text.end(), isHex);
}

bool ttyDevice(std::string_view text) {
    constexpr std::string_view kRoot = "/dev/";
    if (!text.starts_with(kRoot) || text.size() > 255) {
        return false;
    }
    for (std::string_view rest = text.substr(kRoot.size());;) {
        const std::size_t slash = rest.find('/');
        const std::string_view part = rest.substr(0, slash);
        if (part.empty() || part == "." || part == "..") {
            return false;
        }
        if (slash == std::string_view::npos) {
            return true;
        }
        rest.remove_prefix(slash + 1);
    }
}

bool phoneNumber(std::string_view text) {
    return text.size() <= 128 && std::all_of(text.begin(), text.end(), isPrintable);
}

bool hostName(std::string_view text) {
    if (text.ends_with('.')) {
        text.remove_suffix(1);
    }
    if (text.empty() || text.size() > 253) {
        return false;
    }
    while (true) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        const bool letters = std::all_of(label.begin(), label.end(), [](char c) {
            return isLetter(c) || isDigit(c) || c == '-' || c == '_';
        });
        if (label.empty() || label.size() > 63 || !letters || label.front() == '-' || label.back() == '-') {
            return false;
        }
        if (dot == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(dot + 1);
    }
}

/// A dotted quad that is none would otherwise pass as a host name.
bool looksNumeric(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || c == '.'; });
}

bool server(std::string_view text) {
    return ip4(text) || ip6(text) || (hostName(text) && !looksNumeric(text));
}

bool ip4Address(std::string_view text) {
    const auto address = ip4(text);
    return address && *address != 0 && (*address >> 24) != 127 && *address < 0xe0000000;
}

bool ip4Prefix(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return false;
    }
    const auto address = ip4(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    if (!address || !whole || length == 0 || length > 32 || digits.size() > 2) {
        return false;
    }
    return length == 32 || (*address & (0xffffffffU >> length)) == 0;
}

bool ip6Prefix(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return false;
    }
    const auto address = ip6(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    unsigned length = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    if (!address || !whole || length == 0 || length > 128 || digits.size() > 3) {
        return false;
    }
    for (unsigned bit = length; bit < 128; ++bit) {
        if (((*address)[bit / 8] & (0x80U >> (bit % 8))) != 0) {
            return false;
        }
    }
    return true;
}

bool prefix(std::string_view text) {
    return ip4Prefix(text) || ip6Prefix(text);
}

bool gateway(std::string_view text) {
    const auto six = ip6(text);
    return ip4Address(text) || (six && !allZero(*six) && six->front() != 0xff);
}

bool ip4Mask(std::string_view text) {
    const auto mask = ip4(text);
    return mask && *mask != 0 && ((~*mask + 1) & ~*mask) == 0;
}

bool interfaceId(std::string_view text) {
    const auto address = ip6(text);
    return address && allZero(std::span(*address).first<8>()) && !allZero(std::span(*address).last<8>());
}

bool dnsServer(std::string_view text) {
    if (const auto four = ip4(text)) {
        return *four != 0 && *four < 0xe0000000;
    }
    const auto six = ip6(text);
    return six && !allZero(*six) && six->front() != 0xff;
}

bool searchDomain(std::string_view text) {
    if (text == "~.") {
        return true;
    }
    if (text.starts_with('~')) {
        text.remove_prefix(1);
    }
    return hostName(text);
}

bool timeOfDay(std::string_view text) {
    if (text.size() != 5 || text[2] != ':' || !isDigit(text[0]) || !isDigit(text[1]) || !isDigit(text[3]) ||
        !isDigit(text[4])) {
        return false;
    }
    return text.substr(0, 2) < "24" && text[3] < '6';
}

bool zone(std::string_view text) {
    return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return isLetter(c) || isDigit(c) || c == '-' || c == '_' || c == '.' || c == '/';
           });
}

} // namespace

bool validName(std::string_view name) {
    return !name.empty() && name.size() <= limits::kNameLength && name.front() != '.' &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return isLetter(c) || isDigit(c) || c == '.' || c == '_' || c == '-'; });
}

namespace rules {

constinit const TextRule kAnyText{anyText, "text"};
constinit const TextRule kInterface{
    interfaceName, R"(an interface name: 1 to 15 bytes without '/', ':' and white space, not "." or "..")"};
constinit const TextRule kMac{mac, "an Ethernet address of one station, such as \"00:11:22:33:44:55\""};
constinit const TextRule kHostUniq{hostUniq, "an even number of hex digits, at most 128"};
constinit const TextRule kTtyDevice{ttyDevice, "the path of a device below /dev, such as \"/dev/ttyUSB0\""};
constinit const TextRule kPhoneNumber{phoneNumber,
                                      "a number to dial: at most 128 printable ASCII characters"};
constinit const TextRule kServer{server, "a host name or an IP address"};
constinit const TextRule kHostName{hostName, "a host name"};
constinit const TextRule kIp4Address{ip4Address, "an IPv4 address of one host, such as \"10.0.0.1\""};
constinit const TextRule kPrefix{
    prefix, "an IPv4 or IPv6 prefix with no bits set behind its length, such as \"10.0.0.0/8\" or "
            "\"2001:db8::/32\" (for a default route there is /ipv4/default-route)"};
constinit const TextRule kGateway{gateway, "the IPv4 or IPv6 address of one host"};
constinit const TextRule kIp4Mask{ip4Mask, "a netmask such as \"255.255.255.255\""};
constinit const TextRule kInterfaceId{interfaceId,
                                      R"(an interface identifier, such as "::1" or "::1:2:3:4")"};
constinit const TextRule kDnsServer{dnsServer, "the IPv4 or IPv6 address of a DNS server"};
constinit const TextRule kSearchDomain{
    searchDomain, R"(a domain, such as "example.net", or "~example.net" to only route to it)"};
constinit const TextRule kTimeOfDay{timeOfDay, R"(a time of day from "00:00" to "23:59")"};
constinit const TextRule kZone{zone, "a zone: at most 64 of letters, digits, '-', '_', '.' and '/'"};

} // namespace rules
} // namespace ppp::core
