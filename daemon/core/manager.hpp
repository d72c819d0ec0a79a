// SPDX-License-Identifier: LGPL-2.1-or-later
// All connections of the machine: loads and stores them, settles routes between them, starts and stops them
// together.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/clamping.hpp"
#include "core/connection.hpp"
#include "core/dial_pacer.hpp"
#include "core/moving_address.hpp"
#include "core/proxy_arp.hpp"
#include "core/route_pace.hpp"
#include "core/routing.hpp"
#include "core/secret_agents.hpp"
#include "core/zones.hpp"

namespace ppp::core {

/// Told of what happens to connections; the bus service. May be absent (nullptr) before it is there.
class ManagerObserver {
public:
    virtual ~ManagerObserver() = default;
    virtual void connectionAdded(Connection& connection) = 0;
    virtual void connectionRemoved(const std::string& name) = 0; ///< before the object goes
    virtual void connectionChanged(Connection& connection) = 0;
    virtual void connectionStateChanged(Connection& connection, State now, State old, Reason reason,
                                        const Details& details) = 0;
    virtual void connectionEvent(Connection& connection, const TimelineEntry& entry) = 0;
    virtual void managerChanged() = 0; ///< primary connection, DNS handler
};

class Manager final : private ConnectionHost, private NetworkListener {
public:
    explicit Manager(const Ports& ports);
    ~Manager() override;
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    void observe(ManagerObserver* observer) {
        observer_ = observer;
        handlerShown_ = ports_.dns.handler();
    }

    /// Loads all profiles and makes the connections; nothing is dialled yet.
    void load();
    /// Takes up what an earlier life left, then dials what is to be up. Once, after load().
    void begin();

    std::vector<Connection*> connections() const; ///< sorted by name
    Connection* find(const std::string& name) const;
    /// Throws Error{NoSuchConnection}, with the nearest name.
    Connection& get(const std::string& name) const;
    std::string primary() const { return routing_.primary(); }
    std::string dnsHandler() const { return ports_.dns.handler(); }
    SecretAgents& agents() { return agents_; }

    // ---- calls; each validates whole before it changes anything
    // ------------------------------------------------------
    /// Throws InvalidName, AlreadyExists, LimitExceeded, InvalidProfile.
    void checkNew(const std::string& name, const std::string& json, const Secrets& secrets) const;
    /// As checkNew; Failed where somebody wrote a profile of that name which nobody has read yet.
    Connection& add(const std::string& name, const std::string& json, const Secrets& secrets);
    void reload();
    /// InvalidProfile; Failed where the stored one was written by somebody else since it was read.
    void updateProfile(Connection& connection, const std::string& json);
    void setSecrets(Connection& connection, const Secrets& secrets);
    void clearSecrets(Connection& connection);
    /// Takes the link down first; done when the object is gone.
    void remove(const std::string& name, Done done);
    /// Those that are up and can be dialled again; how many.
    std::uint32_t redialAll(const std::string& origin);
    /// done after the last is down; the count of those that were not is returned at once.
    std::uint32_t downAll(Done done);

    void shutdown(std::function<void()> done);
    void handOver();
    /// pppd, the plugin or the kernel's door was put in place, replaced or removed.
    void engineChanged();

    /// The machine is about to sleep: hangs up all links in order; ready comes once, when all are down or the
    /// time for it is over, and not at all after resumed(). Nothing is dialled until then. Before begin() it
    /// says that the daemon started on such a machine.
    void prepareSleep(std::function<void()> ready);
    /// Dials what is wanted, whatever it waited for. Nothing where the machine did not sleep.
    void resumed();
    /// The wall clock was set.
    void clockStepped();

private:
    void requireRead(const std::string& name, const std::string* known, const std::string& wanted) const;
    bool claimRoutes(const RouteClaim& claim, std::string& error) override;
    void withdrawRoutes(const std::string& connection) override;
    std::string routeTrouble(const std::string& connection) const override;
    bool ownsDefaultRoute(const std::string& connection) const override;
    void claimClamp(const std::string& connection, const MssClamp& clamp) override;
    void releaseClamp(const std::string& connection) override;
    std::string clampTrouble() const override { return clamping_.trouble(); }
    bool claimZone(const ZoneClaim& claim, std::string& error, Answer later) override;
    bool releaseZone(const std::string& connection, Answer later) override;
    bool claimProxy(const std::string& connection, const std::string& address, std::string& error) override;
    void releaseProxy(const std::string& connection) override;
    void connectionChanged(Connection& connection) override;
    void connectionStateChanged(Connection& connection, State now, State old, Reason reason,
                                const Details& details) override;
    void connectionEvent(Connection& connection, const TimelineEntry& entry) override;
    std::unique_ptr<DialTurn> askTurn(std::function<void()> go) override;
    bool passOnRaised(const std::string& link, const Connection& from) override;
    bool passOnWidened(const LineState& line, const Connection& from) override;
    bool madeLinkShared(const std::string& link, const Connection& from) const override;
    bool sessionsAlike(const Profile& profile, const Connection& from) const override;
    void pinServer(const std::string& connection, const Route& route) override;
    void unpinServer(const std::string& connection) override;
    void settlePins() override;
    void addressMoves(const std::string& connection, bool may) override;
    PinWays pinWays() const override;
    bool hasAgent(const std::string& caller) const override { return agents_.has(caller); }
    bool someoneToAsk(const std::string& caller) const override { return agents_.anybody(caller); }
    std::unique_ptr<Pending> askSecrets(AgentQuestion question, const std::string& caller,
                                        std::function<void(AgentOutcome)> done) override;
    void agentCame();
    void linkChanged(const Link& link) override;
    void linkGone(const std::string& name) override;
    void routesChanged() override;
    void addressGone(std::uint32_t interface) override;

    Connection& make(const std::string& name);
    void erase(const std::string& name);
    void readProfilesAgain();
    /// The file has a name that a connection can have; the journal says so where it has not.
    bool named(const ProfileStore::Stored& stored) const;
    void tellTooMany() const;
    Secrets replaceableSecrets(const std::string& name) const;
    void checkPins();
    void putRoutesRight();
    void announcePrimary();
    void announceHandler();
    void announceAll();
    bool anyUses(const std::string& madeLink, const Connection* but) const;
    void removeOrphanLinks();
    void removeStrangeStories();
    void sleepPrepared();
    void recoverShared(std::map<std::string, std::string>& records);
    void undoStrangers(const std::map<std::string, std::string>& records);
    void settleShared();
    void recoverHooks(std::map<std::string, std::string>& records);
    void keepHooks(std::unique_ptr<LinkHooks> hooks);
    std::unique_ptr<LinkHooks> strayHooksOf(const std::string& name);

    Ports ports_;
    Routing routing_;
    RoutePace routePace_;
    std::unique_ptr<Timer> routesLater_; ///< armed while a look at the routes waits for its time
    MovingAddress moving_;
    Clamping clamping_;
    Zones zones_;
    ProxyArp proxies_;
    DialPacer pacer_;
    SecretAgents agents_;
    std::map<std::string, std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<Connection>> dying_; ///< removed, until the next turn of the loop
    std::unique_ptr<Timer> burial_;
    std::vector<std::unique_ptr<LinkHooks>> strayHooks_; ///< of connections that are gone
    ManagerObserver* observer_ = nullptr;
    std::string handlerShown_; ///< Dns::handler() when it was announced last
    std::string announcedPrimary_;
    std::set<std::string> owners_; ///< of the default route, as announced

    bool asleep_ = false;
    bool closing_ = false;     ///< shutdown() was called
    bool readAgain_ = false;   ///< a profile came back while its connection was leaving
    std::uint64_t sleeps_ = 0; ///< answers to earlier preparations do not count
    std::size_t sleepLeft_ = 0;
    std::function<void()> sleepReady_;
    std::unique_ptr<Timer> sleepLimit_;
};

/// Throws Error{InvalidProfile} with every fault.
void requireValid(const std::string& json);

} // namespace ppp::core
