// SPDX-License-Identifier: LGPL-2.1-or-later
// What a connection has to do with its hooks beside the hand-over: the facts that only they want, the reason
// of an end, and their failures in the story.
#include "core/connection.hpp"

#include "core/limits.hpp"
#include "core/text.hpp"
#include "plugin/message.h"

namespace ppp::core {

void Connection::recoverHooks(const std::string& record) {
    handover_.hooks().recover(record);
}

void Connection::inheritHooks(std::unique_ptr<LinkHooks> gone) {
    handover_.hooks().inherit(std::move(gone));
}

std::unique_ptr<LinkHooks> Connection::releaseHooks() {
    return handover_.releaseHooks();
}

void Connection::onHookFailure(const HookFailure& failure) {
    note("hook", {{"hook", failure.hook}, {"text", failure.text}});
}

/// They went while no daemon lived; nobody else tells their end.
void Connection::endHooks() {
    handover_.hooks().because(std::string(wire(Reason::EngineFailed)),
                              "pppd ended while the service was not running");
    handover_.endHooks();
}

void Connection::noteForHooks(const EngineEvent& event) {
    if (const auto* hello = std::get_if<engine::Hello>(&event)) {
        facts_.pppdPid = hello->pid;
    } else if (const auto* peer = std::get_if<engine::PeerAuth>(&event)) {
        const bool proved = peer->verdict == PPPM_VERDICT_ACCEPTED;
        facts_.peerName = proved ? text::harmless(peer->name, limits::kPeerText) : "";
    }
}

} // namespace ppp::core
