// SPDX-License-Identifier: LGPL-2.1-or-later
// Discovery and PADT on a real veth pair; the access concentrator on the far end is this test.
#include "sys/pppoe_finder.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include <net/if.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "net_namespace.hpp"
#include "sys/late_sessions.hpp"
#include "sys/packet_socket.hpp"
#include "sys/padt.hpp"

namespace ppp::sys {
namespace {

namespace pppoe = core::pppoe;
using core::Concentrator;
using pppoe::Code;
using pppoe::Frame;
using test::run;
using namespace std::chrono_literals;

std::vector<std::uint8_t> bytes(const std::string& text) {
    return {text.begin(), text.end()};
}

class PppoeFinderTest : public test::NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair();
        far_ = openPacketSocket("v1");
        ASSERT_EQ(far_.error, "");
        readable_ = loop_.io(far_.fd.get(), EPOLLIN, [this](std::uint32_t) { serve(); });
    }

    /// Hands each PADI to answer_.
    void serve() {
        for (;;) {
            std::vector<std::uint8_t> buffer(1600);
            const ssize_t got = recv(far_.fd.get(), buffer.data(), buffer.size(), 0);
            if (got < 0)
                return;
            buffer.resize(static_cast<std::size_t>(got));
            raw_ = buffer;
            const auto frame = pppoe::decode(buffer);
            ASSERT_TRUE(frame);
            seen_.push_back(*frame);
            if (answer_)
                answer_(*frame);
        }
    }

    Frame offer(const Frame& padi, const std::string& name) const {
        Frame pado{padi.source, far_.mac, Code::Pado, 0, {}};
        pado.tags = {{pppoe::tag::kServiceName, {}},
                     {pppoe::tag::kServiceName, bytes("internet")},
                     {pppoe::tag::kConcentratorName, bytes(name)},
                     {pppoe::tag::kCookie, {1, 2, 3}}};
        if (const auto* uniq = padi.find(pppoe::tag::kHostUniq))
            pado.tags.push_back(*uniq);
        return pado;
    }
    void send(const Frame& frame) { EXPECT_EQ(sendFrame(far_.fd.get(), frame), ""); }

    void start(core::Duration howLong, const std::string& interface = "v0") {
        done_ = 0;
        pending_ = finder_.find(interface, howLong,
                                [this](std::vector<Concentrator> found, const std::string& error) {
                                    ++done_;
                                    found_ = std::move(found);
                                    error_ = error;
                                });
        EXPECT_EQ(done_, 0) << "never from within the call";
    }
    void finish() {
        EXPECT_TRUE(test::eventually([&] { return done_ != 0 || (loop_.turn(100'000), done_ != 0); }));
        loop_.turn(0);
        EXPECT_EQ(done_, 1);
    }

    EventLoop loop_;
    PppoeFinder finder_{loop_};
    PacketSocket far_;
    std::unique_ptr<EventSource> readable_;
    std::vector<Frame> seen_;
    std::vector<std::uint8_t> raw_;
    std::function<void(const Frame&)> answer_;
    std::unique_ptr<core::Pending> pending_;
    int done_ = 0;
    std::vector<Concentrator> found_;
    std::string error_;
};

TEST_F(PppoeFinderTest, FindsWhoAnswers) {
    answer_ = [&](const Frame& padi) {
        send(offer(padi, "first"));
        send(offer(padi, "second"));
        send(offer(padi, "first"));
    };
    start(300ms);
    finish();
    EXPECT_EQ(error_, "");
    ASSERT_EQ(found_.size(), 2U);
    EXPECT_EQ(found_[0].name, "first");
    EXPECT_EQ(found_[1].name, "second");
    EXPECT_EQ(found_[0].mac, far_.mac);
    EXPECT_EQ(found_[0].services, (std::vector<std::string>{"", "internet"}));
    EXPECT_EQ(found_[0].cookie, (std::vector<std::uint8_t>{1, 2, 3}));
    EXPECT_GT(found_[0].roundTrip, 0us);
    EXPECT_LT(found_[0].roundTrip, 300ms);
}

TEST_F(PppoeFinderTest, AsksAsTheStandardSays) {
    start(50ms);
    finish();
    ASSERT_EQ(seen_.size(), 1U);
    EXPECT_EQ(raw_.size(), pppoe::kMinFrame);
    EXPECT_EQ(seen_[0].destination, pppoe::kBroadcast);
    EXPECT_EQ(seen_[0].code, Code::Padi);
    EXPECT_EQ(seen_[0].session, 0);
    ASSERT_EQ(seen_[0].tags.size(), 2U);
    EXPECT_EQ(seen_[0].tags[0], (pppoe::Tag{pppoe::tag::kServiceName, {}}));
    EXPECT_EQ(seen_[0].tags[1].type, pppoe::tag::kHostUniq);
    EXPECT_EQ(seen_[0].tags[1].value.size(), 8U);
    EXPECT_TRUE(found_.empty());
    EXPECT_EQ(error_, "");
}

TEST_F(PppoeFinderTest, AsksAgainAndMeasuresTheAnsweredAttempt) {
    answer_ = [&](const Frame& padi) {
        if (seen_.size() == 2)
            send(offer(padi, "slow to wake"));
    };
    start(1300ms);
    finish();
    EXPECT_EQ(seen_.size(), 2U);
    EXPECT_NE(seen_[0].tags[1], seen_[1].tags[1]) << "the round trip belongs to one PADI";
    ASSERT_EQ(found_.size(), 1U);
    EXPECT_LT(found_[0].roundTrip, 900ms);
}

TEST_F(PppoeFinderTest, IgnoresWhatIsNoAnswerToItself) {
    answer_ = [&](const Frame& padi) {
        const Frame good = offer(padi, "evil");
        const auto with = [&](auto change) {
            Frame bad = good;
            change(bad);
            send(bad);
        };
        with([](Frame& f) { f.tags.pop_back(); });
        with([](Frame& f) { f.tags.back().value[0] ^= 1; });
        with([](Frame& f) { f.tags.back().value.back() = 1; });
        with([](Frame& f) { f.tags.back().value.push_back(0); });
        with([](Frame& f) { f.code = Code::Pads; });
        with([](Frame& f) { f.session = 1; });
        with([](Frame& f) { f.source[0] |= 1; });
        with([](Frame& f) { f.destination = pppoe::kBroadcast; });
        auto cut = pppoe::encode(good);
        cut.resize(30);
        EXPECT_GT(::send(far_.fd.get(), cut.data(), cut.size(), 0), 0);
        send(offer(padi, "good"));
    };
    start(200ms);
    finish();
    ASSERT_EQ(found_.size(), 1U);
    EXPECT_EQ(found_[0].name, "good");
}

TEST_F(PppoeFinderTest, KeepsABoundedNumberOfAnswers) {
    answer_ = [&](const Frame& padi) {
        for (std::size_t n = 0; n < core::limits::kConcentrators + 20; ++n)
            send(offer(padi, "ac" + std::to_string(n)));
    };
    start(300ms);
    finish();
    EXPECT_EQ(found_.size(), core::limits::kConcentrators);
}

TEST_F(PppoeFinderTest, SaysWhyItCannotAsk) {
    start(1s, "none");
    finish();
    EXPECT_EQ(error_, "there is no interface none");
    start(1s, "a-name-longer-than-any-interface");
    finish();
    EXPECT_EQ(error_, "there is no interface a-name-longer-than-any-interface");
    start(1s, "lo");
    finish();
    EXPECT_EQ(error_, "the interface lo is not Ethernet");
    run("ip link set v0 down");
    start(1s);
    finish();
    EXPECT_EQ(error_, "the interface v0 is down");
}

TEST_F(PppoeFinderTest, EndsWhenTheInterfaceGoesDown) {
    start(60s);
    run("ip link set v0 down");
    finish();
    EXPECT_EQ(error_, "the interface went down");
}

TEST_F(PppoeFinderTest, SearchesSideBySideUpToALimit) {
    std::vector<std::unique_ptr<core::Pending>> searches;
    const auto done = [](const std::vector<Concentrator>&, const std::string&) {};
    for (std::size_t n = 0; n < PppoeFinder::kAtOnce; ++n)
        searches.push_back(finder_.find("v0", 60s, done));
    try {
        finder_.find("v0", 60s, done);
        ADD_FAILURE() << "one search too many";
    } catch (const core::Error& error) {
        EXPECT_EQ(error.code(), core::ErrorCode::Busy);
    }
    searches.clear();
    start(100ms);
    finish();
    EXPECT_EQ(error_, "") << "the ended ones do not count";
}

TEST_F(PppoeFinderTest, IsCalledOffByItsOwner) {
    answer_ = [&](const Frame& padi) { send(offer(padi, "late")); };
    start(100ms);
    pending_.reset();
    bool later = false;
    const auto other = finder_.find("v0", 300ms, [&](const auto&, const auto&) { later = true; });
    EXPECT_TRUE(test::eventually([&] { return later || (loop_.turn(100'000), later); }));
    EXPECT_EQ(done_, 0);
    // The owner may also let go inside the callback.
    bool ended = false;
    std::unique_ptr<core::Pending> own;
    own = finder_.find("none", 1s, [&](const auto&, const auto&) {
        own.reset();
        ended = true;
    });
    EXPECT_TRUE(test::eventually([&] { return ended || (loop_.turn(100'000), ended); }));
}

TEST_F(PppoeFinderTest, EndsASessionForALostEngine) {
    const core::MacAddress peer = far_.mac;
    PadtSender padts;
    EXPECT_EQ(padts.send("v0", peer, 0x1234), "");
    EXPECT_TRUE(test::eventually([&] { return !seen_.empty() || (loop_.turn(100'000), !seen_.empty()); }));
    ASSERT_EQ(seen_.size(), 1U);
    EXPECT_EQ(raw_.size(), pppoe::kMinFrame);
    EXPECT_EQ(seen_[0].code, Code::Padt);
    EXPECT_EQ(seen_[0].session, 0x1234);
    EXPECT_EQ(seen_[0].destination, peer);
    EXPECT_EQ(seen_[0].source, openPacketSocket("v0").mac);
    EXPECT_EQ(padts.send("v0", peer, 0), "no such session id");
    EXPECT_EQ(padts.send("v0", peer, 0x10000), "no such session id");
    EXPECT_EQ(padts.send("none", peer, 1), "there is no interface none");
}

TEST_F(PppoeFinderTest, ALateSessionIsSentBack) {
    const core::MacAddress near = openPacketSocket("v0").mac;
    std::vector<std::string> complaints;
    LateSessions late(loop_, "v0", {7, 7}, 200ms,
                      [&](const std::string& text) { complaints.push_back(text); });
    const auto confirm = [&](Code code, std::uint16_t session, std::vector<std::uint8_t> uniq) {
        send({near, far_.mac, code, session, {{pppoe::tag::kHostUniq, std::move(uniq)}}});
    };
    confirm(Code::Pads, 1, {7});
    confirm(Code::Pads, 0, {7, 7});
    confirm(Code::Pado, 2, {7, 7});
    send({{2, 2, 2, 2, 2, 2}, far_.mac, Code::Pads, 3, {{pppoe::tag::kHostUniq, {7, 7}}}});
    confirm(Code::Pads, 4, {7, 7});
    confirm(Code::Pads, 5, {7, 7});
    EXPECT_TRUE(
        test::eventually([&] { return seen_.size() > 1 || (loop_.turn(100'000), seen_.size() > 1); }));
    ASSERT_EQ(seen_.size(), 2U);
    EXPECT_EQ(seen_[0].code, Code::Padt);
    EXPECT_EQ(seen_[0].session, 4);
    EXPECT_EQ(seen_[0].destination, far_.mac);
    EXPECT_EQ(seen_[1].session, 5);
    start(400ms); // outlasts it
    finish();
    seen_.clear();
    confirm(Code::Pads, 6, {7, 7});
    start(50ms);
    finish();
    EXPECT_TRUE(std::none_of(seen_.begin(), seen_.end(),
                             [](const Frame& frame) { return frame.code == Code::Padt; }));
    EXPECT_TRUE(complaints.empty());
}

/// Bytes that wait in packet sockets on this interface, as packet(7) shows them.
std::size_t queued(const std::string& interface) {
    const unsigned index = if_nametoindex(interface.c_str());
    std::ifstream all("/proc/thread-self/net/packet");
    std::string line;
    std::getline(all, line);
    std::size_t sum = 0;
    while (std::getline(all, line)) {
        std::istringstream words(line);
        std::string socket, references, type, protocol;
        unsigned on = 0, running = 0;
        std::size_t bytes = 0;
        words >> socket >> references >> type >> protocol >> on >> running >> bytes;
        sum += on == index ? bytes : 0;
    }
    return sum;
}

TEST_F(PppoeFinderTest, ALateSessionIsWaitedForAsleep) {
    const core::MacAddress near = openPacketSocket("v0").mac;
    EventLoop idle;
    LateSessions late(idle, "v0", {7, 7}, 60s, [](const std::string&) {});
    const std::vector<pppoe::Tag> uniq{{pppoe::tag::kHostUniq, {7, 7}}};
    send({{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, far_.mac, Code::Padi, 0, uniq});
    send({near, far_.mac, Code::Pado, 0, uniq});
    send({near, far_.mac, Code::Pads, 0, uniq});
    send({{2, 2, 2, 2, 2, 2}, far_.mac, Code::Pads, 3, uniq});
    EXPECT_EQ(queued("v0"), 0U) << "what wakes it, and every other of a thousand";
    send({near, far_.mac, Code::Pads, 4, uniq});
    EXPECT_GT(queued("v0"), 0U);
}

TEST_F(PppoeFinderTest, NobodyListensForLateSessionsWhereThereIsNoInterface) {
    LateSessions none(loop_, "none", {7}, 1s, [](const std::string&) { FAIL(); });
    LateSessions anybody(loop_, "v0", {}, 1s, [](const std::string&) { FAIL(); });
    send({openPacketSocket("v0").mac, far_.mac, Code::Pads, 4, {}});
    start(50ms);
    finish();
    EXPECT_TRUE(std::none_of(seen_.begin(), seen_.end(),
                             [](const Frame& frame) { return frame.code == Code::Padt; }));
}

} // namespace
} // namespace ppp::sys
