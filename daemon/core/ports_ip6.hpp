// SPDX-License-Identifier: LGPL-2.1-or-later
// What the core needs of the machine for IPv6 beyond the peer: the interface's settings, routers that
// advertise themselves, global addresses. As in ports.hpp: one loop, nothing blocks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/router_advert.hpp"

namespace ppp::core {

/// Told about one interface, from the loop; may destroy the watch inside.
class Ip6Listener {
public:
    virtual ~Ip6Listener() = default;
    virtual void routerAdvertised(const RouterAdvert& advert) = 0;
    virtual void addressesChanged() = 0; ///< what addresses() gives may differ
};

/// Listens on one interface for as long as it lives.
class Ip6Watch {
public:
    virtual ~Ip6Watch() = default;
    /// Sends a router solicitation (RFC 4861 section 4.1). False where it cannot be sent (yet): no link-local
    /// address, interface down.
    virtual bool solicit() = 0;
    /// The global addresses that can be used, "2001:db8::1/64", sorted; not those that the kernel still
    /// examines or has found to be in use elsewhere.
    virtual std::vector<std::string> addresses() = 0;
    /// Why it hears less than it should; empty: it does.
    virtual std::string trouble() const = 0;
};

class Ip6 {
public:
    virtual ~Ip6() = default;
    /// The kernel is to take prefixes from router advertisements on this interface, also where the machine
    /// forwards (accept_ra 2), but no default route; or nothing. What is as asked is not written. False with
    /// the kernel's words in `error`.
    virtual bool configure(const std::string& interface, bool acceptRa, std::string& error) = 0;
    /// No more router advertisements, and the addresses that came with them go. No error where the interface
    /// is gone.
    virtual void release(const std::string& interface, std::uint32_t index) = 0;
    /// Never null. `routers`: also listens for router advertisements.
    virtual std::unique_ptr<Ip6Watch> watch(const std::string& interface, std::uint32_t index, bool routers,
                                            Ip6Listener& listener) = 0;
};

} // namespace ppp::core
