// SPDX-License-Identifier: LGPL-2.1-or-later
// One command an interface at a time.
#include "sys/resolvconf_dns.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>

#include <unistd.h>

#include "core/resolv_conf.hpp"
#include "core/text.hpp"

namespace ppp::sys {
namespace {

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

void ResolvconfDns::apply(const core::DnsPlan& plan, Done done) {
    OutsideCommand command{"resolvconf", {program()}, {}, core::resolvConfOf(plan), kDnsCommandLimit};
    if (!plan.defaultRoute) {
        command.argv.emplace_back("-p");
    }
    command.argv.insert(command.argv.end(), {"-a", recordOf(plan)});
    command.environment.push_back(core::text::cat("IF_METRIC=", std::max(plan.priority, 0)));
    run(plan, std::move(command), {}, std::move(done));
}

void ResolvconfDns::revert(const core::DnsPlan& plan, Done done) {
    run(plan, {"resolvconf", {program(), "-d", recordOf(plan)}, {}, {}, kDnsCommandLimit},
        "the name servers of " + plan.interfaceName + " were not taken back", std::move(done));
}

void ResolvconfDns::run(const core::DnsPlan& plan, OutsideCommand command, std::string warning, Done done) {
    std::erase_if(errands_, [](const auto& one) { return one.second->idle(); });
    if (command.argv.front().empty()) {
        context_.loop.post([done = std::move(done), why = missing()] { done(why); });
        return;
    }
    auto& errand = errands_[plan.interfaceName];
    if (!errand) {
        errand = std::make_unique<DnsErrand>(context_, "resolvconf");
    }
    errand->ask(std::move(command), std::move(warning), std::move(done));
}

std::unique_ptr<DnsBackend> makeResolvconfDns(const DnsContext& context) {
    return std::make_unique<ResolvconfDns>(context);
}

} // namespace ppp::sys
