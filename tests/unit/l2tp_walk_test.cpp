// SPDX-License-Identifier: LGPL-2.1-or-later
// The client's side of a tunnel in bad weather and in bad company, by seeded chance.
#include <random>

#include "unit/l2tp_wire.hpp"

namespace ppp::l2tp {
namespace {

/// Losses, doubles and late ones in both directions: it is established and closed all the same, and each
/// message is seen once and in order.
TEST(L2tpLac, survivesBadWeather) {
    int established = 0;
    for (unsigned seed = 1; seed <= 400; ++seed) {
        std::mt19937 random(seed);
        LnsSettings server;
        server.secret = kSecret;
        server.window = seed % 3 == 0 ? std::nullopt : std::optional<std::uint16_t>(1 + seed % 5);
        server.hidden = seed % 2 == 0;
        Wire wire(client(kSecret), server);
        wire.weather = [&] {
            std::vector<Time> out;
            for (auto n = random() % 10; n < 8; n += 6) { // 20 % lost, 20 % doubled
                out.push_back(std::chrono::milliseconds(1 + random() % 700));
            }
            return out;
        };
        wire.lac.start(wire.now);
        wire.runFor(200s);
        if (wire.endKind()) {
            continue;
        }
        ++established;
        ASSERT_TRUE(wire.established()) << seed;
        std::vector<std::uint16_t> order = wire.lns.seen();
        std::erase(order, static_cast<std::uint16_t>(MessageType::Hello));
        ASSERT_EQ(order, (std::vector<std::uint16_t>{1, 3, 10, 12})) << seed;
        wire.lac.close("done", wire.now);
        wire.runFor(2s);
        ASSERT_TRUE(wire.lac.finished()) << seed;
    }
    EXPECT_GE(established, 395);
}

/// A peer that says anything at all to a client that does anything at all.
class Walker {
public:
    explicit Walker(unsigned seed)
        : random_(seed), secret_(seed % 2 == 0 ? kSecret : std::string()),
          lac_(client(secret_, std::chrono::seconds(seed % 4 * 5))) {
        lac_.start(now_);
        look();
        if (seed % 3 != 0) { // most begin well: there is more to break later
            lac_.receive(ofKind(MessageType::Sccrp, 0, ns_++, 1), now_);
            lac_.receive(ofKind(MessageType::Icrp, 200, ns_++, 3), now_);
            look();
        }
    }

    void step() {
        now_ += std::chrono::milliseconds(random_() % 300);
        switch (random_() % 8) {
        case 0:
            lac_.callReady(now_);
            break;
        case 1:
            lac_.tick(now_);
            break;
        case 2:
            lac_.receive(bent(), now_);
            break;
        case 3:
            if (random_() % 50 == 0) {
                lac_.close("walk", now_);
            }
            break;
        default:
            lac_.receive(anything(), now_);
            break;
        }
        look();
    }

    void end() {
        lac_.close("over", now_);
        look();
        for (int n = 0; n < 100 && lac_.deadline(); ++n) {
            now_ = std::max(now_, *lac_.deadline());
            lac_.tick(now_);
            look();
        }
        EXPECT_TRUE(lac_.finished());
        EXPECT_EQ(finishes_, 1);
        EXPECT_LE(ends_, 1);
    }
    bool opened() const { return opened_; }

private:
    void look() {
        for (const LacEvent& one : lac_.takeEvents()) {
            EXPECT_EQ(finishes_, 0) << "an event after the last";
            ends_ += std::holds_alternative<Ended>(one) ? 1 : 0;
            finishes_ += std::holds_alternative<Finished>(one) ? 1 : 0;
            opened_ = opened_ || std::holds_alternative<TunnelOpened>(one);
        }
        for (auto& one : lac_.takeDatagrams()) {
            EXPECT_LE(one.size(), kLargestMessage);
            sent_.push_back(std::move(one));
        }
    }

    /// One of its own, with another byte in it.
    Datagram bent() {
        Datagram out = sent_.at(random_() % sent_.size());
        out.at(4) = 0;
        out.at(5) = 100;
        out.at(random_() % out.size()) = static_cast<std::uint8_t>(random_());
        return out;
    }

    Datagram anything() {
        const auto kind = static_cast<MessageType>(random_() % 17);
        const std::uint16_t session = random_() % 2 == 0 ? 200 : 0;
        const std::uint16_t ns = random_() % 4 == 0 ? below(8) : ns_++;
        return ofKind(kind, session, ns, below(8));
    }

    Datagram ofKind(MessageType kind, std::uint16_t session, std::uint16_t ns, std::uint16_t nr) {
        MessageWriter writer(kind);
        writer.number16(Attribute::ProtocolVersion, 0x0100).text(Attribute::HostName, "w");
        writer.number16(Attribute::AssignedTunnel, below(3, 1))
            .number16(Attribute::AssignedSession, below(3));
        if (random_() % 8 == 0) {
            writer.result({below(12), std::nullopt, "walked"});
        }
        if (!secret_.empty()) {
            const Bytes secret{reinterpret_cast<const std::uint8_t*>(secret_.data()), secret_.size()};
            writer.bytes(Attribute::ChallengeResponse,
                         challengeResponse(MessageType::Sccrp, secret, client().challenge));
        }
        return writeMessage(100, session, ns, nr, writer.take());
    }

    std::uint16_t below(unsigned limit, unsigned from = 0) {
        return static_cast<std::uint16_t>(from + random_() % limit);
    }

    std::mt19937 random_;
    std::string secret_;
    Lac lac_;
    Time now_ = 10s;
    int ends_ = 0, finishes_ = 0;
    bool opened_ = false;
    std::uint16_t ns_ = 0;
    std::vector<Datagram> sent_;
};

/// Whatever comes, in whatever order: no more than one end, nothing after the last event, and an end in
/// finite time.
TEST(L2tpLac, randomWalks) {
    int opened = 0;
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        Walker walker(seed);
        for (int step = 0; step < 400; ++step) {
            walker.step();
        }
        walker.end();
        opened += walker.opened() ? 1 : 0;
    }
    EXPECT_GT(opened, 150) << "the walks do not get far";
}

} // namespace
} // namespace ppp::l2tp
