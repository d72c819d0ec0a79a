// SPDX-License-Identifier: LGPL-2.1-or-later
// The life of an engine program from its descriptors to its exit.
#include "engine/host/run.hpp"

#include <csignal>
#include <exception>

#include <fcntl.h>

#include "core/text.hpp"
#include "engine/host/order_file.hpp"
#include "sys/engine_spawn.hpp"
#include "sys/journal.hpp"

namespace ppp::engine {
namespace {

constexpr int kFatal = 1; // pppd(8), EXIT STATUS

sys::UniqueFd inherited(int fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return sys::UniqueFd(fd);
}

void dieOf(int signal) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    std::signal(signal, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &one, nullptr);
    raise(signal);
}

} // namespace

int runProgram(const MakeProgram& make) {
    std::signal(SIGPIPE, SIG_IGN);
    sys::SystemJournal journal;
    std::optional<int> killer;
    int code = kFatal;
    try {
        HostFds fds{inherited(sys::kEngineSocketFd), inherited(sys::kEngineLifelineFd)};
        const sys::UniqueFd order = inherited(sys::kEngineExtraFd);
        auto task = readOrder(order.get());
        if (!task) {
            journal.log(core::Severity::Error, "",
                        "this program is run by ppp-managerd; the order is missing");
            return kFatal;
        }
        sys::EventLoop loop;
        loop.onFault([&](const std::string& what) {
            journal.log(core::Severity::Error, task->connection, core::text::cat("internal error: ", what));
        });
        const auto program = make(loop, *task);
        EngineHost host(loop, *task, std::move(fds), *program, journal);
        program->bind(host);
        const int fault = loop.run();
        code = fault != 0 ? kFatal : host.exitCode();
        killer = host.killer();
    } catch (const std::exception& error) {
        journal.log(core::Severity::Error, "", core::text::cat("cannot go on: ", error.what()));
    }
    if (killer) {
        dieOf(*killer);
    }
    return code;
}

} // namespace ppp::engine
