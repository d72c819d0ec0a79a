// SPDX-License-Identifier: LGPL-2.1-or-later
// The other side of a dialogue: a scripted modem on a clock of its own, which notes what it was sent.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/serial/dialogue.hpp"

namespace ppp::test {

/// Answers each line (without its CR, or "+++") with bytes that come `after` the line.
struct ModemAnswer {
    std::string bytes;
    core::Duration after = std::chrono::milliseconds(1);
};
using ModemScript = std::function<ModemAnswer(const std::string& line)>;

class ModemTalk {
public:
    explicit ModemTalk(engine::DialogueOrder order) : dialogue(std::move(order)) {}

    /// Runs until there is an outcome, or no more events come for ever.
    void run(const ModemScript& script) {
        script_ = script;
        dialogue.start(now);
        follow();
        for (int step = 0; step < 100000 && !dialogue.outcome(); ++step) {
            if (!coming.empty() && coming.front().second <= dialogue.deadline()) {
                const auto [bytes, at] = coming.front();
                coming.erase(coming.begin());
                now = std::max(now, at);
                hear(bytes);
            } else {
                now = std::max(now, dialogue.deadline());
                dialogue.passed(now);
                follow();
            }
        }
    }

    void hear(const std::string& bytes) {
        for (std::size_t i = 0; i < bytes.size() && !dialogue.outcome(); ++i) {
            dialogue.received(bytes[i], now);
            ++read;
            follow();
        }
    }

    void follow() {
        for (engine::Wish& wish : dialogue.takeWishes()) {
            if (auto* send = std::get_if<engine::wish::Send>(&wish)) {
                answer(std::string(send->bytes.view()));
            } else if (std::holds_alternative<engine::wish::Pin>(wish)) {
                ++pinsWanted;
                dialogue.pin(pin ? std::optional(core::Secret(*pin)) : std::nullopt, whyNoPin, now);
                follow();
                return;
            } else if (auto* result = std::get_if<engine::wish::PinResult>(&wish)) {
                pinResult = *result;
                ++pinResults;
            } else if (auto* connected = std::get_if<engine::wish::Connected>(&wish)) {
                connect = connected->text;
            }
        }
    }

    void answer(std::string line) {
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        sent.push_back(line);
        sentAt.push_back(now);
        const ModemAnswer reply = script_(line);
        if (!reply.bytes.empty()) {
            coming.emplace_back(reply.bytes, now + reply.after);
        }
    }

    core::Duration took() const { return now - core::BootTime{std::chrono::seconds(1000)}; }

    engine::Dialogue dialogue;
    core::BootTime now{std::chrono::seconds(1000)};
    std::vector<std::string> sent;
    std::vector<core::BootTime> sentAt;
    std::vector<std::pair<std::string, core::BootTime>> coming;
    std::size_t read = 0; ///< bytes the dialogue took
    std::optional<std::string> pin;
    std::string whyNoPin;
    int pinsWanted = 0;
    std::optional<engine::wish::PinResult> pinResult;
    int pinResults = 0;
    std::string connect;

private:
    ModemScript script_;
};

} // namespace ppp::test
