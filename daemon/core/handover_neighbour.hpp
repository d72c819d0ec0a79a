// SPDX-License-Identifier: LGPL-2.1-or-later
// Proxy ARP for one link's peer: proxy_arp.hpp settles it between the connections.
#pragma once

#include <optional>
#include <string>

#include "core/handover_part.hpp"
#include "core/proxy_arp.hpp"

namespace ppp::core {

class HandoverNeighbour final : public HandoverPart {
public:
    HandoverNeighbour(std::string connection, ProxyHost& host)
        : connection_(std::move(connection)), host_(host) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    void reapply() override;
    bool applied() const override { return true; } // a link without it works all the same
    bool idle() const override { return !peer_; }
    std::string trouble() const override { return trouble_; }

private:
    const std::string connection_;
    ProxyHost& host_;
    std::optional<std::string> peer_; ///< whose address is to be answered for
    std::string trouble_;
};

} // namespace ppp::core
