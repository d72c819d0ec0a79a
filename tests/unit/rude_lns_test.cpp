// SPDX-License-Identifier: LGPL-2.1-or-later
// Our side of a tunnel against the lab's hostile server, in made-up time: whatever that says, an attempt
// ends, is never a storm, and says why in few words; and the server is well-mannered often enough to be
// listened to.
#include <algorithm>
#include <deque>
#include <map>

#include <gtest/gtest.h>

#include "engine/l2tp/lac.hpp"
#include "lab/peers/rude_lns.hpp"

namespace ppp::l2tp {
namespace {

constexpr Time kStep = std::chrono::milliseconds(5);

lab::Script plain() {
    lab::Script script;
    script.concentrators.push_back({"lns", {}, lab::Milliseconds(0)});
    script.user = "alice";
    script.password = "secret";
    script.pool = 0x0a400064;
    return script;
}

struct Seen {
    std::map<EndKind, int> ends;
    int opened = 0, taken = 0, stayed = 0;
    std::size_t said = 0; ///< the server's datagrams, as bytes for a comparison of two runs
};

class Pair {
public:
    explicit Pair(std::uint32_t seed)
        : server_(
              plain(), seed,
              [this](const lab::Bytes& datagram) {
                  toUs_.push_back(datagram);
                  seen.said = seen.said * 31 + datagram.size() + (datagram.empty() ? 0 : datagram.back());
              },
              [](const std::string&) {}) {}

    /// One attempt from start to finish, ended by us after three quarters of a minute.
    void attempt(std::uint16_t number) {
        LacSettings settings;
        settings.hostName = "host";
        settings.tunnel = number;
        settings.session = number;
        settings.helloInterval = std::chrono::seconds(10);
        Lac lac(settings);
        const Time end = now_ + std::chrono::seconds(45);
        lac.start(now_);
        std::size_t ours = 0;
        std::size_t theirs = 0;
        bool closed = false;
        while (!lac.finished()) {
            ASSERT_LT(now_, end + std::chrono::minutes(2)) << "it does not end";
            if (now_ >= end && !std::exchange(closed, true)) {
                seen.stayed += lac.peerSession() != 0 ? 1 : 0;
                lac.close("enough", now_);
            }
            theirs += toUs_.size();
            for (const auto& datagram : std::exchange(toUs_, {})) {
                lac.receive(datagram, now_);
            }
            lac.tick(now_);
            for (const auto& datagram : lac.takeDatagrams()) {
                ++ours;
                server_.receive(datagram, at());
            }
            take(lac);
            server_.tick(at());
            now_ += kStep;
        }
        EXPECT_LE(ours, theirs + 60) << "more than answers, HELLOs and what was sent again";
        toUs_.clear();
    }

    Seen seen;

private:
    lab::Clock::time_point at() const { return lab::Clock::time_point(now_); }

    void take(Lac& lac) {
        for (const LacEvent& event : lac.takeEvents()) {
            if (const auto* ended = std::get_if<Ended>(&event)) {
                ++seen.ends[ended->kind];
                EXPECT_LT(ended->text.size(), 2000U);
            } else if (std::holds_alternative<TunnelOpened>(event)) {
                ++seen.opened;
            } else if (std::holds_alternative<CallTaken>(event)) {
                ++seen.taken;
                lac.callReady(now_);
            }
        }
    }

    Time now_ = std::chrono::hours(1);
    std::deque<lab::Bytes> toUs_;
    lab::RudeLns server_;
};

Seen walk(std::uint32_t seed, int attempts) {
    Pair pair(seed);
    for (int n = 1; n <= attempts; ++n) {
        pair.attempt(static_cast<std::uint16_t>(n));
        if (::testing::Test::HasFatalFailure()) {
            break;
        }
    }
    return pair.seen;
}

TEST(RudeLns, EachAttemptEndsAndSaysWhy) {
    Seen all;
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        const Seen one = walk(seed, 12);
        ASSERT_FALSE(HasFatalFailure()) << "seed " << seed;
        for (const auto& [kind, times] : one.ends) {
            all.ends[kind] += times;
        }
        all.opened += one.opened;
        all.taken += one.taken;
        all.stayed += one.stayed;
    }
    for (const EndKind kind :
         {EndKind::NoAnswer, EndKind::Refused, EndKind::CallRefused, EndKind::PeerEnded, EndKind::Broken}) {
        EXPECT_GT(all.ends[kind], 0) << static_cast<int>(kind);
    }
    EXPECT_GT(all.opened, 200);
    EXPECT_GT(all.taken, 150);
    EXPECT_GT(all.stayed, 30);
}

TEST(RudeLns, TheSameSeedIsTheSameServer) {
    EXPECT_EQ(walk(7, 6).said, walk(7, 6).said);
    EXPECT_NE(walk(7, 6).said, walk(8, 6).said);
}

} // namespace
} // namespace ppp::l2tp
