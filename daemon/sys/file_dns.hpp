// SPDX-License-Identifier: LGPL-2.1-or-later
// DNS by /etc/resolv.conf itself: only for links whose profile chose this.
#pragma once

#include <map>
#include <memory>

#include "sys/dns_errand.hpp"
#include "sys/dns_handler.hpp"

namespace ppp::sys {

/// The file as it follows from all links together. /etc is read-only in the daemon's sandbox, and a folder
/// that is to be renamed in cannot be opened for one name alone: a program of ours
/// (daemon/helper/resolv_conf) does it outside, in one rename, and keeps what was there beside it, so that it
/// comes back even after the machine has lost its power.
class FileDns final : public DnsBackend {
public:
    explicit FileDns(const DnsContext& context) : context_(context), errand_(context, "resolv.conf") {}
    bool available() const override { return true; }
    void apply(const core::DnsPlan& plan, Done done) override;
    void revert(const core::DnsPlan& plan, Done done) override;
    void remember(const core::DnsPlan& plan) override { links_[plan.interface] = plan; }
    void tidy() override;

private:
    void run(Done done);

    DnsContext context_;
    std::map<std::uint32_t, core::DnsPlan> links_;
    DnsErrand errand_;
};

std::unique_ptr<DnsBackend> makeFileDns(const DnsContext& context);

} // namespace ppp::sys
