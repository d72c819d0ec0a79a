// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines of resolv.conf(5), and the record as JSON.
#include "core/resolv_conf.hpp"
#include "core/notes.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ppp::core {
namespace {

using nlohmann::json;

// A link-local address means nothing without its link.
std::string serverOf(const DnsPlan& plan, const std::string& server) {
    const bool local = server.starts_with("fe80:") || server.starts_with("FE80:");
    return local && server.find('%') == std::string::npos ? server + "%" + plan.interfaceName : server;
}

void addNew(std::vector<std::string>& list, const std::string& word) {
    if (std::find(list.begin(), list.end(), word) == list.end()) {
        list.push_back(word);
    }
}

std::string lines(const std::vector<std::string>& servers, const std::vector<std::string>& search) {
    std::string out;
    for (const auto& domain : search) {
        out += (out.empty() ? "search " : " ") + domain;
    }
    out += out.empty() ? "" : "\n";
    for (const auto& server : servers) {
        out += "nameserver " + server + "\n";
    }
    return out;
}

void gather(const DnsPlan& plan, std::vector<std::string>& servers, std::vector<std::string>& search) {
    for (const auto& server : plan.servers) {
        addNew(servers, serverOf(plan, server));
    }
    for (const auto& domain : plan.search) {
        if (!domain.starts_with('~')) {
            addNew(search, domain);
        }
    }
}

} // namespace

std::string resolvConfOf(const DnsPlan& plan) {
    std::vector<std::string> servers;
    std::vector<std::string> search;
    gather(plan, servers, search);
    return lines(servers, search);
}

std::string resolvConfFile(const std::map<std::uint32_t, DnsPlan>& plans) {
    std::vector<const DnsPlan*> order;
    for (const auto& [index, plan] : plans) {
        if (plan.defaultRoute) {
            order.push_back(&plan);
        }
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->priority < b->priority; });
    std::vector<std::string> servers;
    std::vector<std::string> search;
    for (const DnsPlan* plan : order) {
        gather(*plan, servers, search);
    }
    servers.resize(std::min(servers.size(), kResolvConfServers));
    return std::string(kResolvConfMark) + " while its links are up; what was here before comes back then.\n" +
           lines(servers, search);
}

std::string toJson(const std::vector<DnsRecord>& records) {
    json out = json::array();
    for (const auto& [handler, plan] : records) {
        out.push_back({{"handler", handler},
                       {"index", plan.interface},
                       {"interface", plan.interfaceName},
                       {"servers", plan.servers},
                       {"search", plan.search},
                       {"default-route", plan.defaultRoute},
                       {"priority", plan.priority}});
    }
    return out.dump();
}

std::vector<DnsRecord> dnsRecordsFromJson(std::string_view text) {
    std::vector<DnsRecord> out;
    const json whole = parseNotes(text, true);
    for (const json& one : whole.is_array() ? whole : json::array()) {
        try {
            DnsRecord record;
            record.handler = one.at("handler");
            record.plan.interface = one.at("index");
            record.plan.interfaceName = one.at("interface");
            record.plan.servers = one.at("servers").get<std::vector<std::string>>();
            record.plan.search = one.at("search").get<std::vector<std::string>>();
            record.plan.defaultRoute = one.at("default-route");
            record.plan.priority = one.at("priority");
            out.push_back(std::move(record));
        } catch (const json::exception&) {
            continue;
        }
    }
    return out;
}

} // namespace ppp::core
