// SPDX-License-Identifier: LGPL-2.1-or-later
// Links that a PPPoE profile needs below the engine: a VLAN (`vlan`) or one with an address of its own
// (`clone-mac`). Keeps no record of its own; the kernel keeps the mark by which a link of ours is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sys/netlink_build.hpp"
#include "sys/netlink_socket.hpp"

namespace ppp::sys {

/// What we make carries the alias (IFLA_IFALIAS) "ppp-manager", and from the first moment to that one the
/// group kUnfinished, since the kernel takes no alias at the making of a link: one that a daemon left
/// half-made is known all the same. Who uses a link is not kept here. It gets no link-local address, so the
/// kernel sends nothing of its own on the provider's wire. On failure `error` has the kernel's words.
class LinkMaker {
public:
    static constexpr std::uint32_t kUnfinished = 0x70707020; ///< IFLA_GROUP, any number that nobody uses

    explicit LinkMaker(NetlinkClient& client) : client_(client) {}

    /// The name of an up VLAN link `id` (1–4094) on `parent`; empty on failure. One of somebody else with
    /// that parent and id is used as it is (`made` false, nothing is changed). Its name is "<parent>.<id>"
    /// where that is free and fits into 15 characters, else the first free "pvlanN".
    std::string makeVlan(const std::string& parent, std::uint32_t id, bool& made, std::string& error);
    /// The name ("pmacN") of an up macvlan link, mode private, with this address ("aa:bb:cc:dd:ee:ff") on
    /// `parent`.
    std::string makeOwnMac(const std::string& parent, const std::string& mac, std::string& error);
    /// True also where it is gone. Refuses a link that does not carry our mark.
    bool remove(const std::string& name, std::string& error);
    /// The names of all links that carry our mark; empty where they cannot be listed.
    std::vector<std::string> made();
    /// Up or down, and the MTU in bytes, of any link; what is absent stays.
    bool set(const std::string& name, std::optional<bool> up, std::optional<std::uint32_t> mtu,
             std::string& error);

private:
    using Links = std::vector<netlink::LinkFacts>;

    std::optional<Links> links(std::string& error);
    std::string make(const netlink::LinkWish& wish, const std::string& name, std::string& error);
    std::string finish(std::uint32_t index, const std::string& name, std::string& error);
    bool ask(std::vector<std::uint8_t> request, std::string& error);

    NetlinkClient& client_;
};

} // namespace ppp::sys
