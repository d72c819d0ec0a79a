// SPDX-License-Identifier: LGPL-2.1-or-later
// The ports: what the core needs of the machine. sys implements them for Linux, tests with fakes. All are
// called from, and call back on, the one loop; none blocks; no callback runs from within the call that asked
// for it unless said.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine_event.hpp"
#include "core/pending.hpp"
#include "core/ports_agents.hpp"
#include "core/ports_filter.hpp"
#include "core/ports_hooks.hpp"
#include "core/ports_ip6.hpp"
#include "core/ports_neighbours.hpp"
#include "core/ports_prefix.hpp"
#include "core/ports_redial.hpp"
#include "core/ports_zone.hpp"
#include "core/profile.hpp"
#include "core/route.hpp"
#include "core/secret.hpp"

namespace ppp::core {

// ---- engines
// ------------------------------------------------------------------------------------------------------

struct EngineOrder {
    std::string connection;
    Profile profile;
    std::string
        device; ///< what to dial on: core::device(profile), or the VLAN or own-MAC link made on top of it
    Secrets secrets;
};

/// How an engine ended. An adopted engine is no child: then neither code nor signal is known.
struct EngineEnd {
    std::optional<int> code;   ///< exit status
    std::optional<int> signal; ///< that killed it
    std::string words = {};    ///< what it complained of before its plugin was loaded; raw bytes
};

/// Told of one engine; outlives it.
class EngineListener {
public:
    virtual ~EngineListener() = default;
    virtual void engineReported(const EngineEvent& event) = 0;
    /// The process is gone and all that it reported has been delivered. Called once; the Engine may be
    /// destroyed inside.
    virtual void engineEnded(const EngineEnd& end) = 0;
};

/// A running engine process. Destroying a handle whose engine has not ended kills the engine (SIGKILL),
/// unless release()d.
class Engine {
public:
    virtual ~Engine() = default;
    virtual std::uint32_t pid() const = 0;
    virtual void terminate() = 0; ///< SIGTERM: orderly hang-up
    virtual void kill() = 0;      ///< SIGKILL
    /// Asks for an engine::EchoReply. None comes where LCP is not open, the peer is silent or the engine is
    /// one of an earlier version: the caller needs a time limit.
    virtual void measureEcho() = 0;
    /// Whether pppd logs its packets, from now or the next frame on; the same again changes nothing. Not
    /// heard by an engine of an earlier version.
    virtual void setDebug(bool on) = 0;
    /// The answer to an engine::PinWanted; without a PIN: there is none to send.
    virtual void givePin(std::optional<std::string_view> pin) = 0;
    /// The answer to an engine::Server of this address: what can be done for the way to it is done. Engines
    /// of an earlier version do not hear it.
    virtual void serverPinned(std::span<const std::uint8_t> address) = 0;
    /// The answer to an engine::ReadyWanted: the interface may have its addresses. Of no effect where nobody
    /// waits.
    virtual void goOn() = 0;
    /// Leaves the engine running for the next life of the daemon; descriptors stay in the service manager's
    /// store.
    virtual void release() = 0;
};

class Engines {
public:
    virtual ~Engines() = default;
    /// Throws Error-like std::runtime_error derivatives: EngineUnavailable below.
    virtual std::unique_ptr<Engine> launch(EngineOrder order, EngineListener& listener) = 0;
    /// The engine of this connection that outlived an earlier daemon, if there is one. Each can be taken
    /// once.
    virtual std::unique_ptr<Engine> adopt(const std::string& connection, EngineListener& listener) = 0;
    /// Connections whose engines outlived an earlier daemon and were not adopted yet.
    virtual std::vector<std::string> leftBehind() const = 0;
    /// Lets such an engine go: its lifeline breaks, so it hangs up in order.
    virtual void drop(const std::string& connection) = 0;
    /// Removes what a pppd of this boot with this process id has left in files, where it died while nobody
    /// looked. Nothing where such a process runs: its id went to another one.
    virtual void tidyAfter(std::uint32_t pid) = 0;
};

/// Why no engine could be started.
class EngineUnavailable : public std::runtime_error {
public:
    enum class Why { EngineMissing, KernelSupportMissing, Failed };
    EngineUnavailable(Why why, const std::string& text) : std::runtime_error(text), why_(why) {}
    Why why() const { return why_; }

private:
    Why why_;
};

// ---- the kernel's network
// -----------------------------------------------------------------------------------------

/// Told of changes in the kernel, from the loop, after the snapshot was brought up to date.
class NetworkListener {
public:
    virtual ~NetworkListener() = default;
    virtual void linkChanged(const Link& link) = 0;     ///< new or changed
    virtual void linkGone(const std::string& name) = 0; ///< where it had routes, routesChanged() follows
    virtual void routesChanged() = 0; ///< gathered: once per turn of the loop, after all links of this turn
    /// A link that is still there lost an address, of whichever family; once per turn of the loop. 0: notices
    /// were lost, any link may have.
    virtual void addressGone(std::uint32_t interface) = 0;
};

/// The kernel's links and routes: a snapshot that is kept up to date, and changes, made one at a time and at
/// once.
class Network {
public:
    virtual ~Network() = default;
    virtual void listen(NetworkListener* listener) = 0; ///< one; nullptr ends it
    virtual std::optional<Link> link(const std::string& name) const = 0;
    virtual std::optional<Link> link(std::uint32_t index) const = 0;
    /// Default routes of table main and of tables that hold a route of kRouteProtocol, and all routes of that
    /// protocol; both families. Others are of no concern here and may be many.
    virtual std::vector<Route> routes() const = 0;
    /// The way that the kernel takes to this address now (the whole route that matches); nothing where it has
    /// none. Type other than 1 (RTN_UNICAST) for an address of the machine itself and the like.
    virtual std::optional<Route> routeTo(int family, const std::string& address) = 0;
    /// Adds the route; one with the same key (table, destination, metric) of another interface is left in
    /// place beside it (NLM_F_APPEND). True also where the very same route existed. False with the kernel's
    /// words in `error`.
    virtual bool add(const Route& route, std::string& error) = 0;
    /// Removes this very route. True also where it is already gone.
    virtual bool remove(const Route& route, std::string& error) = 0;
    /// The same for many, in this order and in few turns of the kernel; what one says does not keep the next
    /// from being tried. An answer for each: empty where add() or remove() would be true.
    virtual std::vector<std::string> addAll(const std::vector<Route>& routes);
    virtual std::vector<std::string> removeAll(const std::vector<Route>& routes);
    /// This route as the kernel shows it at this moment, with the lifetime that is left of it; nothing where
    /// it is gone or was not looked for.
    virtual std::optional<Route> asNow(const Route&) { return std::nullopt; }
    /// The rules that carry our mark (FRA_PROTOCOL of kRouteProtocol). That they change is told as
    /// routesChanged().
    virtual std::vector<Rule> rules() const = 0;
    virtual bool addRule(const Rule& rule, std::string& error) = 0;    ///< true also where it is there
    virtual bool removeRule(const Rule& rule, std::string& error) = 0; ///< true also where it is gone
    /// The IPv6 addresses of a link that are valid beyond it.
    virtual std::vector<std::string> globalAddresses6(std::uint32_t interface) = 0;
    /// Makes the link a part of the one with the index `master`; 0: of none. The kernel may set it down and
    /// up again meanwhile (cycle_netdev, drivers/net/vrf.c): its IPv6 addresses are then gone.
    virtual bool setMaster(std::uint32_t link, std::uint32_t master, std::string& error) = 0;
    /// The same route, every attribute kept, with another metric; for both what add() takes.
    virtual Route withMetric(const Route& route, std::uint32_t metric) const = 0;
    /// Sets or clears IFF_UP. False with the kernel's words in `error`.
    virtual bool setUp(const std::string& link, bool up, std::string& error) = 0;
    virtual bool setMtu(const std::string& link, std::uint32_t mtu, std::string& error) = 0; ///< bytes
    /// Asks the kernel whether the link has this very address; an empty peer is not compared. True also where
    /// the kernel cannot be asked: nobody repairs what he cannot see.
    virtual bool hasAddress(const LinkAddress& address) = 0;
    /// Adds a host address. True also where it is there. False with the kernel's words in `error`.
    virtual bool addAddress(const LinkAddress& address, std::string& error) = 0;
    /// net.ipv4.ip_dynaddr: not 0 where a TCP connection that is being opened follows when its own address
    /// changes. Nothing where the kernel does not say.
    virtual std::optional<std::uint32_t> socketsFollow() = 0;
    virtual bool setSocketsFollow(std::uint32_t value, std::string& error) = 0;
    /// Makes a VLAN link on `parent` and sets it up; its name, or empty with the kernel's words in `error`.
    /// One of somebody else with the same parent and id is used as it is (`made` false); one of ours is
    /// shared.
    virtual std::string makeVlan(const std::string& parent, std::uint32_t id, bool& made,
                                 std::string& error) = 0;
    /// Makes a macvlan link (mode private) with this MAC on `parent` and sets it up; as makeVlan.
    virtual std::string makeOwnMac(const std::string& parent, const std::string& mac, std::string& error) = 0;
    /// The links that we made, in this life or an earlier one: the kernel keeps the mark.
    virtual std::vector<std::string> madeLinks() = 0;
    /// True also where it is already gone; refuses one that we did not make.
    virtual bool removeLink(const std::string& link, std::string& error) = 0;
    /// One PADT on behalf of an engine that can no longer send it (RFC 2516 section 5.5). Errors are of no
    /// use to anybody.
    virtual void endSession(const std::string& device, const MacAddress& peer, std::uint32_t session) = 0;
    /// A concentrator may confirm a session after its engine is gone, and would then hold it until it times
    /// out: for `howLong`, each PADS on this interface with this Host-Uniq is answered by a PADT. Never null;
    /// errors are of no use to anybody.
    virtual std::unique_ptr<Pending>
    refuseLateSessions(const std::string& device, std::vector<std::uint8_t> hostUniq, Duration howLong) = 0;
    /// What has gone through a link since it was made; of one that is gone: what the kernel said last.
    /// Nothing where it went before this process watched, or so long ago that it is forgotten.
    virtual std::optional<LinkCounters> counters(std::uint32_t index) = 0;
};

inline std::vector<std::string> Network::addAll(const std::vector<Route>& routes) {
    std::vector<std::string> errors(routes.size());
    for (std::size_t n = 0; n < routes.size(); ++n) {
        if (add(routes[n], errors[n])) {
            errors[n].clear();
        }
    }
    return errors;
}

inline std::vector<std::string> Network::removeAll(const std::vector<Route>& routes) {
    std::vector<std::string> errors(routes.size());
    for (std::size_t n = 0; n < routes.size(); ++n) {
        if (remove(routes[n], errors[n])) {
            errors[n].clear();
        }
    }
    return errors;
}

// ---- device nodes
// --------------------------------------------------------------------------------------------------

class Devices {
public:
    virtual ~Devices() = default;
    /// Whether this path leads to a character device.
    virtual bool present(const std::string& path) const = 0;
    class Watch {
    public:
        virtual ~Watch() = default;
    };
    /// Calls `changed` from the loop each time something happens to this path, present or not, for as long as
    /// the watch lives; it may be destroyed inside.
    virtual std::unique_ptr<Watch> watch(const std::string& path, std::function<void()> changed) = 0;
};

// ---- DNS
// ----------------------------------------------------------------------------------------------------------

class Dns {
public:
    virtual ~Dns() = default;
    /// "resolved", "resolvconf", "file" or "none".
    virtual std::string handler() const = 0;
    /// Domains and default-route flag first, then servers. done(error): empty where all was taken. Always
    /// answers, within 5 s; a later call for the same interface supersedes an earlier one.
    virtual void apply(const DnsPlan& plan, std::function<void(const std::string& error)> done) = 0;
    virtual void revert(const DnsPlan& plan, std::function<void(const std::string& error)> done) = 0;
    /// Called when the resolver came (back) and has to be told everything again, or went.
    virtual void onResolverChanged(std::function<void()> changed) = 0;
};

// ---- secrets, records, story
// --------------------------------------------------------------------------------------

/// What became of a connection's stored PIN.
enum class PinState {
    Fresh,    ///< never sent
    Trying,   ///< sent; what the modem said is not known
    Accepted, ///< when it was sent last
    Refused,
};

/// Where profiles and secrets lie (/etc/ppp-manager). All calls are short file operations; errors throw
/// std::system_error or Error{Failed} with a sentence, Error{Busy} where there is too little of descriptors
/// or memory just now, and leave what was there.
class ProfileStore {
public:
    virtual ~ProfileStore() = default;
    struct Stored {
        std::string name;
        std::string json;  ///< raw bytes; empty where unreadable
        std::string error; ///< why it could not be read; empty: it could
    };
    virtual std::vector<Stored>
    loadAll() = 0; ///< sorted by name; files that are no valid names are reported with error
    /// The profile of that name alone, as loadAll() has it; nothing where there is none.
    virtual std::optional<Stored> stored(const std::string& name) = 0;
    /// Profile and secrets of a new connection: both or neither, whatever dies in between (the next start
    /// completes or undoes it).
    virtual void saveNew(const std::string& name, const std::string& json, const Secrets& secrets) = 0;
    /// As saveNew: both go, or neither. No error where absent.
    virtual void removeBoth(const std::string& name) = 0;
    virtual void saveProfile(const std::string& name, const std::string& json) = 0; ///< atomic, durable
    /// Credential (NAME.password) before file. Throws Error{Failed} where the file is readable by others or
    /// broken.
    virtual Secrets loadSecrets(const std::string& name) = 0;
    /// The file alone: what saveSecrets() may keep of it. Throws as loadSecrets().
    virtual Secrets storedSecrets(const std::string& name) = 0;
    virtual void saveSecrets(const std::string& name,
                             const Secrets& secrets) = 0; ///< empty: removes; 0600, atomic
    virtual void removeSecrets(const std::string& name) = 0;
    /// Outlives everything but a new connection of the name (saveNew); one that cannot be read as what was
    /// stored is Trying.
    virtual PinState pinState(const std::string& name) = 0;
    virtual void savePinState(const std::string& name, PinState state) = 0; ///< atomic, durable
};

/// The runtime folder (/run/ppp-manager): one record per connection, written before what it describes is
/// done.
class RecordStore {
public:
    virtual ~RecordStore() = default;
    virtual void save(const std::string& name,
                      const std::string& json) = 0; ///< atomic; throws std::system_error
    virtual void remove(const std::string& name) = 0;
    virtual std::vector<std::pair<std::string, std::string>> loadAll() = 0;
};

/// The stories of connections as lines of text, in the runtime folder: they outlive the daemon and not the
/// boot, so their boot times stay comparable. All calls are short; errors throw std::system_error.
class StoryStore {
public:
    virtual ~StoryStore() = default;
    virtual std::vector<std::string> names() = 0;
    virtual std::string load(const std::string& name) = 0; ///< empty where there is none
    /// `lines` end with a newline. Not atomic: after a crash or an error a part of them may be there.
    virtual void append(const std::string& name, const std::string& lines) = 0;
    virtual void replace(const std::string& name, const std::string& lines) = 0; ///< atomic
    virtual void remove(const std::string& name) = 0;                            ///< no error where absent
};

enum class Severity { Error = 3, Warning = 4, Notice = 5, Info = 6, Debug = 7 };

/// The journal, with the connection's name as the field PPP_CONNECTION. Fields are NAME=value without
/// PPP_CONNECTION.
class Journal {
public:
    virtual ~Journal() = default;
    virtual void log(Severity severity, const std::string& connection, const std::string& text,
                     const std::vector<std::string>& fields = {}) = 0;
};

/// Everything a connection and the manager need, owned by main.
struct Ports {
    Clock& clock;
    Engines& engines;
    Network& network;
    Dns& dns;
    ProfileStore& profiles;
    RecordStore& records;
    StoryStore& stories;
    Journal& journal;
    Devices& devices;
    PacketFilter& filter;
    Hooks& hooks;
    FirewallZones& firewall;
    Neighbours& neighbours;
    Ip6& ip6;
    PrefixClients& prefixes;
    RedialTimers& redials;
    AgentBus& agents;
};

} // namespace ppp::core
