// SPDX-License-Identifier: LGPL-2.1-or-later
// A connection without a password, and agents that a test speaks for.
#pragma once

#include <string>

#include "connection_fixture.hpp"

namespace ppp::test {

using namespace std::chrono_literals;

struct Asked : Line {
    void SetUp() override {
        m.agents.users = {{":1.1", 1000}, {":1.2", 1001}, {":1.3", 1002}};
        m.agents.activeUsers = {1001, 1002};
    }
    /// The connection without a password.
    void startBare(const std::string& profile = Machine::kProfile) {
        m.addProfile("isp", profile);
        m.profiles.secrets.clear();
        restart();
    }
    std::string enroll(const std::string& owner, const std::string& path = "/agent") {
        Answer answer;
        try {
            manager->agents().enroll({owner, path}, answer.done());
        } catch (const Error& error) {
            return std::string(wire(error.code()));
        }
        m.agents.tellWho();
        EXPECT_TRUE(answer.came);
        return answer.error ? std::string(wire(answer.error->code())) : "";
    }
    void up(Answer& answer, const std::string& caller = ":1.1", bool ask = true) {
        isp().up({true, 0s, caller, ask}, answer.done());
        m.clock.settle();
    }
    bool give(const std::string& secret) {
        const bool waited = m.agents.give("password", secret);
        m.clock.settle();
        return waited;
    }
    void no() {
        m.agents.decline();
        m.clock.settle();
    }
    /// The server refuses the password of the running engine.
    void refuse(const std::string& words = "E=691 who are you") {
        phase(PPPM_PHASE_SERIALCONN);
        engine().report(engine::Session{5, {2, 0, 0, 0, 0, 1}, "isp-ac"});
        engine().report(engine::LcpUp{1492, 1492});
        phase(PPPM_PHASE_AUTHENTICATE);
        engine().report(engine::Auth{0xc223, PPPM_VERDICT_REFUSED, words, 5});
        engine().report(engine::Exit{19});
        engine().end({19, {}});
        m.dns.answer();
        m.clock.settle();
    }
    std::size_t asked() const { return m.agents.calls.size(); }
    std::string askedLast() { return m.agents.last().agent.owner; }
    std::string phaseNow() { return isp().view().phase; }
};

} // namespace ppp::test
