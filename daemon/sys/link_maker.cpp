// SPDX-License-Identifier: LGPL-2.1-or-later
// VLAN and macvlan links over rtnetlink.
#include "sys/link_maker.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include <net/if.h>
#include <netinet/ether.h>

#include "core/text.hpp"

namespace ppp::sys {

namespace {

using netlink::LinkFacts;
using Links = std::vector<LinkFacts>;

constexpr std::size_t kMaxName = IFNAMSIZ - 1;
constexpr std::string_view kMark = "ppp-manager";
constexpr int kListAttempts = 5;

bool ours(const LinkFacts& link) {
    return link.alias == kMark || (link.group == LinkMaker::kUnfinished && link.alias.empty());
}

template <typename Test> const LinkFacts* find(const Links& links, Test test) {
    const auto found = std::find_if(links.begin(), links.end(), test);
    return found == links.end() ? nullptr : &*found;
}

const LinkFacts* named(const Links& links, const std::string& name) {
    return find(links, [&](const LinkFacts& l) { return l.link.name == name; });
}

std::string firstFree(const Links& links, const std::string& prefix) {
    std::string name = prefix + "0";
    for (std::size_t n = 1; named(links, name) != nullptr; ++n)
        name = prefix + std::to_string(n);
    return name;
}

std::string noInterface(const std::string& name) {
    return "there is no interface " + name;
}

} // namespace

std::string LinkMaker::makeVlan(const std::string& parent, std::uint32_t id, bool& made, std::string& error) {
    made = false;
    const auto all = links(error);
    if (!all)
        return {};
    const LinkFacts* below = named(*all, parent);
    if (below == nullptr || id == 0 || id > 4094) {
        error = below == nullptr ? noInterface(parent) : "no such VLAN id";
        return {};
    }
    const std::uint32_t index = below->link.index;
    if (const LinkFacts* same = find(*all, [&](const LinkFacts& l) {
            return l.kind == "vlan" && l.parent == index && l.vlan == id;
        })) {
        made = ours(*same);
        return made ? finish(same->link.index, same->link.name, error) : same->link.name;
    }
    std::string name = parent + "." + std::to_string(id);
    if (name.size() > kMaxName || named(*all, name) != nullptr)
        name = firstFree(*all, "pvlan");
    name = make({index, static_cast<std::uint16_t>(id), std::nullopt, kUnfinished}, name, error);
    made = !name.empty();
    return name;
}

std::string LinkMaker::makeOwnMac(const std::string& parent, const std::string& mac, std::string& error) {
    const auto all = links(error);
    if (!all)
        return {};
    const LinkFacts* below = named(*all, parent);
    ether_addr parsed{};
    if (below == nullptr || ether_aton_r(mac.c_str(), &parsed) == nullptr) {
        error = below == nullptr ? noInterface(parent) : "not a MAC address";
        return {};
    }
    core::MacAddress address{};
    std::copy(std::begin(parsed.ether_addr_octet), std::end(parsed.ether_addr_octet), address.begin());
    const std::uint32_t index = below->link.index;
    if (const LinkFacts* same = find(*all, [&](const LinkFacts& l) {
            return l.kind == "macvlan" && l.parent == index && l.mac == address && ours(l);
        }))
        return finish(same->link.index, same->link.name, error);
    return make({index, std::nullopt, address, kUnfinished}, firstFree(*all, "pmac"), error);
}

bool LinkMaker::remove(const std::string& name, std::string& error) {
    const auto all = links(error);
    if (!all)
        return false;
    const LinkFacts* link = named(*all, name);
    if (link == nullptr)
        return true;
    if (!ours(*link)) {
        error = "the link " + name + " is not one of ours";
        return false;
    }
    return ask(netlink::removeLink(link->link.index), error);
}

std::vector<std::string> LinkMaker::made() {
    std::vector<std::string> out;
    std::string error;
    if (const auto all = links(error))
        for (const LinkFacts& link : *all)
            if (ours(link))
                out.push_back(link.link.name);
    return out;
}

bool LinkMaker::set(const std::string& name, std::optional<bool> up, std::optional<std::uint32_t> mtu,
                    std::string& error) {
    error.clear();
    const std::uint32_t index = if_nametoindex(name.c_str());
    if (index == 0) {
        error = noInterface(name);
        return false;
    }
    netlink::LinkChange change;
    change.up = up;
    change.mtu = mtu;
    return ask(netlink::setLink(index, change), error);
}

std::string LinkMaker::make(const netlink::LinkWish& wish, const std::string& name, std::string& error) {
    if (!ask(netlink::makeLink(wish, name), error))
        return {};
    const std::uint32_t index = if_nametoindex(name.c_str());
    if (index == 0) {
        error = "it went as soon as it was made";
        return {};
    }
    if (finish(index, name, error).empty()) {
        client_.ask(netlink::removeLink(index));
        return {};
    }
    return name;
}

std::string LinkMaker::finish(std::uint32_t index, const std::string& name, std::string& error) {
    netlink::LinkChange quiet;
    quiet.noAddress6 = true;
    client_.ask(netlink::setLink(index, quiet)); // fails where the kernel has no IPv6: quiet enough
    netlink::LinkChange done;
    done.alias = kMark;
    done.group = 0;
    done.up = true;
    return ask(netlink::setLink(index, done), error) ? name : "";
}

std::optional<Links> LinkMaker::links(std::string& error) {
    error.clear();
    Links out;
    netlink::Verdict answer{EINTR, {}};
    for (int n = 0; n < kListAttempts && answer.error == EINTR; ++n) {
        out.clear();
        answer = client_.dump(netlink::dumpLinks(), [&](const netlink::Message& message) {
            if (auto facts = netlink::link(message))
                out.push_back(std::move(*facts));
        });
    }
    if (answer || answer.error == EINTR)
        return out;
    error = "cannot list the links: " + answer.text;
    return std::nullopt;
}

bool LinkMaker::ask(std::vector<std::uint8_t> request, std::string& error) {
    const netlink::Verdict answer = client_.ask(std::move(request));
    if (!answer)
        error = answer.text;
    return static_cast<bool>(answer);
}

} // namespace ppp::sys
