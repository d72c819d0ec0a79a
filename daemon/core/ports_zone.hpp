// SPDX-License-Identifier: LGPL-2.1-or-later
// The port to the machine's firewall, as far as it sorts interfaces into zones. As core/ports.hpp says of
// all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace ppp::core {

class FirewallZones {
public:
    using Done = std::function<void(const std::string& error)>;
    virtual ~FirewallZones() = default;
    /// A firewall that knows zones runs (firewalld). Where none does, interface groups stand for them.
    virtual bool running() const = 0;
    /// Puts the interface into the zone, whichever it was in; not permanent. done(error): empty where it is
    /// there. Always answers, in the order of the calls, and within 3 s of its turn.
    virtual void bind(const std::string& interface, const std::string& zone, Done done) = 0;
    /// Takes it out. No error where it was not in.
    virtual void unbind(const std::string& interface, const std::string& zone, Done done) = 0;
    /// done(error, zone): the zone that the interface is in by name; empty: none.
    virtual void zoneOf(const std::string& interface,
                        std::function<void(const std::string& error, const std::string& zone)> done) = 0;
    /// Called when the firewall came, went, or has to be told everything again.
    virtual void onFirewallChanged(std::function<void()> changed) = 0;

    /// The number of an interface group: of this name in iproute2's table, or written as a number.
    virtual std::optional<std::uint32_t> groupNumber(const std::string& name) = 0;
    /// Sets the group of an interface (ip-link(8), group; 0 is "default"). True also where it is gone; false
    /// with the kernel's words in `error`.
    virtual bool setGroup(std::uint32_t interface, std::uint32_t group, std::string& error) = 0;
};

} // namespace ppp::core
