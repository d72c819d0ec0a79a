// SPDX-License-Identifier: LGPL-2.1-or-later
// From an order to a running engine, and from stored descriptors to an adopted one.
#include "sys/engine_launcher.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/socket.h>

#include "core/engine_options.hpp"
#include "core/engine_order.hpp"
#include "core/text.hpp"
#include "sys/pid_files.hpp"
#include "sys/pidfd.hpp"

namespace ppp::sys {
namespace {

using core::EngineUnavailable;
using core::Severity;
using core::text::cat;

/// The connection that a stored name of this kind belongs to; empty: it is of another kind. A connection's
/// name may itself end like a kind: only the last one counts.
std::string owner(std::string_view name, std::string_view kind) {
    return name.size() > kind.size() && name.ends_with(kind)
               ? std::string(name.substr(0, name.size() - kind.size()))
               : std::string();
}

std::set<std::string> owners(const FdKeeper& store, std::string_view kind) {
    std::set<std::string> found;
    for (const auto& name : store.names()) {
        if (auto connection = owner(name, kind); !connection.empty()) {
            found.insert(std::move(connection));
        }
    }
    return found;
}

bool isEngineSocket(int fd) {
    int type = 0;
    socklen_t size = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

} // namespace

EngineLauncher::EngineLauncher(EventLoop& loop, EnginePaths paths, FdKeeper& store, MoveToScope moveToScope,
                               core::Journal& journal)
    : paths_(std::move(paths)), moveToScope_(std::move(moveToScope)),
      room_{loop, store, journal, EngineReaper(loop), {loop, paths_.pidFiles}, {}, {}} {
    sweepIncomplete();
}

std::unique_ptr<core::Engine> EngineLauncher::launch(core::EngineOrder order,
                                                     core::EngineListener& listener) {
    if (room_.living.contains(order.connection)) {
        throw EngineUnavailable(EngineUnavailable::Why::Failed, "the last engine has not ended yet");
    }
    const core::LinkType type = order.profile.type;
    requireEngine(paths_, type);
    killSurvivor(order.connection);

    const std::string& program = paths_.program(type);
    try {
        auto engine = std::make_unique<EngineProcess>(room_, order.connection, EngineProcess::Kin::Child,
                                                      spawn(order), std::move(order.secrets), listener);
        engine->watch();
        const std::uint32_t pid = engine->pid();
        if (type == core::LinkType::Pppoe) {
            moveToScope_(order.connection, pid, {});
        } else { // it starts pppd once it has its secrets, and that is to be born inside the scope
            const std::uint64_t hold = engine->holdSecrets();
            moveToScope_(order.connection, pid, [this, hold] {
                const auto found = room_.held.find(hold);
                if (found != room_.held.end()) {
                    found->second->releaseSecrets();
                }
            });
        }
        return engine;
    } catch (const std::system_error& e) {
        throw EngineUnavailable(EngineUnavailable::Why::Failed,
                                cat("cannot start the engine (", program, "): ", e.code().message()));
    }
}

EngineHandles EngineLauncher::spawn(const core::EngineOrder& order) const {
    const core::Profile& profile = order.profile;
    core::EngineSite site;
    site.plugin = paths_.plugin;
    site.socket = kEngineSocketFd;
    site.lifeline = kEngineLifelineFd;
    site.device = order.device;
    auto arguments = core::engineArguments(order.connection, profile, site);
    if (profile.type == core::LinkType::Pppoe) {
        return spawnEngine(paths_.pppd, arguments);
    }
    core::EngineTask task;
    task.connection = order.connection;
    task.pppd = paths_.pppd;
    task.arguments = std::move(arguments);
    task.pidFiles = paths_.pidFiles;
    task.locks = paths_.locks;
    task.state = paths_.lines;
    task.pinStored = order.secrets.find("pin") != order.secrets.end();
    task.type = profile.type;
    task.serial = profile.serial;
    task.l2tp = profile.l2tp;
    const UniqueFd file = sealedFile(core::toJson(task));
    return spawnEngine(paths_.program(profile.type), {order.connection}, file.get());
}

std::unique_ptr<core::Engine> EngineLauncher::adopt(const std::string& connection,
                                                    core::EngineListener& listener) {
    if (room_.living.contains(connection)) {
        return nullptr;
    }
    EngineHandles handles = takeStored(connection);
    if (!handles.pidfd && !handles.socket) {
        return nullptr;
    }
    if (!isEngineSocket(handles.socket.get()) || !pidfd::process(handles.pidfd.get())) {
        room_.journal.log(Severity::Error, connection,
                          "what was stored of the engine is not usable; it is dropped");
        removeStored(connection);
        return nullptr;
    }
    auto engine = std::make_unique<EngineProcess>(room_, connection, EngineProcess::Kin::Survivor,
                                                  std::move(handles), core::Secrets(), listener);
    engine->watch();
    engine->askAgain();
    return engine;
}

std::vector<std::string> EngineLauncher::leftBehind() const {
    const auto found = owners(room_.store, kStoredPidfd);
    return {found.begin(), found.end()};
}

void EngineLauncher::drop(const std::string& connection) {
    const EngineHandles handles = takeStored(connection);
    if (handles.pidfd) {
        removeStored(connection);
    }
}

void EngineLauncher::tidyAfter(std::uint32_t pid) {
    if (pid != 0 && kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) {
        room_.pidFiles.removeOf(pid);
    }
}

void EngineLauncher::sweepIncomplete() {
    auto& store = room_.store;
    const auto lifelines = owners(store, kStoredLifeline);
    const auto sockets = owners(store, kStoredSocket);
    const auto pidfds = owners(store, kStoredPidfd);
    std::set<std::string> all = pidfds;
    all.insert(sockets.begin(), sockets.end());
    all.insert(lifelines.begin(), lifelines.end());
    for (const auto& connection : all) {
        if (!lifelines.contains(connection) || !sockets.contains(connection) ||
            !pidfds.contains(connection)) {
            takeStored(connection);
            removeStored(connection);
        }
    }
}

EngineHandles EngineLauncher::takeStored(const std::string& connection) {
    EngineHandles handles;
    handles.pidfd = room_.store.take(connection + kStoredPidfd);
    handles.socket = room_.store.take(connection + kStoredSocket);
    handles.lifeline = room_.store.take(connection + kStoredLifeline);
    return handles;
}

void EngineLauncher::removeStored(const std::string& connection) {
    for (const char* kind : {kStoredLifeline, kStoredSocket, kStoredPidfd}) {
        room_.store.remove(connection + kind);
    }
}

void EngineLauncher::killSurvivor(const std::string& connection) {
    const EngineHandles handles = takeStored(connection);
    if (!handles.pidfd) {
        return;
    }
    room_.journal.log(Severity::Warning, connection,
                      "an engine of an earlier life was not adopted; it is killed");
    pidfd::signal(handles.pidfd.get(), SIGKILL);
    removeStored(connection);
}

} // namespace ppp::sys
