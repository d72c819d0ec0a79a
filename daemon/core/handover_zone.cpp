// SPDX-License-Identifier: LGPL-2.1-or-later
// One claim at a time, whose answer may come at once or later.
#include "core/handover_zone.hpp"

namespace ppp::core {

void HandoverZone::prepare(const Profile& profile, const std::string& interface, std::uint32_t index) {
    if (profile.firewallZone.empty()) {
        withdraw(); // an earlier life, or an earlier profile, may have had one
        return;
    }
    const ZoneClaim wanted{connection_, interface, index, profile.firewallZone};
    if (claimed_ != wanted) {
        claim(wanted);
    }
}

void HandoverZone::apply(const Profile& profile, const LinkFacts& facts) {
    if (facts.ip4) {
        prepare(profile, facts.ip4->interface, facts.ip4->index);
    } else if (facts.ip6) {
        prepare(profile, facts.ip6->interface, facts.ip6->index);
    }
}

/// `ask` says whether it has answered at once, with the error; else its callback does.
void HandoverZone::wait(const Question& ask, const Awaited::Answer& take) {
    const auto answer = answers_.expect([this, take](const std::string& error) {
        take(error);
        if (!asking_) {
            changed_();
        }
    });
    std::string error;
    asking_ = true;
    if (ask(error, answer)) {
        answer(error);
    }
    asking_ = false;
}

void HandoverZone::claim(const ZoneClaim& claim) {
    claimed_ = claim;
    wait([&](std::string& error, const auto& answer) { return host_.claimZone(claim, error, answer); },
         [this, mine = ++generation_, zone = claim.zone](const std::string& error) {
             if (mine == generation_) { // one that failed must not keep the link from being up
                 trouble_ = error.empty() ? "" : "firewall zone \"" + zone + "\": " + error;
             }
         });
}

void HandoverZone::reapply() {
    if (claimed_) {
        claim(ZoneClaim(*claimed_));
    }
}

void HandoverZone::withdraw() {
    ++generation_;
    claimed_.reset();
    trouble_.clear();
    wait([this](std::string&, const auto& answer) { return host_.releaseZone(connection_, answer); },
         [](const std::string&) {});
}

} // namespace ppp::core
