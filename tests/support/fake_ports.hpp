// SPDX-License-Identifier: LGPL-2.1-or-later
// The core's ports without a machine: a clock that tests own, engines that do as they are told, a network of
// values.
#pragma once

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <vector>

#include "core/error.hpp"
#include "core/manager.hpp"
#include "core/ports.hpp"
#include "support/counted.hpp"
#include "support/fake_agents.hpp"
#include "support/fake_devices.hpp"
#include "support/fake_filter.hpp"
#include "support/fake_firewall.hpp"
#include "support/fake_hooks.hpp"
#include "support/fake_ip6.hpp"
#include "support/fake_prefixes.hpp"
#include "support/fake_redials.hpp"
#include "support/fake_routes.hpp"
#include "support/fake_stores.hpp"

namespace ppp::test {

using namespace core;

class FakeClock final : public Clock {
public:
    BootTime now() const override { return now_; }
    std::uint64_t wall(BootTime at) const override {
        return wallAtBoot + static_cast<std::uint64_t>(at.sinceBoot.count());
    }
    std::unique_ptr<Timer> at(BootTime when, std::function<void()> fire) override {
        auto timer = std::make_unique<One>(*this, ++last_);
        armed_.emplace(std::pair{when, last_}, std::move(fire));
        return timer;
    }
    /// Moves time on and fires what falls due, in order.
    void advance(Duration by) {
        const BootTime until = now_ + by;
        while (!armed_.empty() && armed_.begin()->first.first <= until) {
            now_ = std::max(now_, armed_.begin()->first.first);
            auto fire = std::move(armed_.begin()->second);
            armed_.erase(armed_.begin());
            fire();
        }
        now_ = until;
    }
    void settle() { advance(Duration(0)); }
    std::size_t armed() const { return armed_.size(); }

    std::uint64_t wallAtBoot = 1'000'000'000'000ULL; ///< a test that changes it sets the wall clock

private:
    struct One final : Timer {
        One(FakeClock& owner, std::uint64_t number) : clock(owner), id(number) {}
        ~One() override {
            for (auto it = clock.armed_.begin(); it != clock.armed_.end(); ++it) {
                if (it->first.second == id) {
                    clock.armed_.erase(it);
                    return;
                }
            }
        }
        FakeClock& clock;
        std::uint64_t id;
    };
    BootTime now_{std::chrono::hours(1)};
    std::uint64_t last_ = 0;
    std::map<std::pair<BootTime, std::uint64_t>, std::function<void()>> armed_;
};

class FakeEngines;

class FakeEngine final : public Engine {
public:
    FakeEngine(FakeEngines& owner, std::string name, EngineListener& listener);
    ~FakeEngine() override;
    std::uint32_t pid() const override { return 4242; }
    void terminate() override { ++terminated; }
    void kill() override { killed = true; }
    void measureEcho() override { ++echoes; }
    void setDebug(bool on) override { debug = on; }
    void givePin(std::optional<std::string_view> pin) override {
        pins.push_back(pin ? std::optional(std::string(*pin)) : std::nullopt);
    }
    void serverPinned(std::span<const std::uint8_t> address) override {
        pinned.emplace_back(address.begin(), address.end());
        if (whenPinned) {
            whenPinned();
        }
    }
    void goOn() override { ++wentOn; }
    void release() override { released = true; }

    void report(const EngineEvent& event) { listener_.engineReported(event); }
    /// The handle is gone afterwards.
    void end(EngineEnd how) { listener_.engineEnded(how); }

    int terminated = 0, echoes = 0, wentOn = 0;
    std::optional<bool> debug; ///< what it was told last
    std::vector<std::optional<std::string>> pins;
    std::vector<std::vector<std::uint8_t>> pinned; ///< servers that it was let go on to
    std::function<void()> whenPinned;
    bool killed = false, released = false;

private:
    FakeEngines& owner_;
    std::string name_;
    EngineListener& listener_;
};

class FakeEngines final : public Engines {
public:
    std::unique_ptr<Engine> launch(EngineOrder order, EngineListener& listener) override {
        ++launches;
        lastDevice = order.device;
        lastDebug = order.profile.ppp.debug;
        lastOnDemand = order.profile.onDemand;
        const auto password = order.secrets.find("password");
        hadPassword = password != order.secrets.end();
        lastPassword = hadPassword ? std::string(password->second.view()) : "";
        if (refuse) {
            throw EngineUnavailable(*refuse, "no engine in this test");
        }
        return std::make_unique<FakeEngine>(*this, order.connection, listener);
    }
    std::unique_ptr<Engine> adopt(const std::string& connection, EngineListener& listener) override {
        if (survivors.erase(connection) == 0) {
            return nullptr;
        }
        return std::make_unique<FakeEngine>(*this, connection, listener);
    }
    std::vector<std::string> leftBehind() const override { return {survivors.begin(), survivors.end()}; }
    void drop(const std::string& connection) override {
        if (survivors.erase(connection) > 0) {
            dropped.insert(connection);
        }
    }
    void tidyAfter(std::uint32_t pid) override { tidied.insert(pid); }
    FakeEngine* of(const std::string& connection) const {
        const auto found = running.find(connection);
        return found == running.end() ? nullptr : found->second;
    }

    std::map<std::string, FakeEngine*> running;
    std::set<std::string> survivors, dropped;
    std::set<std::uint32_t> tidied; ///< process ids
    std::optional<EngineUnavailable::Why> refuse;
    int launches = 0;
    std::string lastDevice, lastPassword;
    bool hadPassword = false;
    bool lastDebug = false, lastOnDemand = false;
};

inline FakeEngine::FakeEngine(FakeEngines& owner, std::string name, EngineListener& listener)
    : owner_(owner), name_(std::move(name)), listener_(listener) {
    owner_.running[name_] = this;
}
inline FakeEngine::~FakeEngine() {
    owner_.running.erase(name_);
}

class FakeNetwork final : public Network {
public:
    void listen(NetworkListener* listener) override { listener_ = listener; }
    std::optional<Link> link(const std::string& name) const override {
        const auto found = links.find(name);
        return found == links.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<Link> link(std::uint32_t index) const override {
        for (const auto& [name, link] : links) {
            if (link.index == index) {
                return link;
            }
        }
        return std::nullopt;
    }
    std::vector<Route> routes() const override {
        ++looks;
        return table;
    }
    std::optional<Route> routeTo(int family, const std::string& address) override {
        return bestRoute(table, family, address);
    }
    bool add(const Route& route, std::string& error) override {
        if (refuseRoutes) {
            error = "refused in this test";
            return false;
        }
        if (const auto over = link(route.interface); over && !over->up && !snapshotLags) {
            error = "Network is down"; // as the kernel
            return false;
        }
        if (std::find(table.begin(), table.end(), route) == table.end()) {
            table.push_back(route);
        }
        check();
        return true;
    }
    bool remove(const Route& route, std::string&) override {
        table.erase(std::remove(table.begin(), table.end(), route), table.end());
        check();
        return true;
    }
    Route withMetric(const Route& route, std::uint32_t metric) const override {
        Route copy = route;
        copy.metric = metric;
        return copy;
    }
    std::vector<Rule> rules() const override { return ruleTable; }
    bool addRule(const Rule& rule, std::string& error) override {
        if (refuseRules) {
            error = "refused in this test";
            return false;
        }
        if (std::find(ruleTable.begin(), ruleTable.end(), rule) == ruleTable.end()) {
            ruleTable.push_back(rule);
        }
        return true;
    }
    bool removeRule(const Rule& rule, std::string&) override {
        std::erase(ruleTable, rule);
        return true;
    }
    std::vector<std::string> globalAddresses6(std::uint32_t index) override { return global6[index]; }
    bool setMaster(std::uint32_t index, std::uint32_t master, std::string&) override {
        for (auto& [name, link] : links) {
            if (link.index == index) {
                link.master = master;
                taken.insert({index, 10}); // as the kernel
            }
        }
        return true;
    }
    bool setUp(const std::string& name, bool up, std::string&) override {
        links[name].up = up;
        links[name].carrier = up && plugged;
        return true;
    }
    bool setMtu(const std::string& name, std::uint32_t mtu, std::string& error) override {
        if (mtu > mostMtu) {
            error = "Invalid argument";
            return false;
        }
        links[name].mtu = mtu;
        return true;
    }
    std::optional<std::uint32_t> socketsFollow() override { return follow; }
    bool setSocketsFollow(std::uint32_t value, std::string&) override {
        follow = value;
        return true;
    }
    bool hasAddress(const LinkAddress& address) override {
        return !taken.contains({address.interface, address.family});
    }
    bool addAddress(const LinkAddress& address, std::string& error) override {
        ++addressTries;
        if (refuseAddresses) {
            error = "refused in this test";
            return false;
        }
        taken.erase({address.interface, address.family});
        given.push_back(address);
        return true;
    }
    std::string makeVlan(const std::string& parent, std::uint32_t id, bool& made, std::string&) override {
        made = true;
        const std::string name = parent + "." + std::to_string(id);
        links[name] = {90, name, 1500, true, true};
        made_.insert(name);
        return name;
    }
    std::string makeOwnMac(const std::string& parent, const std::string&, std::string&) override {
        const std::string name = parent + "m";
        links[name] = {91, name, 1500, true, true};
        made_.insert(name);
        return name;
    }
    std::vector<std::string> madeLinks() override { return {made_.begin(), made_.end()}; }
    bool removeLink(const std::string& name, std::string&) override {
        made_.erase(name);
        links.erase(name);
        return true;
    }
    void endSession(const std::string&, const MacAddress&, std::uint32_t) override { ++padts; }
    std::unique_ptr<Pending> refuseLateSessions(const std::string&, std::vector<std::uint8_t> hostUniq,
                                                Duration) override {
        lateHostUniq = std::move(hostUniq);
        return std::make_unique<Counted>(late);
    }
    std::optional<LinkCounters> counters(std::uint32_t index) override {
        const auto found = bytes.find(index);
        return found == bytes.end() ? std::nullopt : std::optional(found->second);
    }

    /// What the kernel does when an interface goes: its routes go too.
    void removeInterface(const std::string& name) { removeInterfaces({name}); }
    /// All in one turn of the loop.
    void removeInterfaces(const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            const std::uint32_t index = links.contains(name) ? links[name].index : 0;
            links.erase(name);
            if (removed && index != 0) {
                removed(index);
            }
            if (index != 0) {
                dropRoutes(index);
            }
        }
        for (const std::string& name : names) {
            if (listener_ != nullptr) {
                listener_->linkGone(name);
            }
        }
        routesTouched();
    }
    /// What the kernel does when somebody removes the only address of a family: the IPv4 routes go too.
    void takeAddress(std::uint32_t index, int family = 2) {
        taken.insert({index, family});
        if (family == 2) {
            dropRoutes(index);
        }
        if (listener_ != nullptr) {
            listener_->addressGone(index);
            listener_->routesChanged();
        }
    }
    /// Somebody sets the link down: its routes go.
    void takeDown(const std::string& name) {
        links[name].up = links[name].carrier = false;
        dropRoutes(links[name].index);
        if (listener_ != nullptr) {
            listener_->linkChanged(links[name]);
            listener_->routesChanged();
        }
    }
    void change(const Link& link) {
        links[link.name] = link;
        if (listener_ != nullptr) {
            listener_->linkChanged(link);
        }
    }
    void routesTouched() {
        if (listener_ != nullptr) {
            listener_->routesChanged();
        }
    }

    std::map<std::string, Link> links{{"eth0", {2, "eth0", 1500, true, true}}};
    std::vector<Route> table;
    mutable int looks = 0; ///< calls of routes(): each is a copy of the whole table
    std::vector<Rule> ruleTable;
    std::map<std::uint32_t, std::vector<std::string>> global6; ///< by index
    bool refuseRules = false;
    std::set<std::pair<std::uint32_t, int>> taken; ///< (index, family) whose address somebody removed
    std::vector<LinkAddress> given;                ///< added by us
    int addressTries = 0;
    bool refuseAddresses = false;
    std::uint32_t mostMtu = 65535;
    std::map<std::uint32_t, LinkCounters> bytes; ///< by index; of links that are gone, too
    std::function<void(std::uint32_t)> removed;  ///< the kernel tells everybody, the resolver too
    bool refuseRoutes = false, plugged = true;
    std::uint32_t follow = 0;     ///< net.ipv4.ip_dynaddr
    bool snapshotLags = false;    ///< links that are shown as down are up already
    bool mustHaveDefault = false; ///< a moment without any default route is then noted
    bool hadNoDefault = false;
    int padts = 0;
    int late = 0; ///< refuseLateSessions() that last
    std::vector<std::uint8_t> lateHostUniq;

private:
    std::set<std::string> made_;
    void dropRoutes(std::uint32_t index) {
        table.erase(
            std::remove_if(table.begin(), table.end(), [&](const Route& r) { return r.interface == index; }),
            table.end());
    }
    void check() {
        const bool any =
            std::any_of(table.begin(), table.end(), [](const Route& r) { return r.isDefault(); });
        hadNoDefault = hadNoDefault || (mustHaveDefault && !any);
    }
    NetworkListener* listener_ = nullptr;
};

class FakeDns final : public Dns {
public:
    using Done = std::function<void(const std::string&)>;
    std::string handler() const override {
        ++looks;
        return "resolved";
    }
    void apply(const DnsPlan& plan, Done done) override {
        ++pushes;
        pending.emplace_back([this, plan, done = std::move(done)] {
            if (!exists(plan.interface)) {
                done("no such link");
                return;
            }
            applied[plan.interface] = plan;
            done(error);
        });
    }
    void revert(const DnsPlan& plan, Done done) override {
        pending.emplace_back([this, plan, done = std::move(done)] {
            applied.erase(plan.interface);
            done("");
        });
    }
    void onResolverChanged(std::function<void()> callback) override { changed = std::move(callback); }
    /// Answers what was asked so far.
    void answer() {
        while (!pending.empty() && !hangs) {
            auto next = std::move(pending.front());
            pending.erase(pending.begin());
            next();
        }
    }

    std::map<std::uint32_t, DnsPlan> applied;
    std::vector<std::function<void()>> pending;
    std::function<void()> changed;
    std::function<bool(std::uint32_t)> exists;
    std::string error;
    bool hangs = false;
    int pushes = 0;
    mutable int looks = 0; ///< calls of handler()
};

class FakeJournal final : public Journal {
public:
    void log(Severity, const std::string&, const std::string& text,
             const std::vector<std::string>& with) override {
        lines.push_back(text);
        fields.push_back(with);
    }
    std::vector<std::string> lines;
    std::vector<std::vector<std::string>> fields; ///< of the line of the same number
};

/// All ports together.
struct Machine {
    FakeClock clock;
    FakeEngines engines;
    FakeNetwork network;
    FakeDns dns;
    FakeDevices devices;
    FakeProfiles profiles;
    FakeRecords records;
    FakeStories stories;
    FakeJournal journal;
    FakeFilter filter;
    FakeHooks hooks;
    FakeFirewall firewall;
    FakeNeighbours neighbours;
    FakeIp6 ip6;
    FakePrefixes prefixes;
    FakeRedials redials;
    FakeAgents agents;

    Machine() {
        dns.exists = [this](std::uint32_t index) { return network.link(index).has_value(); };
        network.removed = [this](std::uint32_t index) { dns.applied.erase(index); };
    }

    Ports ports() {
        return {clock,  engines, network,  dns,        profiles, records,  stories, journal, devices,
                filter, hooks,   firewall, neighbours, ip6,      prefixes, redials, agents};
    }

    static constexpr const char* kProfile =
        R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}, "ipv6": {"enabled": false}})";

    void addProfile(const std::string& name, const std::string& json = kProfile) {
        profiles.profiles[name] = json;
        profiles.password(name, "secret");
    }
};

inline engine::Ip4Up ip4(const std::string& interface = "ppp0", std::uint32_t index = 10) {
    return {interface, index, {10, 64, 0, 100}, {10, 64, 0, 1}, {{10, 64, 0, 53}}, 1492};
}

} // namespace ppp::test
