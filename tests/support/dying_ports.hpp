// SPDX-License-Identifier: LGPL-2.1-or-later
// The core's ports with a death before every step that changes the machine or a file. Put between the core
// and the real ports (program ppp-managerd-faults) or between the core and fakes (connection_death_test).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ports.hpp"
#include "support/dying_agents.hpp"
#include "support/fate.hpp"

namespace ppp::test {

class DyingEngine final : public core::Engine {
public:
    DyingEngine(Fate& fate, std::string name, std::unique_ptr<core::Engine> engine)
        : fate_(fate), name_(std::move(name)), engine_(std::move(engine)) {}
    ~DyingEngine() override {
        if (fate_.dead()) {
            engine_->release();
        }
    }
    DyingEngine(const DyingEngine&) = delete;
    DyingEngine& operator=(const DyingEngine&) = delete;
    std::uint32_t pid() const override { return engine_->pid(); }
    void terminate() override {
        fate_.step("terminate the engine of " + name_);
        engine_->terminate();
    }
    void kill() override {
        fate_.step("kill the engine of " + name_);
        engine_->kill();
    }
    void measureEcho() override { engine_->measureEcho(); }
    void setDebug(bool on) override {
        fate_.step("switch the packet log of " + name_);
        engine_->setDebug(on);
    }
    void givePin(std::optional<std::string_view> pin) override {
        fate_.step("give the PIN to the engine of " + name_);
        engine_->givePin(pin);
    }
    void serverPinned(std::span<const std::uint8_t> address) override {
        fate_.step("let the engine of " + name_ + " go on to its server");
        engine_->serverPinned(address);
    }
    void goOn() override {
        fate_.step("let the engine of " + name_ + " set its addresses");
        engine_->goOn();
    }
    void release() override { engine_->release(); }

private:
    Fate& fate_;
    std::string name_;
    std::unique_ptr<core::Engine> engine_;
};

class DyingEngines final : public core::Engines {
public:
    DyingEngines(Fate& fate, core::Engines& engines) : fate_(fate), engines_(engines) {}
    std::unique_ptr<core::Engine> launch(core::EngineOrder order, core::EngineListener& listener) override {
        const std::string name = order.connection;
        fate_.step("launch the engine of " + name);
        auto engine = engines_.launch(std::move(order), listener);
        return std::make_unique<DyingEngine>(fate_, name, std::move(engine));
    }
    std::unique_ptr<core::Engine> adopt(const std::string& name, core::EngineListener& listener) override {
        fate_.step("adopt the engine of " + name);
        auto engine = engines_.adopt(name, listener);
        return engine ? std::make_unique<DyingEngine>(fate_, name, std::move(engine)) : nullptr;
    }
    std::vector<std::string> leftBehind() const override { return engines_.leftBehind(); }
    void drop(const std::string& name) override {
        fate_.step("drop the engine of " + name);
        engines_.drop(name);
    }
    void tidyAfter(std::uint32_t pid) override { engines_.tidyAfter(pid); }

private:
    Fate& fate_;
    core::Engines& engines_;
};

class DyingNetwork final : public core::Network {
public:
    DyingNetwork(Fate& fate, core::Network& network) : fate_(fate), network_(network) {}
    void listen(core::NetworkListener* listener) override { network_.listen(listener); }
    std::optional<core::Link> link(const std::string& name) const override { return network_.link(name); }
    std::optional<core::Link> link(std::uint32_t index) const override { return network_.link(index); }
    std::vector<core::Route> routes() const override { return network_.routes(); }
    std::optional<core::Route> routeTo(int family, const std::string& address) override {
        return network_.routeTo(family, address);
    }
    bool add(const core::Route& route, std::string& error) override {
        fate_.step("add route, metric " + std::to_string(route.metric));
        return network_.add(route, error);
    }
    bool remove(const core::Route& route, std::string& error) override {
        fate_.step("remove route, metric " + std::to_string(route.metric));
        return network_.remove(route, error);
    }
    core::Route withMetric(const core::Route& route, std::uint32_t metric) const override {
        return network_.withMetric(route, metric);
    }
    std::optional<core::Route> asNow(const core::Route& route) override { return network_.asNow(route); }
    std::vector<core::Rule> rules() const override { return network_.rules(); }
    bool addRule(const core::Rule& rule, std::string& error) override {
        fate_.step("add the rule for " + rule.source);
        return network_.addRule(rule, error);
    }
    bool removeRule(const core::Rule& rule, std::string& error) override {
        fate_.step("remove the rule for " + rule.source);
        return network_.removeRule(rule, error);
    }
    std::vector<std::string> globalAddresses6(std::uint32_t interface) override {
        return network_.globalAddresses6(interface);
    }
    bool setMaster(std::uint32_t link, std::uint32_t master, std::string& error) override {
        fate_.step("set the master of a link");
        return network_.setMaster(link, master, error);
    }
    bool setUp(const std::string& link, bool up, std::string& error) override {
        fate_.step(std::string("set ") + (up ? "up " : "down ") + link);
        return network_.setUp(link, up, error);
    }
    bool setMtu(const std::string& link, std::uint32_t mtu, std::string& error) override {
        fate_.step("set the MTU of " + link);
        return network_.setMtu(link, mtu, error);
    }
    std::optional<std::uint32_t> socketsFollow() override { return network_.socketsFollow(); }
    bool setSocketsFollow(std::uint32_t value, std::string& error) override {
        fate_.step("set ip_dynaddr");
        return network_.setSocketsFollow(value, error);
    }
    bool hasAddress(const core::LinkAddress& address) override { return network_.hasAddress(address); }
    bool addAddress(const core::LinkAddress& address, std::string& error) override {
        fate_.step("add address " + address.local);
        return network_.addAddress(address, error);
    }
    std::string makeVlan(const std::string& parent, std::uint32_t id, bool& made,
                         std::string& error) override {
        fate_.step("make a VLAN on " + parent);
        return network_.makeVlan(parent, id, made, error);
    }
    std::string makeOwnMac(const std::string& parent, const std::string& mac, std::string& error) override {
        fate_.step("make a link with its own address on " + parent);
        return network_.makeOwnMac(parent, mac, error);
    }
    std::vector<std::string> madeLinks() override { return network_.madeLinks(); }
    bool removeLink(const std::string& link, std::string& error) override {
        fate_.step("remove link " + link);
        return network_.removeLink(link, error);
    }
    std::optional<core::LinkCounters> counters(std::uint32_t index) override {
        return network_.counters(index);
    }
    void endSession(const std::string& device, const core::MacAddress& peer, std::uint32_t session) override {
        fate_.step("send a PADT");
        network_.endSession(device, peer, session);
    }
    std::unique_ptr<core::Pending> refuseLateSessions(const std::string& device,
                                                      std::vector<std::uint8_t> hostUniq,
                                                      core::Duration howLong) override {
        return network_.refuseLateSessions(device, std::move(hostUniq), howLong);
    }

private:
    Fate& fate_;
    core::Network& network_;
};

class DyingDns final : public core::Dns {
public:
    using Done = std::function<void(const std::string& error)>;
    DyingDns(Fate& fate, core::Dns& dns) : fate_(fate), dns_(dns) {}
    std::string handler() const override { return dns_.handler(); }
    void apply(const core::DnsPlan& plan, Done done) override {
        fate_.step("push DNS");
        dns_.apply(plan, later("DNS is pushed", std::move(done)));
    }
    void revert(const core::DnsPlan& plan, Done done) override {
        fate_.step("revert DNS");
        dns_.revert(plan, later("DNS is reverted", std::move(done)));
    }
    void onResolverChanged(std::function<void()> changed) override {
        dns_.onResolverChanged(std::move(changed));
    }

private:
    Done later(std::string what, Done done) {
        return [this, what = std::move(what), done = std::move(done)](const std::string& error) {
            fate_.step(what);
            done(error);
        };
    }

    Fate& fate_;
    core::Dns& dns_;
};

class DyingFilter final : public core::PacketFilter {
public:
    DyingFilter(Fate& fate, core::PacketFilter& filter) : fate_(fate), filter_(filter) {}
    bool write(const std::vector<core::MssClamp>& clamps, std::string& error) override {
        fate_.step("write the clamps of " + std::to_string(clamps.size()) + " links");
        return filter_.write(clamps, error);
    }
    void onInterference(std::function<void()> interfered) override {
        filter_.onInterference(std::move(interfered));
    }

private:
    Fate& fate_;
    core::PacketFilter& filter_;
};

class DyingProfiles final : public core::ProfileStore {
public:
    DyingProfiles(Fate& fate, core::ProfileStore& store) : fate_(fate), store_(store) {}
    std::vector<Stored> loadAll() override { return store_.loadAll(); }
    std::optional<Stored> stored(const std::string& name) override { return store_.stored(name); }
    void saveNew(const std::string& name, const std::string& json, const core::Secrets& secrets) override {
        fate_.step("store new connection " + name);
        store_.saveNew(name, json, secrets);
    }
    void removeBoth(const std::string& name) override {
        fate_.step("remove stored connection " + name);
        store_.removeBoth(name);
    }
    void saveProfile(const std::string& name, const std::string& json) override {
        fate_.step("store profile " + name);
        store_.saveProfile(name, json);
    }
    core::Secrets loadSecrets(const std::string& name) override { return store_.loadSecrets(name); }
    core::Secrets storedSecrets(const std::string& name) override { return store_.storedSecrets(name); }
    void saveSecrets(const std::string& name, const core::Secrets& secrets) override {
        fate_.step("store secrets " + name);
        store_.saveSecrets(name, secrets);
    }
    void removeSecrets(const std::string& name) override {
        fate_.step("remove secrets " + name);
        store_.removeSecrets(name);
    }
    core::PinState pinState(const std::string& name) override { return store_.pinState(name); }
    void savePinState(const std::string& name, core::PinState state) override {
        fate_.step("store what becomes of the PIN of " + name);
        store_.savePinState(name, state);
    }

private:
    Fate& fate_;
    core::ProfileStore& store_;
};

class DyingRecords final : public core::RecordStore {
public:
    DyingRecords(Fate& fate, core::RecordStore& store) : fate_(fate), store_(store) {}
    void save(const std::string& name, const std::string& json) override {
        fate_.step("record " + name);
        store_.save(name, json);
    }
    void remove(const std::string& name) override {
        fate_.step("remove record " + name);
        store_.remove(name);
    }
    std::vector<std::pair<std::string, std::string>> loadAll() override { return store_.loadAll(); }

private:
    Fate& fate_;
    core::RecordStore& store_;
};

class DyingStories final : public core::StoryStore {
public:
    DyingStories(Fate& fate, core::StoryStore& store) : fate_(fate), store_(store) {}
    std::vector<std::string> names() override { return store_.names(); }
    std::string load(const std::string& name) override { return store_.load(name); }
    /// No step of its own: a story that lacks its last line is no trouble to anybody.
    void append(const std::string& name, const std::string& lines) override { store_.append(name, lines); }
    void replace(const std::string& name, const std::string& lines) override {
        fate_.step("rewrite story " + name);
        store_.replace(name, lines);
    }
    void remove(const std::string& name) override {
        fate_.step("remove story " + name);
        store_.remove(name);
    }

private:
    Fate& fate_;
    core::StoryStore& store_;
};

class DyingHooks final : public core::Hooks {
public:
    DyingHooks(Fate& fate, core::Hooks& hooks) : fate_(fate), hooks_(hooks) {}
    bool any(const std::string& folder) override { return hooks_.any(folder); }
    void run(const core::HookOrder& order, std::function<void(const core::HookReport&)> done) override {
        fate_.step("run the hooks of " + order.folder);
        hooks_.run(order, [this, folder = order.folder, done = std::move(done)](const auto& report) {
            fate_.step("the hooks of " + folder + " are over");
            done(report);
        });
    }
    void forget(const std::string& connection) override {
        fate_.step("forget the hooks of " + connection);
        hooks_.forget(connection);
    }

private:
    Fate& fate_;
    core::Hooks& hooks_;
};

class DyingFirewall final : public core::FirewallZones {
public:
    DyingFirewall(Fate& fate, core::FirewallZones& firewall) : fate_(fate), firewall_(firewall) {}
    bool running() const override { return firewall_.running(); }
    void bind(const std::string& interface, const std::string& zone, Done done) override {
        fate_.step("put " + interface + " into zone " + zone);
        firewall_.bind(interface, zone, std::move(done));
    }
    void unbind(const std::string& interface, const std::string& zone, Done done) override {
        fate_.step("take " + interface + " out of zone " + zone);
        firewall_.unbind(interface, zone, std::move(done));
    }
    void zoneOf(const std::string& interface,
                std::function<void(const std::string&, const std::string&)> done) override {
        firewall_.zoneOf(interface, std::move(done));
    }
    void onFirewallChanged(std::function<void()> changed) override {
        firewall_.onFirewallChanged(std::move(changed));
    }
    std::optional<std::uint32_t> groupNumber(const std::string& name) override {
        return firewall_.groupNumber(name);
    }
    bool setGroup(std::uint32_t interface, std::uint32_t group, std::string& error) override {
        fate_.step("set an interface group to " + std::to_string(group));
        return firewall_.setGroup(interface, group, error);
    }

private:
    Fate& fate_;
    core::FirewallZones& firewall_;
};

class DyingNeighbours final : public core::Neighbours {
public:
    DyingNeighbours(Fate& fate, core::Neighbours& neighbours) : fate_(fate), neighbours_(neighbours) {}
    std::optional<core::ProxyEntry> placeFor(const std::string& address, std::string& error) override {
        return neighbours_.placeFor(address, error);
    }
    Owner owner(const core::ProxyEntry& entry) override { return neighbours_.owner(entry); }
    bool add(const core::ProxyEntry& entry, std::string& error) override {
        fate_.step("add proxy ARP for " + entry.address);
        return neighbours_.add(entry, error);
    }
    bool remove(const core::ProxyEntry& entry, std::string& error) override {
        fate_.step("remove proxy ARP for " + entry.address);
        return neighbours_.remove(entry, error);
    }
    std::string hindrance(const core::ProxyEntry& entry) override { return neighbours_.hindrance(entry); }

private:
    Fate& fate_;
    core::Neighbours& neighbours_;
};

class DyingIp6 final : public core::Ip6 {
public:
    DyingIp6(Fate& fate, core::Ip6& ip6) : fate_(fate), ip6_(ip6) {}
    bool configure(const std::string& interface, bool acceptRa, std::string& error) override {
        fate_.step("set up IPv6 of " + interface);
        return ip6_.configure(interface, acceptRa, error);
    }
    void release(const std::string& interface, std::uint32_t index) override {
        fate_.step("take back IPv6 of " + interface);
        ip6_.release(interface, index);
    }
    std::unique_ptr<core::Ip6Watch> watch(const std::string& interface, std::uint32_t index, bool routers,
                                          core::Ip6Listener& listener) override {
        return ip6_.watch(interface, index, routers, listener);
    }

private:
    Fate& fate_;
    core::Ip6& ip6_;
};

class DyingPrefixes final : public core::PrefixClients {
public:
    DyingPrefixes(Fate& fate, core::PrefixClients& clients) : fate_(fate), clients_(clients) {}
    std::unique_ptr<core::PrefixClient> run(const Session& session, std::function<void()> changed) override {
        fate_.step("start the DHCPv6 client of " + session.connection);
        return clients_.run(session, std::move(changed));
    }
    void end(const Session& session) override {
        fate_.step("end the DHCPv6 client of " + session.connection);
        clients_.end(session);
    }
    bool guard(const std::string& prefix, std::string& error) override {
        fate_.step("guard the prefix " + prefix);
        return clients_.guard(prefix, error);
    }
    void unguard(const std::string& prefix) override {
        fate_.step("unguard the prefix " + prefix);
        clients_.unguard(prefix);
    }

private:
    Fate& fate_;
    core::PrefixClients& clients_;
};

/// All of them, in front of the given ones.
struct DyingPorts {
    DyingPorts(Fate& fate, const core::Ports& real)
        : engines(fate, real.engines), network(fate, real.network), dns(fate, real.dns),
          profiles(fate, real.profiles), records(fate, real.records), stories(fate, real.stories),
          filter(fate, real.filter), hooks(fate, real.hooks), firewall(fate, real.firewall),
          neighbours(fate, real.neighbours), ip6(fate, real.ip6), prefixes(fate, real.prefixes),
          redials(fate, real.redials), agents(fate, real.agents), real_(real) {}
    core::Ports ports() {
        return {real_.clock, engines,       network,       dns,     profiles, records,
                stories,     real_.journal, real_.devices, filter,  hooks,    firewall,
                neighbours,  ip6,           prefixes,      redials, agents};
    }

    DyingEngines engines;
    DyingNetwork network;
    DyingDns dns;
    DyingProfiles profiles;
    DyingRecords records;
    DyingStories stories;
    DyingFilter filter;
    DyingHooks hooks;
    DyingFirewall firewall;
    DyingNeighbours neighbours;
    DyingIp6 ip6;
    DyingPrefixes prefixes;
    DyingRedials redials;
    DyingAgents agents;

private:
    core::Ports real_;
};

} // namespace ppp::test
