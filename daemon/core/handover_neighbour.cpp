// SPDX-License-Identifier: LGPL-2.1-or-later
// At once: the kernel answers while it is asked.
#include "core/handover_neighbour.hpp"

#include "core/address_text.hpp"

namespace ppp::core {

void HandoverNeighbour::apply(const Profile& profile, const LinkFacts& facts) {
    const bool real = facts.ip4 && !facts.demand; // until dialled the addresses are made up
    if (!profile.ipv4.proxyArp || !real) {
        withdraw();
        return;
    }
    peer_ = showAddress(facts.ip4->peer);
    reapply();
}

void HandoverNeighbour::reapply() {
    if (peer_) {
        std::string error;
        host_.claimProxy(connection_, *peer_, error);
        trouble_ = error.empty() ? "" : "proxy ARP: " + error;
    }
}

void HandoverNeighbour::withdraw() {
    peer_.reset();
    trouble_.clear();
    host_.releaseProxy(connection_); // also what an earlier life left
}

} // namespace ppp::core
