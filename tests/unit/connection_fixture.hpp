// SPDX-License-Identifier: LGPL-2.1-or-later
// One connection "isp" over fake ports, and the words to tell it what happens.
#pragma once

#include <gtest/gtest.h>

#include "plugin/message.h"
#include "support/fake_ports.hpp"

namespace ppp::test {

struct Answer {
    bool came = false;
    std::optional<Error> error;
    Done done() {
        return [this](const std::optional<Error>& e) {
            EXPECT_FALSE(came) << "answered twice";
            came = true;
            error = e;
        };
    }
    std::string text() const { return error ? error->what() : ""; }
};

struct Line : testing::Test {
    Machine m;
    std::unique_ptr<Manager> manager;

    void start(const std::string& profile = Machine::kProfile) {
        m.addProfile("isp", profile);
        restart();
    }
    void restart() {
        manager = std::make_unique<Manager>(m.ports());
        manager->load();
        manager->begin();
        m.clock.settle();
    }
    Connection& isp() { return manager->get("isp"); }
    FakeEngine& engine() { return *m.engines.of("isp"); }
    std::string state() { return std::string(wire(isp().state())); }

    void phase(std::uint32_t number) { engine().report(engine::PhaseChange{number}); }
    void negotiate() {
        phase(PPPM_PHASE_SERIALCONN);
        engine().report(engine::Session{5, {2, 0, 0, 0, 0, 1}, "isp-ac"});
        phase(PPPM_PHASE_ESTABLISH);
        engine().report(engine::LcpUp{1492, 1492});
        phase(PPPM_PHASE_AUTHENTICATE);
        engine().report(engine::Auth{0xc223, PPPM_VERDICT_ACCEPTED, "welcome", 5});
        phase(PPPM_PHASE_NETWORK);
    }
    void address() {
        m.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
        engine().report(ip4());
        m.dns.answer();
    }
    void bringUp() {
        isp().up({}, [](const auto&) {});
        negotiate();
        address();
    }
    void end(std::uint32_t status = 5) {
        m.network.removeInterface("ppp0");
        engine().report(engine::Exit{status});
        engine().end({static_cast<int>(status), {}});
        m.dns.answer();
    }
    void toNextAttempt() {
        const std::uint64_t now = m.clock.wall(m.clock.now());
        m.clock.advance(Duration(static_cast<std::int64_t>(isp().view().nextAttempt - now)));
    }
    bool nothingApplied() const {
        const bool route = std::any_of(m.network.table.begin(), m.network.table.end(),
                                       [](const Route& r) { return r.protocol == kRouteProtocol; });
        return !route && m.dns.applied.empty();
    }
};

} // namespace ppp::test
