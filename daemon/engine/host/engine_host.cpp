// SPDX-License-Identifier: LGPL-2.1-or-later
// Who tells whom what, and the order of the end.
#include "engine/host/engine_host.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

#include <sys/resource.h>
#include <unistd.h>

#include "core/cause.hpp"
#include "core/text.hpp"
#include "sys/pid_files.hpp"

namespace ppp::engine {
namespace {

using core::Severity;
using core::text::cat;

constexpr auto kPatience = std::chrono::seconds(8); // pppd's own for a silent peer is 6 s
// pppd(8), EXIT STATUS
constexpr std::uint32_t kOptionsRefused = 2, kUserRequest = 5, kConnectFailed = 8, kCrashed = 127;
constexpr std::size_t kEarly = 16;

} // namespace

EngineHost::EngineHost(sys::EventLoop& loop, core::EngineTask task, HostFds fds, Program& program,
                       core::Journal& journal)
    : loop_(loop), task_(std::move(task)), program_(program), journal_(journal),
      daemon_(
          loop, std::move(fds.socket), vault_,
          [this] {
              if (!stopping_) {
                  program_.begin();
              }
          },
          [this](Bytes datagram) { heard(datagram); }),
      lifeline_(std::move(fds.lifeline)) {
    lifelineSource_ = loop_.io(lifeline_.get(), 0, [this](std::uint32_t) {
        lifelineSource_.reset(); // stays hung up for ever
        stopWanted();
    });
    termSource_ = loop_.signal(SIGTERM, [this] { stopWanted(); });
    say(Report(PPPM_HELLO).number(PPPM_T_PID, static_cast<std::uint32_t>(getpid())));
    say(Report(PPPM_SECRETS_WANTED));
}

void EngineHost::phase(pppm_phase phase) {
    sayStanding(Report(PPPM_PHASE).number(PPPM_T_PHASE, phase));
}

void EngineHost::fail(core::Reason reason, std::string_view words, bool passing) {
    if (failed_) {
        return;
    }
    failed_ = true;
    Report report(PPPM_FAILURE);
    report.text(PPPM_T_REASON, core::wire(reason)).text(PPPM_T_TEXT, words);
    if (passing) {
        report.number(PPPM_T_PASSING, 1);
    }
    sayStanding(report);
}

bool EngineHost::meansShortage(int error) {
    switch (error) {
    case EAGAIN:
    case EINTR:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case ENOSPC:
        return true;
    default:
        return false;
    }
}

void EngineHost::askPin() {
    sayStanding(Report(PPPM_PIN_WANTED));
}

void EngineHost::heard(Bytes datagram) {
    switch (kindOf(datagram)) {
    case PPPM_PIN:
        daemon_.drop(PPPM_PIN_WANTED);
        program_.pinGiven(fieldOf(datagram, PPPM_T_PIN));
        return;
    case PPPM_PINNED:
        program_.serverPinned(fieldOf(datagram, PPPM_T_ADDRESS).value_or(std::string_view()));
        return;
    case PPPM_REPEAT:
        daemon_.repeat();
        break;
    case PPPM_ECHO:
    case PPPM_DEBUG:
    case PPPM_READY:
        break;
    default:
        return;
    }
    if (pppd_) {
        pppd_->tell(datagram);
    } else if (kindOf(datagram) == PPPM_DEBUG && early_.size() < kEarly) {
        early_.emplace_back(datagram.begin(), datagram.end());
    }
}

void EngineHost::startPppd(const std::vector<std::string>& more, int inherit) {
    std::vector<std::string> arguments = task_.arguments;
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto said = [this](Bytes datagram) {
        if (kindOf(datagram) == PPPM_PHASE) {
            daemon_.drop(PPPM_PHASE); // pppd's plugin repeats its own
        }
        if (!program_.pppdSaid(datagram)) {
            daemon_.say(datagram);
        }
    };
    try {
        pppd_ = std::make_unique<PppdChild>(
            loop_, task_.pppd, arguments, inherit, vault_,
            PppdChild::Owner{said, [this](const PppdEnd& end) { onPppdEnd(end); }});
    } catch (const std::system_error& error) {
        fail(core::Reason::EngineFailed,
             cat("cannot start pppd (", task_.pppd, "): ", error.code().message()),
             meansShortage(error.code().value()));
        loop_.post([this] { onPppdEnd({}); });
        return;
    }
    pppdPid_ = pppd_->pid();
    for (const auto& question : std::exchange(early_, {})) {
        pppd_->tell(question);
    }
}

void EngineHost::stopWanted() {
    const bool again = std::exchange(stopping_, true);
    if (pppd_) {
        if (again) {
            log(Severity::Warning, "asked again to end: killing pppd");
            pppd_->signal(SIGKILL);
        } else {
            endPppd();
        }
    } else if (!again && !finished_) {
        if (vault_.filled() || end_) {
            program_.stop();
        } else {
            finish(); // it never began
        }
    }
}

void EngineHost::endPppd() {
    if (!pppd_) {
        return;
    }
    pppd_->signal(SIGTERM);
    ladder_ = loop_.after(kPatience, [this] {
        if (pppd_) {
            log(Severity::Warning, "pppd does not end; killing it");
            pppd_->signal(SIGKILL);
        }
    });
}

void EngineHost::dropPppd() {
    if (pppd_) {
        dropped_ = true;
        pppd_->signal(SIGKILL);
    }
}

void EngineHost::onPppdEnd(const PppdEnd& end) {
    ladder_.reset();
    last_ = std::move(pppd_); // it is calling
    end_ = end;
    if (!end.said && pppdPid_ != 0) {
        sys::removePidFiles(task_.pidFiles, {pppdPid_});
    }
    const bool crashed = end.status == kCrashed;
    if ((end.status == kOptionsRefused || crashed) && !end.words.empty()) {
        const std::string words = core::text::harmless(end.words, PPPM_MAX_TEXT);
        const core::Cause cause = crashed ? core::crashed(words) : core::startFailure(words);
        fail(cause.reason, cause.text, crashed);
    }
    program_.pppdEnded(end);
}

void EngineHost::finish() {
    if (std::exchange(finished_, true)) {
        return;
    }
    if (!killer()) {
        say(Report(PPPM_EXIT).number(PPPM_T_STATUS, static_cast<std::uint32_t>(exitCode())));
    }
    loop_.exit(0);
}

int EngineHost::exitCode() const {
    if (end_ && end_->status) {
        return static_cast<int>(*end_->status);
    }
    if (const auto signal = killer()) {
        return 128 + *signal;
    }
    return static_cast<int>(failed_ || !stopping_ ? kConnectFailed : kUserRequest);
}

void EngineHost::log(Severity severity, const std::string& text) {
    journal_.log(severity, task_.connection, text);
}

} // namespace ppp::engine
