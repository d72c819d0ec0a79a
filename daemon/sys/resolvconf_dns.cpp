// SPDX-License-Identifier: LGPL-2.1-or-later
// One command an interface at a time.
#include "sys/resolvconf_dns.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "core/resolv_conf.hpp"
#include "core/text.hpp"

namespace ppp::sys {
namespace {

constexpr int kUsual = 100;                // priority of a profile that says nothing
constexpr std::chrono::seconds kLimit{30}; // one that is killed midway leaves half of its work behind
// What openresolv (3.13) says, with status 1, of a record that is gone: a removal that was slow is asked for
// again.
constexpr std::string_view kGone = "No resolv.conf for interface";

std::string recordOf(const core::DnsPlan& plan) {
    return plan.interfaceName + ".ppp-manager";
}

} // namespace

std::string ResolvconfDns::program() const {
    for (const auto& path : context_.paths.resolvconf) {
        std::error_code error;
        const auto real = std::filesystem::canonical(path, error);
        if (!error && real.filename() != "resolvectl" && real.filename() != "systemd-resolve" &&
            access(path.c_str(), X_OK) == 0) {
            return path;
        }
    }
    return {};
}

/// Another program of this name starts from nothing.
ResolvconfDns::Told ResolvconfDns::told(const core::DnsPlan& plan) const {
    const std::string path = program();
    std::error_code error;
    const auto made = std::filesystem::last_write_time(path, error).time_since_epoch().count();
    return {plan, core::text::cat(path, " ", error ? 0 : made)};
}

void ResolvconfDns::apply(const core::DnsPlan& plan, Done done) {
    Last& last = last_[plan.interfaceName];
    Told now = told(plan);
    if (last.inForce && last.told == now) {
        context_.loop.post([done = std::move(done)] { done({}); });
        return;
    }
    last = {std::move(now)};
    OutsideCommand command{"resolvconf", {program()}, {}, core::resolvConfOf(plan), kLimit};
    if (!plan.defaultRoute) {
        command.argv.emplace_back("-p");
    }
    command.argv.insert(command.argv.end(), {"-a", recordOf(plan)});
    if (plan.priority > kUsual) {
        command.environment.push_back(core::text::cat("IF_METRIC=", plan.priority - kUsual));
    }
    run(plan, std::move(command), {}, std::move(done),
        [this, told = last.told](const std::string& error, bool late) { ended(told, error, late); });
}

/// One that was asked for before the last word leaves no trace.
void ResolvconfDns::ended(const Told& told, const std::string& error, bool late) {
    const auto last = last_.find(told.plan.interfaceName);
    if (error.empty() && last != last_.end() && last->second.told == told) {
        last->second.inForce = true;
        if (late) {
            context_.changed();
        }
    }
}

void ResolvconfDns::revert(const core::DnsPlan& plan, Done done) {
    last_.erase(plan.interfaceName);
    run(plan, {"resolvconf", {program(), "-d", recordOf(plan)}, {}, {}, kLimit},
        "the name servers of " + plan.interfaceName + " were not taken back", std::move(done), {}, kGone);
}

void ResolvconfDns::run(const core::DnsPlan& plan, OutsideCommand command, std::string warning, Done done,
                        DnsErrand::Ended ended, std::string_view nothing) {
    std::erase_if(errands_, [](const auto& one) { return one.second->idle(); });
    if (command.argv.front().empty()) {
        context_.loop.post([done = std::move(done), why = missing()] { done(why); });
        return;
    }
    auto& errand = errands_[plan.interfaceName];
    if (!errand) {
        errand = std::make_unique<DnsErrand>(context_, "resolvconf");
    }
    errand->ask(std::move(command), std::move(warning), std::move(done), std::move(ended), nothing);
}

std::unique_ptr<DnsBackend> makeResolvconfDns(const DnsContext& context) {
    return std::make_unique<ResolvconfDns>(context);
}

} // namespace ppp::sys
