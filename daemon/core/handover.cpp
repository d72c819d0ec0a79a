// SPDX-License-Identifier: LGPL-2.1-or-later
// One after the other, as far as the way is open.
#include "core/handover.hpp"

#include <algorithm>

namespace ppp::core {

Handover::Handover(const std::string& connection, const Ports& ports, HandoverHost& host,
                   std::function<void()> changed)
    : changed_(std::move(changed)), zone_(connection, host, [this] { partChanged(); }),
      ip6_(connection, ports, [this] { partChanged(); }),
      hooks_(std::make_unique<LinkHooks>(connection, ports)),
      preUp_(*hooks_, ports.clock, [this] { partChanged(); }), vrf_(ports.network),
      routes_(connection, host, vrf_), dns_(ports.dns, [this] { partChanged(); }),
      neighbour_(connection, host), clamp_(connection, host),
      upHooks_(*hooks_), parts_{&zone_, &ip6_,       &preUp_, &vrf_,    &routes_,
                                &dns_,  &neighbour_, &clamp_, &upHooks_} {}

void Handover::apply(const Profile& profile, const LinkFacts& facts) {
    bring(profile, facts, false);
}

void Handover::adopt(const Profile& profile, const LinkFacts& facts) {
    bring(profile, facts, true);
}

void Handover::bring(const Profile& profile, const LinkFacts& facts, bool adopted) {
    waiting_.reset();
    for (HandoverPart* part : parts_) {
        part->apply(profile, facts);
        const bool needed = !adopted || part == &vrf_; // it says in which table the routes are
        if (!part->open() && needed) {
            waiting_ = std::make_unique<Asked>(Asked{profile, facts});
            holdsUp_ = part;
            return;
        }
    }
    tellHooks();
}

/// Those that come after everything.
void Handover::tellHooks() {
    if (applied()) {
        upHooks_.begin();
    }
}

void Handover::partChanged() {
    preUp_.look();
    if (waiting_ && holdsUp_->open()) {
        const Asked asked = std::move(*waiting_);
        apply(asked.profile, asked.facts);
    }
    tellHooks();
    changed_();
}

void Handover::listenToHooks(std::function<void(const HookFailure&)> failed) {
    hooks_->listen({[this] { partChanged(); }, std::move(failed)});
}

void Handover::endHooks() {
    upHooks_.withdraw();
    upHooks_.abandon();
}

std::unique_ptr<LinkHooks> Handover::releaseHooks() {
    hooks_->listen({});
    return std::move(hooks_);
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

void Handover::rest() {
    waiting_.reset();
    std::for_each(parts_.rbegin(), parts_.rend(), [this](auto* part) {
        if (part != &zone_) {
            part->withdraw();
        }
    });
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
