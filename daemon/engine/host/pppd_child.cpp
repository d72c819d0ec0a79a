// SPDX-License-Identifier: LGPL-2.1-or-later
// The supervisor's side of plugin/message.h, cut down to what stands between two others.
#include "engine/host/pppd_child.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/engine_message.hpp"
#include "sys/pidfd.hpp"

namespace ppp::engine {
namespace {

constexpr int kPerTurn = 32;
constexpr int kLastWords = 4096; // more than the socket's buffer holds
constexpr std::size_t kHeld = 16;

void sendTo(int socket, Bytes datagram) {
    while (send(socket, datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
           errno == EINTR) {
    }
}

} // namespace

PppdChild::PppdChild(sys::EventLoop& loop, const std::string& program,
                     const std::vector<std::string>& arguments, int inherit, Vault& vault, Owner owner)
    : vault_(vault), owner_(std::move(owner)),
      handles_(sys::spawnEngine(program, arguments, inherit, sys::Leads::Group)),
      pid_(sys::pidfd::process(handles_.pidfd.get()).value_or(0)) {
    socketSource_ = loop.io(
        handles_.socket.get(), EPOLLIN, [this](std::uint32_t) { drain(kPerTurn); }, sys::priority::kEngine);
    endSource_ = loop.child(handles_.pidfd.get(), [this](const siginfo_t& info) { onEnd(info); });
}

PppdChild::~PppdChild() {
    if (!gone_) {
        sys::pidfd::signal(handles_.pidfd.get(), SIGKILL);
    }
}

void PppdChild::signal(int signo) {
    if (!gone_) {
        sys::pidfd::signal(handles_.pidfd.get(), signo);
    }
}

void PppdChild::tell(Bytes datagram) {
    if (ready_) {
        sendTo(handles_.socket.get(), datagram);
    } else if (held_.size() < kHeld) {
        held_.emplace_back(datagram.begin(), datagram.end());
    }
}

void PppdChild::drain(int most) {
    std::array<std::uint8_t, PPPM_MAX_DATAGRAM> buffer;
    for (int i = 0; i < most; ++i) {
        const ssize_t size =
            recv(handles_.socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && (errno == EINTR || errno == ECONNRESET)) {
            continue;
        }
        if (size <= 0) {
            if (size == 0 || errno != EAGAIN) {
                socketSource_.reset();
            }
            return;
        }
        if (static_cast<std::size_t>(size) <= buffer.size()) {
            heard(Bytes(buffer).first(static_cast<std::size_t>(size)));
        }
    }
}

void PppdChild::heard(Bytes datagram) {
    switch (kindOf(datagram)) {
    case PPPM_HELLO: // the second one, after the host's own: who pppd is
        spoke_ = true;
        owner_.said(datagram);
        break;
    case PPPM_SECRETS_WANTED:
        answerSecrets();
        break;
    case PPPM_EXIT:
        end_.status = numberOf(datagram, PPPM_T_STATUS);
        end_.said = end_.status.has_value();
        break;
    default:
        owner_.said(datagram);
        break;
    }
}

void PppdChild::answerSecrets() {
    auto datagram = core::encodeSecrets(vault_.password(), std::nullopt, vault_.peerSecret());
    sendTo(handles_.socket.get(), datagram);
    explicit_bzero(datagram.data(), datagram.size());
    ready_ = true;
    for (const auto& question : std::exchange(held_, {})) {
        sendTo(handles_.socket.get(), question);
    }
}

void PppdChild::onEnd(const siginfo_t& info) {
    drain(kLastWords);
    gone_ = true;
    sys::pidfd::reap(handles_.pidfd.get(), false);
    if (info.si_code != CLD_EXITED) {
        end_.signal = info.si_status;
    } else if (!end_.status) {
        end_.status = static_cast<std::uint32_t>(info.si_status);
    }
    if (!spoke_) {
        end_.words = sys::readWords(handles_.words);
    }
    socketSource_.reset();
    const PppdEnd end = end_;
    const auto ended = owner_.ended;
    ended(end); // may destroy this
}

} // namespace ppp::engine
