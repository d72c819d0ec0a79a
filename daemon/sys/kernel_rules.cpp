// SPDX-License-Identifier: LGPL-2.1-or-later
// Policy rules, many routes at a time, and what a link is a part of.
#include "sys/kernel_network.hpp"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "core/route_plan.hpp"
#include "sys/netlink_build.hpp"

namespace ppp::sys {

std::vector<std::string> KernelNetwork::changeAll(std::vector<std::vector<std::uint8_t>> requests,
                                                  std::vector<std::string> errors, bool (*fine)(int error)) {
    std::vector<std::size_t> asked;
    std::vector<std::vector<std::uint8_t>> sent;
    for (std::size_t n = 0; n < requests.size(); ++n) {
        if (requests[n].empty())
            continue;
        asked.push_back(n);
        sent.push_back(std::move(requests[n]));
    }
    const auto answers = client_.askAll(std::move(sent));
    drain();
    for (std::size_t n = 0; n < asked.size(); ++n)
        if (!answers[n] && !fine(answers[n].error))
            errors[asked[n]] = answers[n].text;
    return errors;
}

std::vector<std::string> KernelNetwork::addAll(const std::vector<core::Route>& routes) {
    std::vector<std::string> errors(routes.size());
    std::vector<std::vector<std::uint8_t>> requests;
    for (std::size_t n = 0; n < routes.size(); ++n)
        requests.push_back(netlink::addRoute(routes[n], errors[n]).value_or(std::vector<std::uint8_t>{}));
    return changeAll(std::move(requests), std::move(errors), [](int error) { return error == EEXIST; });
}

std::vector<std::string> KernelNetwork::removeAll(const std::vector<core::Route>& routes) {
    std::vector<std::string> errors(routes.size());
    std::vector<std::vector<std::uint8_t>> requests;
    drain();
    for (std::size_t n = 0; n < routes.size(); ++n) {
        auto request = netlink::removeRoute(routes[n], errors[n]);
        const bool any = request && meansAnyMetric(routes[n]); // would take another one instead
        requests.push_back(request && !any ? std::move(*request) : std::vector<std::uint8_t>{});
    }
    return changeAll(std::move(requests), std::move(errors), meansAbsent);
}

std::optional<core::Route> KernelNetwork::asNow(const core::Route& route) {
    lost(route.family);
    drain();
    const auto found = std::find_if(routes_.begin(), routes_.end(),
                                    [&](const core::Route& r) { return core::sameRoute(r, route); });
    return found == routes_.end() ? std::nullopt : std::optional(*found);
}

bool KernelNetwork::addRule(const core::Rule& rule, std::string& error) {
    const netlink::Verdict answer = client_.ask(netlink::addRule(rule));
    drain();
    error = answer || answer.error == EEXIST ? "" : answer.text;
    return error.empty();
}

bool KernelNetwork::removeRule(const core::Rule& rule, std::string& error) {
    const netlink::Verdict answer = client_.ask(netlink::removeRule(rule));
    drain();
    error = answer || meansAbsent(answer.error) ? "" : answer.text;
    return error.empty();
}

void KernelNetwork::takeRule(const core::Rule& rule, bool gone) {
    const auto known = std::find(rules_.begin(), rules_.end(), rule);
    if (gone == (known == rules_.end()))
        return;
    if (gone)
        rules_.erase(known);
    else
        rules_.push_back(rule);
    routesChanged_ = true;
    announce();
}

bool KernelNetwork::dumpRules() {
    std::vector<core::Rule> all;
    for (const int family : {AF_INET, AF_INET6}) {
        std::vector<core::Rule> found;
        const auto answer = dumpWhole(
            netlink::dumpRules(family), [&] { found.clear(); },
            [&](const netlink::Message& message) {
                if (const auto rule = netlink::rule(message); rule && rule->family == family)
                    found.push_back(*rule);
            });
        // A kernel without policy rules or without IPv6 has none of ours.
        if (!answer && answer.error != EOPNOTSUPP && answer.error != EAFNOSUPPORT && answer.error != ENOENT) {
            complain_("cannot list the rules: " + answer.text);
            return false;
        }
        all.insert(all.end(), found.begin(), found.end());
    }
    if (all != rules_) {
        rules_ = std::move(all);
        routesChanged_ = true;
        announce();
    }
    return true;
}

std::vector<std::string> KernelNetwork::globalAddresses6(std::uint32_t interface) {
    std::vector<std::string> found;
    const auto answer = dumpWhole(
        netlink::dumpAddresses(AF_INET6, interface), [&] { found.clear(); },
        [&](const netlink::Message& message) {
            const auto one = netlink::linkAddress(message);
            in6_addr address{};
            if (one && one->interface == interface && one->family == AF_INET6 &&
                inet_pton(AF_INET6, one->local.c_str(), &address) == 1 && !IN6_IS_ADDR_LINKLOCAL(&address))
                found.push_back(one->local);
        });
    if (!answer)
        complain_("cannot list the addresses: " + answer.text);
    return found;
}

bool KernelNetwork::setMaster(std::uint32_t link, std::uint32_t master, std::string& error) {
    netlink::LinkChange change;
    change.master = master;
    const netlink::Verdict answer = client_.ask(netlink::setLink(link, change));
    drain();
    error = answer ? "" : answer.text;
    return error.empty();
}

} // namespace ppp::sys
