// SPDX-License-Identifier: LGPL-2.1-or-later
// What the helper is asked for: the file for the links there are, or the one that was there before.
#include "sys/file_dns.hpp"

#include <algorithm>
#include <fstream>

#include <sys/stat.h>

#include "core/resolv_conf.hpp"

namespace ppp::sys {

void FileDns::apply(const core::DnsPlan& plan, Done done) {
    links_[plan.interface] = plan;
    if (!plan.defaultRoute) {
        done = [done = std::move(done)](const std::string& error) {
            done(error.empty()
                     ? "/etc/resolv.conf cannot give servers some names only, so with \"default-route\": "
                       "false the link's are not in it"
                     : error);
        };
    }
    run(std::move(done));
}

void FileDns::revert(const core::DnsPlan& plan, Done done) {
    links_.erase(plan.interface);
    run(std::move(done));
}

// A file of ours without a link: the machine lost its power, or the record.
void FileDns::tidy() {
    const std::string& path = context_.paths.resolvConf;
    struct stat status {};
    std::string first;
    if (lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
        std::ifstream file(path);
        std::getline(file, first);
    }
    const bool ours = first.starts_with(core::kResolvConfMark);
    const bool kept = lstat((path + kBeforeUs).c_str(), &status) == 0;
    if (links_.empty() && errand_.idle() && (ours || kept)) {
        run([](const std::string&) {});
    }
}

void FileDns::run(Done done) {
    const bool give = std::none_of(links_.begin(), links_.end(), [](const auto& link) {
        return link.second.defaultRoute; // without one a file of ours would have no servers at all
    });
    errand_.ask(
        {"resolv.conf",
         {context_.paths.helper, give ? "give" : "take", context_.paths.resolvConf, context_.paths.runtime},
         {},
         give ? std::string() : core::resolvConfFile(links_),
         kDnsCommandLimit},
        give ? "/etc/resolv.conf as it was before was not put back" : "", std::move(done));
}

std::unique_ptr<DnsBackend> makeFileDns(const DnsContext& context) {
    return std::make_unique<FileDns>(context);
}

} // namespace ppp::sys
