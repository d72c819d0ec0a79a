// SPDX-License-Identifier: LGPL-2.1-or-later
// One after the other, as far as the way is open.
#include "core/handover.hpp"

#include <algorithm>

namespace ppp::core {

Handover::Handover(std::string connection, const Ports& ports, RouteHost& host, std::function<void()> changed)
    : changed_(std::move(changed)), ip6_(connection, ports, [this] { partChanged(); }),
      routes_(std::move(connection), host),
      dns_(ports.dns, [this] { partChanged(); }), parts_{&ip6_, &routes_, &dns_} {}

void Handover::apply(const Profile& profile, const LinkFacts& facts) {
    waiting_.reset();
    for (HandoverPart* part : parts_) {
        part->apply(profile, facts);
        if (!part->open()) {
            waiting_ = Asked{profile, facts};
            return;
        }
    }
}

void Handover::partChanged() {
    const bool open =
        std::all_of(parts_.begin(), parts_.end(), [](const auto* part) { return part->open(); });
    if (waiting_ && open) {
        const Asked asked = std::move(*waiting_);
        apply(asked.profile, asked.facts);
    }
    changed_();
}

void Handover::reapply() {
    for (HandoverPart* part : parts_) {
        part->reapply();
    }
}

void Handover::withdraw() {
    waiting_.reset();
    std::for_each(parts_.rbegin(), parts_.rend(), [](auto* part) { part->withdraw(); });
}

void Handover::abandon() {
    for (HandoverPart* part : parts_) {
        part->abandon();
    }
}

bool Handover::applied() const {
    return !waiting_ && std::all_of(parts_.begin(), parts_.end(), [](const auto* p) { return p->applied(); });
}

bool Handover::idle() const {
    return std::all_of(parts_.begin(), parts_.end(), [](const auto* part) { return part->idle(); });
}

std::string Handover::trouble() const {
    std::string out;
    for (const HandoverPart* part : parts_) {
        const std::string one = part->trouble();
        out += (out.empty() || one.empty() ? "" : "; ") + one;
    }
    return out;
}

} // namespace ppp::core
