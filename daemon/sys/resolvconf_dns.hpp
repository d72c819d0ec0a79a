// SPDX-License-Identifier: LGPL-2.1-or-later
// DNS through the resolvconf command, openresolv's or that of Debian's package of the name.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "sys/dns_errand.hpp"
#include "sys/dns_handler.hpp"

namespace ppp::sys {

/// resolvconf(8) of both: `-a RECORD` with the lines of a resolv.conf on standard input, `-d RECORD`. RECORD
/// is INTERFACE.ppp-manager: openresolv reads it as interface.protocol, Debian's only wants a name without
/// slash or blank, and orders by its beginning. Both put names that begin with ppp before those of Ethernet.
/// openresolv puts whatever has a metric (IF_METRIC) behind all that has none, so that only a profile with a
/// priority above the usual gets one, the difference. Servers that are not for all names are private (-p):
/// openresolv gives them to a local name server alone; Debian's refuses the option, and so nothing wrong is
/// in force. The name server of systemd brings a command of this name, too, which is a way to itself and does
/// not count here. The command may take longer than its answer is waited for (openresolv runs a hundred
/// programs, on a slow machine for seconds): what it did then is in force, and is said by
/// DnsContext::changed. What is in force is not told again.
class ResolvconfDns final : public DnsBackend {
public:
    explicit ResolvconfDns(const DnsContext& context) : context_(context) {}
    bool available() const override { return !program().empty(); }
    std::string missing() const override { return "the resolvconf command is not installed"; }
    void apply(const core::DnsPlan& plan, Done done) override;
    void revert(const core::DnsPlan& plan, Done done) override;

private:
    /// What the command is told, and which program that is.
    struct Told {
        core::DnsPlan plan;
        std::string program;
        bool operator==(const Told&) const = default;
    };
    struct Last {
        Told told;
        bool inForce = false; ///< else it is under way, or has failed
    };

    std::string program() const;
    void run(const core::DnsPlan& plan, OutsideCommand command, std::string warning, Done done,
             DnsErrand::Ended ended, std::string_view nothing = {});
    Told told(const core::DnsPlan& plan) const;
    void ended(const Told& told, const std::string& error, bool late);

    DnsContext context_;
    std::map<std::string, std::unique_ptr<DnsErrand>> errands_; ///< by interface
    std::map<std::string, Last> last_;                          ///< by interface; nothing after a revert
};

std::unique_ptr<DnsBackend> makeResolvconfDns(const DnsContext& context);

} // namespace ppp::sys
