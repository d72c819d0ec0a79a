// SPDX-License-Identifier: LGPL-2.1-or-later
// The port to the kernel's proxy ARP entries. As core/ports.hpp says of all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ppp::core {

/// For an address that is answered for on an interface, though it is elsewhere.
struct ProxyEntry {
    std::uint32_t interface = 0; ///< index
    std::string name;            ///< of the interface
    std::string address;         ///< IPv4
    bool operator==(const ProxyEntry&) const = default;
};

class Neighbours {
public:
    virtual ~Neighbours() = default;
    /// The entry for this address: on the interface that has ARP, is up and has the smallest network with the
    /// address in it. Nothing where there is none; then `error` is empty, or says why it could not be asked.
    virtual std::optional<ProxyEntry> placeFor(const std::string& address, std::string& error) = 0;
    enum class Owner { Nobody, Ours, Other };
    virtual Owner owner(const ProxyEntry& entry) = 0;
    /// True also where there is one. False with the kernel's words in `error`.
    virtual bool add(const ProxyEntry& entry, std::string& error) = 0;
    /// True also where it, or its interface, is gone.
    virtual bool remove(const ProxyEntry& entry, std::string& error) = 0;
    /// What keeps the kernel from answering with this entry, for a person; empty: nothing.
    virtual std::string hindrance(const ProxyEntry& entry) = 0;
};

} // namespace ppp::core
