// SPDX-License-Identifier: LGPL-2.1-or-later
// The size of TCP segments on one link, as far as its hand-over goes: clamping.hpp has the table of all
// links.
#pragma once

#include <optional>
#include <string>

#include "core/handover_part.hpp"
#include "core/ports_filter.hpp"

namespace ppp::core {

/// Who keeps the table that all links share.
class ClampHost {
public:
    virtual ~ClampHost() = default;
    /// Sets (or replaces) what this connection asks for.
    virtual void claimClamp(const std::string& connection, const MssClamp& clamp) = 0;
    virtual void releaseClamp(const std::string& connection) = 0;
    /// Why what was claimed is not in force, for a person; empty: it is.
    virtual std::string clampTrouble() const = 0;
};

/// A link is up without it, too: what does not work is trouble().
class HandoverClamp final : public HandoverPart {
public:
    HandoverClamp(std::string connection, ClampHost& host)
        : connection_(std::move(connection)), host_(host) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    bool applied() const override { return true; }
    bool idle() const override { return !claimed_; }
    std::string trouble() const override { return claimed_ ? host_.clampTrouble() : std::string(); }

private:
    const std::string connection_;
    ClampHost& host_;
    bool claimed_ = false;
};

/// Nothing where the profile wants none, or no packet size is known.
std::optional<MssClamp> clampFor(const Profile& profile, const LinkFacts& facts);

} // namespace ppp::core
