// SPDX-License-Identifier: LGPL-2.1-or-later
// [ipv4] and [ipv6] of a NetworkManager keyfile: the section's name says which family a setting is of.
#include <array>

#include "cli/import/network_manager.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing::nm {
namespace {

using core::text::cat;
using Json = nlohmann::ordered_json;

constexpr std::string_view kDhcp = "is of DHCP, which a PPP link has not";
constexpr std::string_view kLookups =
    "is of the order in which name servers are asked; see /dns/default-route";

std::string pointer(const Setting& setting, std::string_view key) {
    return cat('/', setting.section, '/', key);
}

void method(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    const bool six = setting.section == "ipv6";
    if (text == "auto" || text == "manual" || (six && text == "dhcp")) {
        work.note(setting, Verdict::Default, "the peer is asked, and what is given below is insisted on");
    } else if (text == "disabled" || (six && text == "ignore")) {
        work.take(setting, pointer(setting, "enabled"), false);
    } else if (six && text == "link-local") {
        work.change(setting, "/ipv6/accept-ra", false, "/ipv6/accept-ra: no address but the link-local one");
    } else {
        work.note(setting, Verdict::NotTaken, "is not for a link to a provider; see /ipv4 and /ipv6");
    }
}

void neverDefault(Work& work, const Setting& setting, std::string_view) {
    if (const auto flag = truth(setting.text())) {
        work.take(setting, pointer(setting, "default-route"), *flag ? "never" : "auto");
    } else {
        work.wrong(setting, "true or false");
    }
}

void metric(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "-1") {
        work.note(setting, Verdict::Default, "the daemon chooses the metric");
    } else {
        rule::key(work, setting, pointer(setting, "metric"));
    }
}

void table(Work& work, const Setting& setting, std::string_view) {
    const std::string_view text = trim(setting.text());
    if (text == "0" || text == "254") {
        work.note(setting, Verdict::Default, "is the main table");
    } else {
        rule::key(work, setting, "/ipv4/table"); // of both families
    }
}

void address(Work& work, const Setting& setting, std::string_view) {
    if (setting.section == "ipv6") {
        work.note(setting, Verdict::NotTaken,
                  "addresses of IPv6 come from the provider's advertisements; see /ipv6/interface-id");
        return;
    }
    const std::string_view text = trim(setting.text());
    const std::string_view own = text.substr(0, text.find_first_of("/,;"));
    if (work.connection.has("/ipv4/local")) {
        work.note(setting, Verdict::NotTaken, "a PPP link has one address");
    } else if (core::rules::kIp4Address.holds(own)) {
        work.connection.put("/ipv4/accept-local", false);
        work.take(setting, "/ipv4/local", std::string(own));
    } else {
        work.wrong(setting, core::rules::kIp4Address.expected);
    }
}

void route(Work& work, const Setting& setting, std::string_view) {
    // destination/length, next hop, metric
    std::array<std::string, 3> part;
    std::string_view text = trim(setting.text());
    for (std::string& one : part) {
        const auto comma = text.find(',');
        one = trim(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    if (part[0].find('/') == std::string::npos) {
        part[0] += part[0].find(':') == std::string::npos ? "/32" : "/128";
    }
    const auto& [to, via, weight] = part;
    const bool nowhere = via.empty() || via == "0.0.0.0" || via == "::";
    const auto number = importing::number(weight.empty() ? "0" : weight, 0, 4294967295);
    if (!core::rules::kPrefix.holds(to)) {
        return work.wrong(setting, core::rules::kPrefix.expected);
    }
    if ((!nowhere && !core::rules::kGateway.holds(via)) || !number || !trim(text).empty()) {
        return work.wrong(setting, "PREFIX, then a gateway and a metric where there are any");
    }
    Json entry{{"to", to}};
    if (!nowhere) {
        entry["via"] = via;
    }
    if (*number != 0) {
        entry["metric"] = *number;
    }
    Json list = work.connection.at("/ipv4/routes");
    list = list.is_array() ? list : Json::array();
    list.push_back(std::move(entry));
    work.connection.take(setting.place, Work::shown(setting), "/ipv4/routes", std::move(list));
}

void servers(Work& work, const Setting& setting, std::string_view) {
    const auto list = items(setting.text());
    if (list.empty()) {
        return work.note(setting, Verdict::Default, "is empty");
    }
    std::string left;
    for (const std::string& item : list) {
        if (core::rules::kDnsServer.holds(item)) {
            work.connection.append("/dns/servers", item);
        } else {
            left += (left.empty() ? "" : ", ") + item;
        }
    }
    if (left.empty()) {
        work.note(setting, Verdict::Taken, "/dns/servers");
    } else {
        work.note(setting, Verdict::Changed, cat("/dns/servers without ", left, ", which is no address"));
    }
}

void searches(Work& work, const Setting& setting, std::string_view) {
    const auto list = items(setting.text());
    if (list.empty()) {
        return work.note(setting, Verdict::Default, "is empty");
    }
    for (const std::string& item : list) {
        if (!core::text::isUtf8(item) || !core::rules::kSearchDomain.holds(item)) {
            return work.wrong(setting, core::rules::kSearchDomain.expected);
        }
    }
    for (const std::string& item : list) {
        work.connection.append("/dns/search", item);
    }
    work.note(setting, Verdict::Taken, "/dns/search");
}

void ignoreDns(Work& work, const Setting& setting, std::string_view) {
    const auto flag = truth(setting.text());
    if (!flag) {
        work.wrong(setting, "true or false");
    } else if (*flag) {
        work.connection.put("/dns/mode", "static");
        work.note(setting, Verdict::Taken, "/dns/mode");
    } else {
        work.note(setting, Verdict::Default, "the peer's name servers are used");
    }
}

void token(Work& work, const Setting& setting, std::string_view) {
    rule::key(work, setting, "/ipv6/interface-id");
}

constexpr std::array kIpRules{
    Rule{"method", method},
    Rule{"address#", address},
    Rule{"addresses", address},
    Rule{"gateway", rule::leave, "a PPP link leads to its peer, whatever its address"},
    Rule{"route#", route},
    Rule{"routes", rule::leave, "is the form of very old files; expected route1=10.0.0.0/8"},
    Rule{"route#_options", rule::leave, "a route has a gateway and a metric, and nothing else"},
    Rule{"routing-rule#", rule::leave, "the daemon makes rules for /ipv4/table alone"},
    Rule{"never-default", neverDefault},
    Rule{"route-metric", metric},
    Rule{"route-table", table},
    Rule{"dns", servers},
    Rule{"dns-search", searches},
    Rule{"ignore-auto-dns", ignoreDns},
    Rule{"dns-priority", rule::leave, kLookups},
    Rule{"dns-options", rule::leave, kLookups},
    Rule{"ignore-auto-routes", rule::standard, "a PPP link brings no routes of its own"},
    Rule{"may-fail", rule::standard, "one family is enough to be up"},
    Rule{"required-timeout", rule::standard, "one family is enough to be up"},
    Rule{"token", token},
    Rule{"addr-gen-mode", rule::standard, "the interface identifier is negotiated by IPV6CP"},
    Rule{"ip6-privacy", rule::leave,
         "is net.ipv6.conf.*.use_tempaddr of the machine, which the daemon leaves alone"},
    Rule{"ra-timeout", rule::leave, "advertisements count whenever they come; see /ipv6/wait"},
    Rule{"dad-timeout", rule::standard, "nobody else has an address on a PPP link"},
    Rule{"dhcp-client-id", rule::leave, kDhcp},
    Rule{"dhcp-timeout", rule::leave, kDhcp},
    Rule{"dhcp-hostname", rule::leave, kDhcp},
    Rule{"dhcp-send-hostname", rule::leave, kDhcp},
    Rule{"dhcp-duid", rule::leave, kDhcp},
    Rule{"dhcp-iaid", rule::leave, kDhcp},
};

} // namespace

std::span<const Rule> ip4Rules() {
    return kIpRules;
}

std::span<const Rule> ip6Rules() {
    return kIpRules;
}

void finishIp(Work& work) {
    Connection& connection = work.connection;
    const bool own = connection.at("/dns/mode") == "static";
    const bool servers = connection.has("/dns/servers");
    if (servers && !own) {
        connection.put("/dns/mode", "peer+static");
    } else if (!servers && own) {
        connection.put("/dns/mode", "off");
    }
}

} // namespace ppp::cli::importing::nm
