// SPDX-License-Identifier: LGPL-2.1-or-later
// The name servers of one link: what the resolver is to be told, and whether it was.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/handover_part.hpp"
#include "core/ports.hpp"

namespace ppp::core {

class HandoverDns final : public HandoverPart {
public:
    /// `changed` is called from the loop when something that was under way has come about.
    HandoverDns(Dns& dns, std::function<void()> changed) : resolver_(dns), changed_(std::move(changed)) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    /// changed() follows; at most 5 s.
    void withdraw() override;
    void abandon() override { answers_.abandon(); }
    /// Pushes the settings again: the resolver has forgotten them.
    void reapply() override;
    bool applied() const override { return applied_; }
    bool idle() const override { return !plan_ && answers_.pending() == 0; }
    std::string trouble() const override { return trouble_; }
    std::vector<std::string> servers() const { return plan_ ? plan_->servers : std::vector<std::string>{}; }

private:
    void push(const DnsPlan& plan);

    Dns& resolver_;
    std::function<void()> changed_;
    std::optional<DnsPlan> plan_;
    bool applied_ = false;
    std::uint64_t generation_ = 0; ///< answers to older questions are of no interest
    std::string trouble_;
    Awaited answers_;
};

/// What the resolver is to be told: pure.
std::optional<DnsPlan> planDns(const Profile& profile, const LinkFacts& facts);

} // namespace ppp::core
