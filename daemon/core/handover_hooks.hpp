// SPDX-License-Identifier: LGPL-2.1-or-later
// The hooks of one link, as two parts of its hand-over: those that come before the routes, which wait for
// them, and those that are told afterwards, which nothing waits for but the link's end.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/handover_part.hpp"
#include "core/hook_queue.hpp"
#include "core/ports.hpp"

namespace ppp::core {

/// What both parts share.
class LinkHooks {
public:
    LinkHooks(std::string connection, const Ports& ports);
    LinkHooks(const LinkHooks&) = delete;
    LinkHooks& operator=(const LinkHooks&) = delete;

    struct Listener {
        std::function<void()> changed; ///< from the loop: an event's hooks are over
        std::function<void(const HookFailure&)> failed;
    };
    /// One; without a listener what is due is run all the same.
    void listen(Listener listener) { listener_ = std::move(listener); }
    /// The record of an earlier life: goes on with what is due in it.
    void recover(const std::string& record);
    /// The same for those of a connection of this name that is gone, which are not to be used any more.
    void inherit(std::unique_ptr<LinkHooks> gone);
    /// Why the link ends, for who is told of it.
    void because(std::string reason, std::string text);

    /// Tells the end of what is there no longer, and runs what comes before the routes; true where something
    /// does that was not asked for yet.
    bool prepare(const Profile& profile, const LinkFacts& facts);
    /// Tells of what is there.
    void tell(const Profile& profile, const LinkFacts& facts);
    /// Tells the end of everything.
    void end();
    /// Runs of the hooks before the routes are not over.
    bool preparing() const;
    /// The hooks before the routes are no longer waited for; those not begun are not run.
    void giveUpPreparing();
    /// Whether somebody is still to be told of an end.
    bool owes() const { return queue_.book().ip4 || queue_.book().ip6 || queue_.book().link; }
    /// No hook is due or under way.
    bool quiet() const { return queue_.book().orders.empty(); }
    const std::string& connection() const { return connection_; }
    /// What went wrong at this link's events last, for a person.
    std::string trouble() const;

    /// pppd says of its hook before the routes that it should be quick; so long a link waits for all of them
    /// and for what is before them in the queue.
    static constexpr Duration kPrepareLimit = std::chrono::seconds(8);
    static constexpr Duration kHookLimit = std::chrono::seconds(30);  ///< of any other hook
    static constexpr Duration kEventLimit = std::chrono::seconds(60); ///< of all hooks of one event

private:
    void order(const char* folder, const HookDebt& debt, bool ended = false);
    void orderDispatcher(const HookDebt& debt, const char* event, const HookDebt* previous = nullptr);
    void pay(std::optional<HookDebt>& debt, const char* before, const char* up, const char* down);
    void payLink();
    void incur(std::optional<HookDebt>& place, HookDebt debt, bool onDemand);
    void ended(const HookOrder& order, const HookReport& report);

    const std::string connection_;
    Ports ports_;
    HookQueue queue_;
    Listener listener_;
    std::string reason_, reasonText_;
    std::string givenUp_;                       ///< why the hooks before the routes were not waited for
    std::map<std::string, std::string> failed_; ///< by folder
};

/// Before the routes: addresses are there, routes are not.
class HandoverPreUp final : public HandoverPart {
public:
    HandoverPreUp(LinkHooks& hooks, Clock& clock, std::function<void()> changed)
        : hooks_(hooks), clock_(clock), changed_(std::move(changed)) {}
    void apply(const Profile& profile, const LinkFacts& facts) override;
    void withdraw() override;
    bool applied() const override { return open(); }
    bool open() const override { return !patience_; }
    bool idle() const override { return true; } // the other part speaks for both
    /// The loop says that an event's hooks are over.
    void look();

private:
    LinkHooks& hooks_;
    Clock& clock_;
    std::function<void()> changed_;
    std::unique_ptr<Timer> patience_; ///< while they are waited for
    bool late_ = false;               ///< and no longer
};

/// After everything else.
class HandoverUpHooks final : public HandoverPart {
public:
    explicit HandoverUpHooks(LinkHooks& hooks) : hooks_(hooks) {}
    void apply(const Profile& profile, const LinkFacts& facts) override {
        asked_ = std::make_unique<Asked>(Asked{profile, facts});
        waits_ = false;
    }
    /// Everything else of this link is in force.
    void begin();
    /// Its hooks are waited for until they are over or abandon().
    void withdraw() override;
    void abandon() override { waits_ = false; }
    bool applied() const override { return true; }
    bool idle() const override { return !hooks_.owes() && (!waits_ || hooks_.quiet()); }
    std::string trouble() const override { return hooks_.trouble(); }

private:
    struct Asked {
        Profile profile;
        LinkFacts facts;
    };
    LinkHooks& hooks_;
    std::unique_ptr<Asked> asked_; ///< and not told yet; rarely there, and large
    bool waits_ = false;
};

} // namespace ppp::core
