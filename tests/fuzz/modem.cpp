// SPDX-License-Identifier: LGPL-2.1-or-later
// What a modem and the far end's login say, to the machines that dial, log in and hang up. Input: the order,
// then bytes of the line; 0xFE makes time pass to the deadline.
#include "core/dial_times.hpp"
#include "core/limits.hpp"
#include "core/modem_line.hpp"
#include "engine/serial/dialogue.hpp"
#include "engine/serial/hang_up.hpp"
#include "fuzz/target.hpp"

using namespace ppp;
using namespace ppp::fuzz;

namespace {

constexpr std::uint8_t kTimePasses = 0xfe;
constexpr std::string_view kPassword = "Zr8!kPq0-xV";
constexpr std::string_view kPin = "1234";
constexpr std::size_t kShown = 4096;

engine::DialogueOrder order(std::uint8_t how) {
    engine::DialogueOrder out;
    out.dial.number = (how & 1) != 0 ? "*99#" : "";
    out.dial.init = {"ATZ", "AT+CGDCONT=1"};
    if ((how & 2) != 0) {
        out.dial.login = {
            {"ogin:", "me"}, {"word:", (how & 4) != 0 ? "$password" : "x$passwordx"}, {"", "ppp"}};
    }
    out.password = core::Secret(kPassword);
    out.pinStored = (how & 8) != 0;
    return out;
}

class Call {
public:
    explicit Call(std::uint8_t how) : pinThere_((how & 16) != 0), dialogue_(order(how)) {
        dialogue_.start(now_);
        follow();
    }

    void byte(std::uint8_t byte) {
        if (dialogue_.outcome()) {
            return;
        }
        now_ = now_ + core::Duration(100);
        if (byte == kTimePasses) {
            pass();
        } else {
            dialogue_.received(static_cast<char>(byte), now_);
        }
        follow();
    }

    void end() {
        for (int n = 0; n < 5000 && !dialogue_.outcome(); ++n) {
            pass();
            follow();
        }
        require(dialogue_.outcome().has_value(), "silence ends every dialogue");
        const engine::Outcome& outcome = *dialogue_.outcome();
        show(outcome.text);
    }

private:
    void pass() {
        now_ = std::max(now_, dialogue_.deadline());
        dialogue_.passed(now_);
    }
    void show(std::string_view text) {
        requireShown(text, kShown, "what the modem said");
        // What was never sent the modem can only have guessed.
        require(!told_ || text.find(kPassword) == std::string_view::npos, "the password is in no text", text);
    }
    void follow() {
        for (engine::Wish& wish : dialogue_.takeWishes()) {
            if (const auto* const send = std::get_if<engine::wish::Send>(&wish)) {
                told_ = told_ || send->bytes.view().find(kPassword) != std::string_view::npos;
                pins_ += send->bytes.view().find(kPin) != std::string_view::npos ? 1 : 0;
                require(pins_ <= 1, "a PIN is sent once");
            } else if (std::holds_alternative<engine::wish::Pin>(wish)) {
                dialogue_.pin(pinThere_ ? std::optional(core::Secret(kPin)) : std::nullopt, "none is stored",
                              now_);
                follow();
                return;
            } else if (const auto* const result = std::get_if<engine::wish::PinResult>(&wish)) {
                show(result->text);
            } else if (const auto* const connected = std::get_if<engine::wish::Connected>(&wish)) {
                show(connected->text);
            }
        }
    }

    bool pinThere_;
    engine::Dialogue dialogue_;
    core::BootTime now_{std::chrono::seconds(1000)};
    int pins_ = 0;
    bool told_ = false; ///< the password was sent
};

void hangUp(std::uint8_t how, Bytes line) {
    engine::HangUp machine({"+++", "ATH"},
                           (how & 32) != 0 ? engine::HangUp::Call::Open : engine::HangUp::Call::Dialling);
    core::BootTime now{std::chrono::seconds(1000)};
    const core::BootTime begun = now;
    machine.start(now);
    for (const std::uint8_t byte : line) {
        if (byte == kTimePasses) {
            now = std::max(now, machine.deadline());
            machine.passed(now);
        } else {
            machine.received(static_cast<char>(byte), now);
        }
        machine.takeOutput();
        if (machine.done()) {
            return;
        }
    }
    for (int n = 0; n < 100 && !machine.done(); ++n) {
        now = std::max(now, machine.deadline());
        machine.passed(now);
    }
    require(machine.done() && now - begun <= core::dial_times::kHangUp, "a hang-up ends in its time");
}

void lines(Bytes line) {
    core::ModemLines cut;
    for (const std::uint8_t byte : line) {
        if (const auto text = cut.take(static_cast<char>(byte))) {
            require(!text->empty() && text->size() <= core::ModemLines::kLongest, "a line is bounded");
            core::modemResult(*text);
            core::cmeError(*text);
            core::explained(*text);
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Supply supply({data, size});
    const std::uint8_t how = supply.byte();
    const Bytes line = supply.rest();
    Call call(how);
    for (const std::uint8_t byte : line) {
        call.byte(byte);
    }
    call.end();
    hangUp(how, line);
    lines(line);
    return 0;
}
