// SPDX-License-Identifier: LGPL-2.1-or-later
// One thing of the machine that a link changes: what every part of the hand-over promises.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/profile.hpp"
#include "core/record.hpp"

namespace ppp::core {

class HandoverPart {
public:
    HandoverPart() = default;
    virtual ~HandoverPart() = default;
    HandoverPart(const HandoverPart&) = delete;
    HandoverPart& operator=(const HandoverPart&) = delete;

    /// Brings the machine to what profile and facts ask for; again after any change. What is in force already
    /// is left alone.
    virtual void apply(const Profile& profile, const LinkFacts& facts) = 0;
    /// Takes everything back; nothing where nothing is in force.
    virtual void withdraw() = 0;
    /// No longer waits for answers that did not come.
    virtual void abandon() {}
    /// Others have interfered: what was applied last is put in force once more, whole.
    virtual void reapply() {}
    /// Nothing is outstanding that a link has to wait for before it is up.
    virtual bool applied() const = 0;
    /// False: the parts after this one are not applied yet. changed() follows when they may be.
    virtual bool open() const { return true; }
    /// Nothing is in force and nothing under way.
    virtual bool idle() const = 0;
    /// What did not work, for a person; empty: all did.
    virtual std::string trouble() const { return {}; }
};

/// Answers that are waited for. One that comes after abandon(), or after the end of this, does not count.
class Awaited {
public:
    using Answer = std::function<void(const std::string& error)>;
    /// A callback for one answer; `take` gets it.
    Answer expect(Answer take) {
        ++pending_;
        return [this, take = std::move(take), epoch = epoch_,
                alive = std::weak_ptr<int>(alive_)](const std::string& error) {
            if (!alive.expired() && epoch == epoch_) {
                --pending_;
                take(error);
            }
        };
    }
    int pending() const { return pending_; }
    void abandon() {
        ++epoch_;
        pending_ = 0;
    }

private:
    int pending_ = 0;
    std::uint64_t epoch_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); ///< callbacks hold it weakly: they may outlive us
};

} // namespace ppp::core
