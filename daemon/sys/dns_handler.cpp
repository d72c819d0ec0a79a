// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of DNS handlers and the choice among them.
#include "sys/dns_handler.hpp"

#include <algorithm>
#include <array>

#include "sys/resolved_dns.hpp"

namespace ppp::sys {
namespace {

struct Maker {
    const char* name; // as property DnsHandler of the bus contract shows it
    std::unique_ptr<DnsBackend> (*make)(const DnsContext& context);
};

// In order of preference.
constexpr std::array kMakers{
    Maker{"resolved", makeResolvedDns},
};

} // namespace

DnsHandler::DnsHandler(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal,
                       std::chrono::microseconds deadline)
    : loop_(loop) {
    const DnsContext context{loop, bus, journal, deadline, [this] {
                                 if (changed_) {
                                     changed_();
                                 }
                             }};
    for (const Maker& maker : kMakers) {
        backends_.push_back({maker.name, maker.make(context)});
    }
}

DnsHandler::~DnsHandler() = default;

std::string DnsHandler::handler() const {
    const auto found = std::find_if(backends_.begin(), backends_.end(),
                                    [](const Row& row) { return row.backend->available(); });
    return found != backends_.end() ? found->name : "none";
}

DnsBackend* DnsHandler::chosen() const {
    const auto found = std::find_if(backends_.begin(), backends_.end(),
                                    [](const Row& row) { return row.backend->available(); });
    return found != backends_.end() ? found->backend.get() : nullptr;
}

void DnsHandler::apply(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) {
    if (DnsBackend* backend = chosen()) {
        appliedBy_[plan.interface] = backend;
        backend->apply(plan, std::move(done));
        return;
    }
    loop_.post([done = std::move(done)] {
        done("nothing on this machine takes DNS servers: systemd-resolved is not running");
    });
}

void DnsHandler::revert(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) {
    const auto found = appliedBy_.find(plan.interface);
    DnsBackend* backend = found != appliedBy_.end() ? found->second : chosen();
    if (found != appliedBy_.end()) {
        appliedBy_.erase(found);
    }
    if (backend != nullptr) {
        backend->revert(plan, std::move(done));
    } else {
        loop_.post([done = std::move(done)] { done({}); });
    }
}

} // namespace ppp::sys
