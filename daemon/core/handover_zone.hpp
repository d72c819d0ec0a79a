// SPDX-License-Identifier: LGPL-2.1-or-later
// The firewall zone of one link's interface: the first of all parts, since an interface that has an address
// and no zone stands open. zones.hpp settles them between the connections.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/handover_part.hpp"
#include "core/zones.hpp"

namespace ppp::core {

class HandoverZone final : public HandoverPart {
public:
    /// `changed` is called from the loop when something that was under way has come about.
    HandoverZone(std::string connection, ZoneHost& host, std::function<void()> changed)
        : connection_(std::move(connection)), host_(host), changed_(std::move(changed)) {}
    /// The interface is there and has no address yet. open() tells when it may have one: with the zone, or
    /// with the trouble() why it has none.
    void prepare(const Profile& profile, const std::string& interface, std::uint32_t index);
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    void abandon() override { answers_.abandon(); }
    void reapply() override;
    bool applied() const override { return open(); }
    bool open() const override { return answers_.pending() == 0; }
    bool idle() const override { return !claimed_ && answers_.pending() == 0; }
    std::string trouble() const override { return trouble_; }

private:
    using Question = std::function<bool(std::string& error, const Awaited::Answer& answer)>;
    void claim(const ZoneClaim& claim);
    void wait(const Question& ask, const Awaited::Answer& take);

    const std::string connection_;
    ZoneHost& host_;
    std::function<void()> changed_;
    std::optional<ZoneClaim> claimed_;
    std::uint64_t generation_ = 0; ///< answers to older questions are of no interest
    bool asking_ = false;          ///< an answer that comes now is no news
    std::string trouble_;
    Awaited answers_;
};

} // namespace ppp::core
