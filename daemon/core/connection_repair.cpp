// SPDX-License-Identifier: LGPL-2.1-or-later
// What somebody else takes from a link that PPP still holds (its address, IFF_UP) is put back, and with it
// what the kernel dropped on that occasion.
#include "core/connection.hpp"

#include <algorithm>
#include <utility>

#include "core/family.hpp"
#include "core/payload.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr std::uint32_t kLeastMtu6 = 1280; // RFC 8200 section 5: below it the kernel has no IPv6 on a link

/// What IPCP and IPv6CP agreed on, as pppd sets it.
std::vector<LinkAddress> addressesOf(const LinkFacts& facts, std::uint32_t mtu, bool onDemand) {
    std::vector<LinkAddress> out;
    if (facts.ip4) {
        out.push_back({kInet, facts.ip4->index, showAddress(facts.ip4->local), showAddress(facts.ip4->peer)});
    }
    if (facts.ip6 && mtu >= kLeastMtu6) {
        // With `demand` pppd leaves the peer that it had made up (ipv6cp_up() clears the new address).
        const bool known = !onDemand && facts.ip6->peerId != decltype(facts.ip6->peerId){};
        out.push_back({kInet6, facts.ip6->index, showLinkLocal(facts.ip6->localId),
                       known ? showLinkLocal(facts.ip6->peerId) : ""});
    }
    return out;
}

/// The largest packet that the peer has agreed to take; 0 where that is not known.
std::uint32_t largest(const LinkFacts& facts) {
    return std::max(facts.ip4 ? facts.ip4->mtu : 0, facts.ip6 ? facts.ip6->mtu : 0);
}

std::string join(const std::vector<std::string>& parts, const char* between = " and ") {
    std::string out;
    for (const std::string& part : parts) {
        out += (out.empty() ? "" : between) + part;
    }
    return out;
}

std::string onOneLine(std::string lines) {
    for (auto at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at)) {
        lines.replace(at, 1, ", ");
    }
    return lines;
}

} // namespace

bool Connection::holdsNetwork() const {
    const bool changing = state_ == State::Connecting && facts_.demand; // pppd gives it its real address
    const bool attached = state_ == State::Up || (state_ == State::Connecting && !changing) || standsBy();
    return engine_ && attached && interfaceIndex() != 0 && !ending_ && !seen_.terminated;
}

void Connection::addressGone(std::uint32_t interface) {
    if (interface == 0 || interface == interfaceIndex()) {
        suspect();
    }
}

/// Something may be missing: looks after the grace, or at the slow rhythm.
void Connection::suspect() {
    if (holdsNetwork() && !repairs_.check) {
        repairs_.check = ports_.clock.at(repairs_.pace.next(ports_.clock.now()), [this] {
            repairs_.check.reset();
            repair();
        });
    }
}

void Connection::ownLinkChanged(const Link& link) {
    if (!link.up || (largest(presentFacts()) != 0 && link.mtu > largest(presentFacts()))) {
        suspect();
    } else if (link.up && profile_ && holdsNetwork() && !handover_.routesApplied()) {
        handover_.apply(linkProfile(), presentFacts());
        onHandover();
    }
}

void Connection::repair() {
    const auto link = ports_.network.link(interfaceIndex());
    if (!link || !holdsNetwork()) {
        return;
    }
    std::vector<std::string> mended;
    std::vector<std::string> refused;
    std::string error;
    const auto settle = [&](bool done, const std::string& what) {
        (done ? mended : refused).push_back(done ? what : text::cat(what, " (", error, ")"));
        return done;
    };
    bool again = false;
    if (!link->up) {
        again =
            !settle(ports_.network.setUp(link->name, true, error), text::cat("set ", link->name, " down"));
    }
    // A lower one may be pppd's own doing (MPPE needs room), or a person's who knows the path.
    if (const std::uint32_t most = largest(presentFacts()); most != 0 && link->mtu > most) {
        settle(ports_.network.setMtu(link->name, most, error),
               text::cat("raised the MTU of ", link->name, " to ", link->mtu));
    }
    for (const LinkAddress& address :
         addressesOf(presentFacts(), link->mtu, profile_ && linkProfile().onDemand)) {
        if (!ports_.network.hasAddress(address)) {
            const bool done = settle(ports_.network.addAddress(address, error),
                                     text::cat("took the address ", address.local, " of ", link->name));
            again = again || (!done && address.family == kInet);
        }
    }
    const std::string before = std::exchange(repairs_.refused, join(refused));
    if (mended.empty() && refused.empty()) {
        return;
    }
    if (!refused.empty() && repairs_.refused != before) {
        tell(Severity::Warning, text::cat("cannot put right that somebody ", repairs_.refused), Reason::None,
             {});
    }
    tellRepair(join(mended));
    handover_.reapply();
    onHandover();
    if (again) {
        suspect();
    }
}

/// In a fight only its beginning and its end are told.
void Connection::tellRepair(const std::string& mended) {
    const BootTime now = ports_.clock.now();
    const bool fought = repairs_.pace.contested();
    repairs_.pace.repaired(now);
    if (!mended.empty()) {
        repairs_.mended = mended;
        if (!fought) {
            tell(Severity::Warning, text::cat("somebody ", mended, "; repaired"), Reason::None, {});
            note("repaired", {{"what", mended}});
        }
    }
    if (!repairs_.pace.contested()) {
        return;
    }
    if (!fought && !mended.empty()) {
        tell(Severity::Warning, trouble(), Reason::None, {});
    }
    repairs_.calm = ports_.clock.at(now + RepairPace::kCalm, [this] {
        tell(Severity::Notice, "nobody has taken anything from the link for a minute", Reason::None, {});
        repairs_.pace.calm();
        changed();
    });
}

/// What does not hold though the link is up, for a person; empty: all does.
std::string Connection::trouble() const {
    std::vector<std::string> all;
    if (std::string text = handover_.trouble(); !text.empty()) {
        all.push_back(std::move(text));
    }
    if (!wayTrouble_.empty()) {
        all.push_back(wayTrouble_);
    }
    if (!recordTrouble_.empty()) {
        all.push_back(recordTrouble_);
    }
    if (std::string text = ports_.redials.trouble(name_); !text.empty()) {
        all.push_back(std::move(text));
    }
    if (state_ == State::Up) {
        if (std::string text = payloadTrouble(linkProfile(), facts_, ports_.network.link(line_.device));
            !text.empty()) {
            all.push_back(std::move(text));
        }
        if (linkProfile().type == LinkType::Serial && seen_.damaged > 0) {
            all.push_back(damageWords(seen_.damaged));
        }
    }
    if (spoilt()) {
        all.push_back(text::cat("the stored profile is not valid, it cannot be dialled again: ",
                                onOneLine(profileFaults_)));
    }
    if (!repairs_.refused.empty()) {
        all.push_back(text::cat("cannot put right that somebody ", repairs_.refused));
    }
    if (repairs_.pace.contested() && !repairs_.mended.empty()) {
        all.push_back(text::cat("somebody undoes the link again and again (", repairs_.mended,
                                "); it is put right every ", RepairPace::kSlow / std::chrono::seconds(1),
                                " s only"));
    }
    return join(all, "; ");
}

} // namespace ppp::core
