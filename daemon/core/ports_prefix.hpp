// SPDX-License-Identifier: LGPL-2.1-or-later
// What the core needs of the machine for delegated prefixes (RFC 8415): a client for each link, and routes
// that keep what is not used of a prefix from going in circles. As in ports.hpp: one loop, nothing blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/prefix_report.hpp"

namespace ppp::core {

/// A client of one session. It goes on when this is destroyed, for the next life of the daemon, and ends with
/// the engine at the latest.
class PrefixClient {
public:
    virtual ~PrefixClient() = default;
    /// What it has reported last, whether or not the time of one is up.
    virtual std::vector<DelegatedPrefix> prefixes() = 0;
    /// Why there is no client; empty: it runs, or is about to.
    virtual std::string trouble() const = 0;
};

class PrefixClients {
public:
    struct Session {
        std::string connection, interface;
        std::uint32_t enginePid = 0;
    };
    virtual ~PrefixClients() = default;
    /// Starts the client of this session, or takes up the one that runs. Never null. `changed` is called from
    /// the loop when prefixes() or trouble() may differ; the client may be destroyed inside.
    virtual std::unique_ptr<PrefixClient> run(const Session& session, std::function<void()> changed) = 0;
    /// Ends the client of this session, and removes all that it has left.
    virtual void end(const Session& session) = 0;
    /// Packets to the prefix ("2001:db8::/56") that no longer route fits are refused, not sent back to the
    /// peer (RFC 7084, WPD-5); or no longer so. True also where it was so. False with the kernel's words in
    /// `error`.
    virtual bool guard(const std::string& prefix, std::string& error) = 0;
    virtual void unguard(const std::string& prefix) = 0;
};

} // namespace ppp::core
