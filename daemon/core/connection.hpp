// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection: the state machine over the ports. Decides everything about its link and does no I/O of its
// own.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/asking.hpp"
#include "core/cause.hpp"
#include "core/details.hpp"
#include "core/dial_pacer.hpp"
#include "core/echo.hpp"
#include "core/handover.hpp"
#include "core/line.hpp"
#include "core/ports.hpp"
#include "core/record.hpp"
#include "core/repair_pace.hpp"
#include "core/retry.hpp"
#include "core/secret_agents.hpp"
#include "core/state.hpp"
#include "core/story.hpp"
#include "core/view.hpp"
#include "core/waiters.hpp"

namespace ppp::core {

class Connection;

/// What a connection needs of whoever owns it. Calls come from inside the connection's own calls and events.
class ConnectionHost : public HandoverHost {
public:
    virtual void connectionChanged(Connection& connection) = 0; ///< something in view() may differ
    virtual void connectionStateChanged(Connection& connection, State now, State old, Reason reason,
                                        const Details& details) = 0;
    virtual void connectionEvent(Connection& connection, const TimelineEntry& entry) = 0;
    /// A turn to dial, as DialPacer::ask.
    virtual std::unique_ptr<DialTurn> askTurn(std::function<void()> go) = 0;
    /// Hands the duty to set this port down again to another connection that uses it. False where none does.
    virtual bool passOnRaised(const std::string& link, const Connection& from) = 0;
    /// The same for the MTU that was raised for a large payload.
    virtual bool passOnWidened(const LineState& line, const Connection& from) = 0;
    /// Whether another connection dials on this link that we made.
    virtual bool madeLinkShared(const std::string& link, const Connection& from) const = 0;
    /// Whether sessions of another connection cannot be told from those of this one: the same Host-Uniq is
    /// demanded on the same interface.
    virtual bool sessionsAlike(const Profile& profile, const Connection& from) const = 0;
    /// A tunnel's server is to be reached by this host route, until unpinServer(); another replaces it. Both
    /// are carried out by settlePins().
    virtual void pinServer(const std::string& connection, const Route& route) = 0;
    virtual void unpinServer(const std::string& connection) = 0;
    virtual void settlePins() = 0;
    /// Its link may change its address under connections that are being opened, or no longer may.
    virtual void addressMoves(const std::string& connection, bool may) = 0;
    /// The ways to servers, beside all tunnels of ours, as they are now.
    virtual PinWays pinWays() const = 0;
    /// As SecretAgents.
    virtual bool hasAgent(const std::string& caller) const = 0;
    virtual bool someoneToAsk(const std::string& caller) const = 0;
    virtual std::unique_ptr<Pending> askSecrets(AgentQuestion question, const std::string& caller,
                                                std::function<void(AgentOutcome)> done) = 0;
};

struct UpOptions {
    bool wait = false;
    Duration timeout{0};     ///< 0: none; only with wait
    std::string caller = {}; ///< whose agent is asked first: a unique name of the bus
    bool ask = true;         ///< people may be asked for secrets, until the next up() or down()
};
struct RedialOptions {
    bool wait = false;
    std::string origin; ///< who asked: recorded
};

class Connection final : private EngineListener {
public:
    /// `ports` and `host` outlive the connection.
    Connection(std::string name, const Ports& ports, ConnectionHost& host);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const std::string& name() const { return name_; }
    State state() const { return state_; }
    bool wanted() const { return wanted_; }
    View view() const;
    const Story& story() const { return story_; }
    /// The stored bytes of the profile.
    const std::string& profileText() const { return profileText_; }
    /// What the present link goes by, and without one the next; null where that is not known.
    const Profile* runningProfile() const { return profile_ ? &linkProfile() : nullptr; }
    const std::optional<Profile>& profile() const { return profile_; }
    /// The interface of the present link; 0: none.
    std::uint32_t interfaceIndex() const;
    /// Takes over the duty of passOnRaised() if this connection dials on that port now.
    bool inheritRaised(const std::string& link);
    /// As inheritRaised(), of passOnWidened().
    bool inheritWidened(const LineState& line);
    /// Whether it has this made link (VLAN, own MAC) in use.
    bool usesMadeLink(const std::string& link) const;
    /// The interface of a link that is a tunnel; 0: none.
    std::uint32_t tunnelIndex() const;

    // ---- life
    // -----------------------------------------------------------------------------------------------------
    /// Reads the profile; a broken one (or `unreadable`) makes the connection failed with profile-invalid,
    /// as soon as nothing runs any more. Changes nothing that runs; a link that runs with another profile
    /// gets NeedsRedial, a failed one is tried again.
    void setProfile(const std::string& json, const std::string& unreadable = {});
    /// Once, after setProfile: takes up what an earlier life left (record, engine), else `autoconnect`
    /// decides.
    void begin(const std::optional<ConnectionRecord>& record);
    /// The daemon stops for good: takes the link down; Wanted stays. done once nothing of the link is left.
    void shutdown(Done done);
    /// The daemon is replaced: leaves engine, routes and DNS as they are for the next one.
    void handOver();
    /// The connection is removed: its story goes, and nothing is told any more.
    void forgetStory() { story_.forget(); }
    /// Before begin(): what an earlier life left of its hooks.
    void recoverHooks(const std::string& record);
    /// Before begin(): as LinkHooks::inherit.
    void inheritHooks(std::unique_ptr<LinkHooks> gone);
    /// As Handover::releaseHooks, when the connection is removed.
    std::unique_ptr<LinkHooks> releaseHooks();

    // ---- calls; errors are thrown as Error before anything is changed, or come through `done`
    // ---------------------------
    void up(const UpOptions& options, Done done);
    void down(bool wait, Done done);
    void redial(const RedialOptions& options, Done done);
    /// It is about to be removed: nobody brings it up again.
    void leave() { leaving_ = true; }
    bool leaving() const { return leaving_; }
    /// Throws Error{NoSuchConnection} after leave(): what is stored for it then nobody would ever remove.
    void requireStays() const;
    /// `changed`: those that are new; null: all may be.
    void secretsChanged(const Secrets* changed = nullptr);
    /// A secret agent has registered: what failed because nobody could be asked is tried again.
    void agentCame();
    /// The round trip to the peer, measured now; nothing where the link is not up or no answer comes in time.
    /// `done` comes once, unless the daemon ends first: within this call where the link is not up.
    void measureEcho(EchoDone done);
    /// pppd's packet log, of the running engine and of later ones, over restarts of the daemon until it is
    /// switched off; then the profile decides.
    void setDebug(bool on);

    // ---- events of the machine
    // --------------------------------------------------------------------------------------
    void linkChanged(const Link& link);
    void linkGone(const std::string& link);
    /// As NetworkListener::addressGone.
    void addressGone(std::uint32_t interface);
    void resolverChanged();
    void firewallChanged();
    /// Whether something in view() may differ when routes have changed.
    bool showsRoutes() const { return state_ == State::Up || standsBy(); }
    /// Decides anew on the route to a tunnel's server where the routes below it have moved; the host then
    /// settles the pins of all.
    void checkPin(const PinWays& ways);
    /// What could not be started for want of it may be there now.
    void engineChanged();
    /// The wall clock was set: what is shown as wall time is computed anew.
    void clockStepped();

    // ---- the machine's sleep
    // ----------------------------------------------------------------------------------------
    /// The machine is about to sleep: hangs up in order and dials nothing until wake(); Wanted stays, and
    /// every wanted link waits with the reason suspend, whatever it waited for before. done once nothing of
    /// the link is left. May be called again, and before begin().
    void sleep(Done done);
    /// Dials what is wanted and not failed, at once.
    void wake();

private:
    enum class After { Decide, Dial };

    // connection_hooks.cpp
    void onHookFailure(const HookFailure& failure);
    void endHooks();
    void noteForHooks(const EngineEvent& event);

    // connection_calls.cpp
    void requireDialable() const;
    bool profileInUse() const;
    bool spoilt() const;
    void breakProfile();
    void answerAttempt(const Cause& cause);

    // connection.cpp
    bool advance(Event event);
    void enter(State state);
    void setPhase(Phase phase);
    void log(Severity severity, const std::string& text) const;
    /// False where the record could not be written: that is shown as trouble and tried again by itself.
    bool save();
    void saveFailed(const char* why);
    void saved();
    std::string trouble() const;
    void describeRunning(Details& details) const;
    void changed() { host_.connectionChanged(*this); }

    // connection_story.cpp
    void note(std::string what, Details details);
    void tell(Severity severity, const std::string& text, Reason why, std::vector<std::string> fields) const;
    void tellEngine();
    void tellFailure(const Cause& cause);
    void sessionBegan();
    SessionFacts& presentSession();
    void sessionMoved();
    void sessionCounted();
    void sessionEnded(const Cause& cause, Duration upFor);

    // connection_dial.cpp
    void dial(Event event);
    void continueDial();
    bool prepare(Cause& cause);
    bool launch(Secrets secrets, Cause& cause);
    void conclude(const Cause& cause);
    void wait(const Cause& cause, const RetryDecision& decision);
    void giveUp(const Cause& cause);
    void scheduleRetry(const Moment& next);
    void awaitDevice();
    void forgetLink();
    bool leaveBrokenProfile();
    bool dialledAgain(bool asked);

    // connection_end.cpp
    void stop(Reason reason, const std::string& text);
    void tearDown();
    void nudge();
    void refuseLateSession(std::uint32_t enginePid);
    void climbLadder();
    void engineEnded(const EngineEnd& end) override;
    void disarm();
    void settle();
    Cause verdict() const;
    /// Of the line that ran: whether that is dialled next is not asked.
    Cause lineVerdict() const;

    // connection_secrets.cpp
    enum class Gathered { All, Asking, Failed };
    Gathered gatherSecrets(Secrets& secrets, Cause& cause);
    bool askFor(std::vector<std::string> keys);
    void answered(AgentOutcome outcome);
    bool gatherable(std::string_view key) const;
    bool askForBetter(const Cause& cause, const RetryDecision& decision, bool trusted);
    void upAskedBy(const UpOptions& options);
    void askAnew();
    bool forgetAnswers(const Secrets* changed);
    void secretsProved();

    // connection_line.cpp
    void giveBackLine(bool keepRaised);

    // connection_repair.cpp
    bool holdsNetwork() const;
    void suspect();
    void ownLinkChanged(const Link& link);
    void repair();
    void tellRepair(const std::string& mended);

    // connection_sleep.cpp
    void holdForWake();
    void anchorMoments();

    // connection_redial.cpp
    void keepRedialTimer();
    void compareProfiles();
    /// What the present link goes by.
    const Profile& linkProfile() const { return running_ ? *running_ : *profile_; }
    void describeRedial(Details& details) const;
    void armSessionLimit();
    void tellRedialled(const std::string& origin, const SessionFacts& before);

    // connection_engine.cpp
    void engineReported(const EngineEvent& event) override;
    void onPhase(std::uint32_t phase);
    bool attached() const;
    void linkEnds();
    void awaitEnd();

    // connection_pin.cpp
    void onPinWanted();
    void onPinResult(const engine::PinResult& result);

    // connection_engine.cpp
    void onAuth(const engine::Auth& auth);
    void holdTurn(Duration patience);
    void onFamilies();
    void onReadyWanted(const engine::ReadyWanted& wanted);
    void answerReady();
    void reportedOnTheWayOut(const EngineEvent& event);
    bool takenInAnyState(const EngineEvent& event);
    void onFamilyReport(const EngineEvent& event); ///< an address family came, went or was refused
    void onHandover();
    void checkComplete();
    void becomeUp();
    void armDeadline(Phase phase);
    void deadlinePassed(Phase phase);

    // connection_ip6.cpp
    void takeReach();
    void describeFamilies(View& view) const;

    // connection_demand.cpp
    bool standsBy() const;
    LinkFacts presentFacts() const;
    void onDemandReady(const engine::DemandReady& ready);
    void standBy();
    void trafficCame();
    void dialAtOnce(const std::string& why);
    void renew(const std::string& why);
    void checkDemandLine();
    void describeDemand(View& view) const;

    // connection_tunnel.cpp
    void onServer(const engine::Server& server);
    void unpin();
    void describeSession(Details& details) const;
    void describeTunnel(Details& details) const;

    // connection_adopt.cpp
    void takeOver(const ConnectionRecord& record);
    void resume(const ConnectionRecord& record);
    void rest(const ConnectionRecord& record);

    const std::string name_;
    const Ports& ports_;
    ConnectionHost& host_;

    std::string profileText_;        ///< as stored
    std::string runningText_;        ///< of the profile that the engine was started with; empty: not known
    std::optional<Profile> running_; ///< that profile, where the stored one makes another link
    bool stale_ = false;             ///< the stored profile makes another link than the running one
    std::string redialBy_;           ///< who asked for the redial that goes on; empty: none does
    std::optional<Profile> profile_; ///< the stored one; where that is broken, the one that still runs
    bool profileBroken_ = true;      ///< what is stored cannot be dialled with
    bool begun_ = false;
    std::string profileFaults_;

    State state_ = State::Down;
    Phase phase_ = Phase::None;
    Reason reason_ = Reason::None;
    std::string reasonText_;
    bool wanted_ = false;
    bool closing_ = false;  ///< shutdown() was called
    bool leaving_ = false;  ///< leave() was called
    bool asleep_ = false;   ///< between sleep() and wake()
    bool debug_ = false;    ///< setDebug() was called last with true
    bool recorded_ = false; ///< a record of ours is in the runtime folder
    bool unasked_ = false;  ///< begun with a broken profile: whether it wants to be up is not known yet
    After after_ = After::Decide;
    std::uint32_t attempt_ = 0;
    Moment stateSince_, connectedAt_, nextAttempt_;
    BootTime phaseSince_, dialledAt_;

    LineState line_;
    LinkFacts facts_;
    Sightings seen_;
    EngineEnd end_;
    bool readyWanted_ = false; ///< the engine waits before it sets an address
    bool pinAnswered_ = false; ///< the question of this engine, by this daemon
    RetryMemory retry_;
    Asking asking_;
    Story story_;
    std::uint64_t chance_;

    std::unique_ptr<Engine> engine_;
    std::unique_ptr<DialTurn> turn_;
    std::unique_ptr<Devices::Watch> deviceWatch_;
    std::unique_ptr<Pending> lateSession_; ///< of an engine that is ending or has ended
    Handover handover_;
    Waiters attempts_; ///< of up and redial
    Waiters stops_;    ///< of down and shutdown
    EchoWaiters echo_;
    std::unique_ptr<Timer> deadline_, retryTimer_, ladder_, nudge_, grace_, familyWait_, sessionTimer_,
        saveAgain_;
    std::string wayTrouble_;    ///< why a tunnel's server is not pinned; empty: it is, or needs no pin
    std::string recordTrouble_; ///< why the last record could not be written; empty: it is written
    struct Repairs {
        RepairPace pace;
        std::string mended;  ///< what somebody did last
        std::string refused; ///< what cannot be put right, with the kernel's words
        std::unique_ptr<Timer> check, calm;
    } repairs_;
    int rung_ = 0;
    Phase farthest_ = Phase::None; ///< that a deadline was set for since the last phase without one
    bool familyWaited_ = false;
    bool dialNow_ = false;  ///< the next engine dials without waiting for traffic
    bool renewDue_ = false; ///< what the engine was started with has changed before it stood by
    std::vector<std::array<std::uint8_t, 4>>
        lastDns_;          ///< the peer's servers, by which an on-demand link can be called
    bool ending_ = false;  ///< the engine is closing by itself
    bool carrier_ = false; ///< of the device, when it was last looked at
};

} // namespace ppp::core
