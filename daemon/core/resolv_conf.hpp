// SPDX-License-Identifier: LGPL-2.1-or-later
// DNS settings as the text of resolv.conf(5): for resolvconf, which takes one link's, and for the file
// itself.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/route.hpp"

namespace ppp::core {

/// The C library asks no more of them (resolv.conf(5), MAXNS).
inline constexpr std::size_t kResolvConfServers = 3;
/// How a resolv.conf of ours begins; the program that puts it in place (daemon/helper) knows it by this.
inline constexpr std::string_view kResolvConfMark = "# Written by ppp-manager";

/// One link's servers and search domains. Routing domains ("~x") have no place there.
std::string resolvConfOf(const DnsPlan& plan);
/// The whole file for these links: lowest `priority` first, then the lower index; nothing twice. Links that
/// are not to take all names (defaultRoute) give nothing: whoever reads the file asks its servers for all
/// names.
std::string resolvConfFile(const std::map<std::uint32_t, DnsPlan>& plans);

/// What is in force for links by a handler that does not forget it with the link, so that it must be
/// recorded.
struct DnsRecord {
    std::string handler; ///< as property DnsHandler shows it
    DnsPlan plan;
};
std::string toJson(const std::vector<DnsRecord>& records);
/// Broken entries are left out; never throws.
std::vector<DnsRecord> dnsRecordsFromJson(std::string_view text);

} // namespace ppp::core
