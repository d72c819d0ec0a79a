// SPDX-License-Identifier: LGPL-2.1-or-later
// The client's side of a tunnel and a small server, with a wire between them that behaves as a test says.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/l2tp/lac.hpp"
#include "support/small_lns.hpp"

namespace ppp::l2tp {

using namespace std::chrono_literals;
using test::LnsSettings;
using test::SmallLns;

inline const std::string kSecret = "geheim";

inline LacSettings client(const std::string& secret = {}, Time hello = 60s) {
    LacSettings settings;
    settings.hostName = "client.test";
    settings.tunnel = 100;
    settings.session = 200;
    settings.callSerial = 1;
    settings.secret = {reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()};
    settings.challenge = {1, 2, 3};
    settings.helloInterval = hello;
    return settings;
}

/// Both ends and the wire between them, in a time of its own.
class Wire {
public:
    Wire(LacSettings mine, LnsSettings yours) : lac(std::move(mine)), lns(std::move(yours)) {}

    /// How long each datagram takes; several: it is doubled; none: it is lost.
    std::function<std::vector<Time>()> weather = [] { return std::vector<Time>{5ms}; };
    bool ready = true; ///< the data plane answers at once

    void run(Time until) {
        pass();
        while (const auto next = soonest()) {
            if (*next > until) {
                break;
            }
            now = std::max(now, *next);
            arrive();
            lac.tick(now);
            lns.tick(now);
            pass();
        }
        now = std::max(now, until);
    }
    void runFor(Time span) { run(now + span); }

    template <typename Kind> const Kind* event() const {
        for (const LacEvent& one : events) {
            if (const auto* found = std::get_if<Kind>(&one)) {
                return found;
            }
        }
        return nullptr;
    }
    bool established() const { return lns.count(MessageType::Iccn) == 1; }
    std::string endText() const { return event<Ended>() != nullptr ? event<Ended>()->text : "none"; }
    std::optional<EndKind> endKind() const {
        return event<Ended>() != nullptr ? std::optional(event<Ended>()->kind) : std::nullopt;
    }

    Time now = 1000s;
    Lac lac;
    SmallLns lns;
    std::vector<LacEvent> events;
    std::vector<Time> sentAt; ///< by the client
    std::vector<std::size_t> sizes;

private:
    struct Flying {
        Time at;
        bool toServer;
        Datagram bytes;
    };

    void pass() {
        for (bool more = true; more;) {
            more = false;
            for (const LacEvent& one : lac.takeEvents()) {
                events.push_back(one);
                if (std::holds_alternative<CallTaken>(one) && ready) {
                    lac.callReady(now);
                    more = true;
                }
            }
        }
        for (const Datagram& one : lac.takeDatagrams()) {
            sentAt.push_back(now);
            sizes.push_back(one.size());
            fly(true, one);
        }
        for (const Datagram& one : lns.take()) {
            fly(false, one);
        }
    }
    void fly(bool toServer, const Datagram& bytes) {
        for (const Time delay : weather()) {
            flying_.push_back({now + delay, toServer, bytes});
        }
    }
    void arrive() {
        std::vector<Flying> here;
        std::erase_if(flying_, [&](const Flying& one) {
            if (one.at <= now) {
                here.push_back(one);
            }
            return one.at <= now;
        });
        for (const Flying& one : here) {
            if (one.toServer) {
                lns.receive(one.bytes, now);
            } else {
                lac.receive(one.bytes, now);
            }
        }
    }
    std::optional<Time> soonest() const {
        std::optional<Time> first;
        const auto take = [&](std::optional<Time> one) {
            if (one && (!first || *one < *first)) {
                first = one;
            }
        };
        take(lac.deadline());
        take(lns.deadline());
        for (const Flying& one : flying_) {
            take(one.at);
        }
        return first;
    }

    std::vector<Flying> flying_;
};

inline std::vector<Time> nothing() {
    return {};
}

} // namespace ppp::l2tp
