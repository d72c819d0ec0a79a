// SPDX-License-Identifier: LGPL-2.1-or-later
// One engine as seen by its supervisor: what it reports, how it is stopped, how it ended, what of it outlives
// us.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "core/ports.hpp"
#include "sys/engine_keeper.hpp"
#include "sys/engine_reaper.hpp"
#include "sys/engine_socket.hpp"
#include "sys/engine_spawn.hpp"
#include "sys/event_loop.hpp"
#include "sys/pid_files.hpp"

namespace ppp::sys {

/// What all engines share; outlives them.
struct EngineRoom {
    EventLoop& loop;
    FdKeeper& store;
    core::Journal& journal;
    EngineReaper reaper;
    PidFiles pidFiles;            ///< pppd's own
    std::set<std::string> living; ///< connections with an engine that has not ended, been killed or released
    std::map<std::uint64_t, class EngineProcess*>
        held; ///< those that have to wait for their secrets, by hold: a process id may come again
    std::uint64_t lastHold = 0;
};

/// An engine with all three of its descriptors in the store has its secrets and outlives us. The lifeline
/// goes in last, when the secrets have been handed over: until then our own duplicate is the only one, so
/// that if we die before the store is complete the kernel ends the engine, and no engine is ever left that
/// the next life cannot find or that still asks for what only this life knows.
class EngineProcess : public core::Engine {
public:
    enum class Kin {
        Child,    ///< started by this process: the cause of its end is known, it has to be reaped
        Survivor, ///< started by an earlier one, and in the store
    };
    /// `listener` outlives this. Nothing is delivered before watch().
    EngineProcess(EngineRoom& room, std::string connection, Kin kin, EngineHandles handles,
                  core::Secrets secrets, core::EngineListener& listener);
    ~EngineProcess() override;
    EngineProcess(const EngineProcess&) = delete;
    EngineProcess& operator=(const EngineProcess&) = delete;

    /// From here on the listener is told, from the loop. Throws std::system_error.
    void watch();

    /// The secrets are not handed over before releaseSecrets(), however early they are asked for. Once a
    /// life. Returns the hold's number: in EngineRoom::held until then, or until the engine has ended.
    std::uint64_t holdSecrets();
    void releaseSecrets();

    std::uint32_t pid() const override { return pid_; } ///< 0 where a survivor was gone before it was found
    void terminate() override;
    void kill() override;
    /// A daemon may have died over what a survivor told it: it tells again how things stand.
    void askAgain();
    void measureEcho() override;
    void setDebug(bool on) override;
    void givePin(std::optional<std::string_view> pin) override;
    void serverPinned(std::span<const std::uint8_t> address) override;
    void goOn() override;
    void release() override;

private:
    enum class Standing { Running, Ended, Released };
    enum class Flow { More, Dry, Gone }; ///< Gone: this object was destroyed by its listener

    void readable();
    Flow deliver(const EngineSocket::Read& read);
    Flow drain(int most);
    void pauseWhenFlooded();
    void answerSecrets();
    void ask(std::span<const std::uint8_t> question, const char* what);
    void complainOfMalformed(std::size_t size);
    void ended(const core::EngineEnd& end);
    void keep();
    void unhold();
    void removeStored();
    void forget();
    void signal(int signo, const char* name);
    void log(core::Severity severity, const std::string& text);

    EngineRoom& room_;
    std::string connection_;
    Kin kin_;
    UniqueFd pidfd_;
    EngineSocket socket_;
    UniqueFd lifeline_;
    UniqueFd words_;                       // until the plugin speaks
    std::optional<core::Secrets> secrets_; // until they are sent
    std::optional<bool> debug_;            // asked for before that, when an engine takes nothing else
    core::EngineListener& listener_;
    std::uint32_t pid_;
    Standing standing_ = Standing::Running;
    bool stored_;
    std::uint64_t hold_ = 0; // 0: they are not held
    bool wanted_ = false;    // the secrets, while they are held
    bool saidExit_ = false;
    std::uint64_t malformed_ = 0;
    std::uint64_t windowStart_ = 0; // µs, CLOCK_MONOTONIC
    int windowCount_ = 0;
    bool* gone_ = nullptr; // set while the listener is called; told when we are destroyed inside
    // Last: they refer to the descriptors above, and go first.
    std::unique_ptr<EventSource> socketSource_;
    std::unique_ptr<EventSource> endSource_;
    std::unique_ptr<EventSource> pauseTimer_;
};

} // namespace ppp::sys
