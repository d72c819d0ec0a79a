// SPDX-License-Identifier: LGPL-2.1-or-later
// The lab's hostile concentrator: repeatable, bounded, on its own cable, hostile in each stage, and
// well-mannered often enough that each stage is reached.
#include <set>

#include <gtest/gtest.h>

#include "lab/peers/rude.hpp"

namespace ppp::lab {
namespace {

const Mac kCustomer{2, 0, 0, 0, 0, 1};
const Mac kOwn{2, 0, 0, 0, 0, 2};

Script plainScript() {
    Script script;
    script.concentrators.push_back({"ac0", kOwn, Milliseconds(0)});
    script.auth = Auth::Chap;
    return script;
}

PppoeFrame discovery(PppoeCode code, std::uint16_t session) {
    return {
        kCustomer, kOwn,    kEtherDiscovery,
        code,      session, buildTags({{TagType::AcName, toBytes("ac0")}, {TagType::HostUniq, Bytes(8, 7)}})};
}

PppoeFrame control(Protocol protocol, std::uint8_t code) {
    Bytes payload;
    put16(payload, static_cast<std::size_t>(protocol));
    putAll(payload, buildControl({code, 1, buildOptions({{1, {5, 0xd4}}, {5, {1, 2, 3, 4}}})}));
    return {kCustomer, kOwn, kEtherSession, PppoeCode::Session, 9, payload};
}

/// What an attempt sends when all goes well, in that order.
std::vector<PppoeFrame> attempt() {
    return {discovery(PppoeCode::Pado, 0), discovery(PppoeCode::Pads, 9), control(Protocol::Lcp, 1),
            control(Protocol::Lcp, 2),     control(Protocol::Chap, 1),    control(Protocol::Chap, 3),
            control(Protocol::Ipcp, 1),    control(Protocol::Ipcp, 2),    control(Protocol::Lcp, 10)};
}

struct Seen {
    Script script;
    Rude::From from;
    std::vector<std::vector<Bytes>> answers; // to each frame of attempt(), then unasked and ending
};

std::vector<Seen> walk(std::uint32_t seed, int attempts) {
    Rude rude(seed);
    std::vector<Seen> out;
    for (int n = 0; n < attempts; ++n) {
        Seen seen{rude.begin(plainScript()), rude.from(), {}};
        rude.heard(0xc021, Bytes{1, 42, 0, 4});
        for (const PppoeFrame& frame : attempt()) {
            seen.answers.push_back(rude.frames(frame));
        }
        for (const Milliseconds time : rude.times()) {
            EXPECT_LT(time, Milliseconds(10000));
            seen.answers.push_back(rude.unasked(kCustomer, kOwn, 9));
        }
        seen.answers.push_back(rude.ending(kCustomer, kOwn, 9));
        out.push_back(std::move(seen));
    }
    return out;
}

TEST(RudePeer, sameSeedSameBytes) {
    const auto one = walk(7, 50);
    const auto same = walk(7, 50);
    const auto other = walk(8, 50);
    bool differs = false;
    for (std::size_t n = 0; n < one.size(); ++n) {
        EXPECT_EQ(one[n].answers, same[n].answers);
        EXPECT_EQ(one[n].script.text, same[n].script.text);
        differs = differs || one[n].answers != other[n].answers;
    }
    EXPECT_TRUE(differs);
}

TEST(RudePeer, keepsToTheCableAndIsBounded) {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
        for (const Seen& seen : walk(seed, 20)) {
            std::size_t frames = 0;
            for (const auto& answer : seen.answers) {
                frames += answer.size();
                for (const Bytes& bytes : answer) {
                    ASSERT_GE(bytes.size(), kEthernetHeader);
                    ASSERT_LE(bytes.size(), kEthernetHeader + kPppoeHeader + kMaxPppoePayload);
                    EXPECT_TRUE(std::equal(kCustomer.begin(), kCustomer.end(), bytes.begin()));
                    EXPECT_TRUE(std::equal(kOwn.begin(), kOwn.end(), bytes.begin() + 6));
                }
            }
            EXPECT_LT(frames, 300U);
        }
    }
}

TEST(RudePeer, isWellMannered_upToItsStage) {
    const auto frames = attempt();
    const std::map<Rude::From, std::size_t> firstBad{{Rude::From::Discovery, 0}, {Rude::From::Lcp, 2},
                                                     {Rude::From::Auth, 4},      {Rude::From::Network, 6},
                                                     {Rude::From::Up, 8},        {Rude::From::Never, 9}};
    std::map<Rude::From, std::set<std::size_t>> spoilt;
    for (const Seen& seen : walk(3, 2000)) {
        for (std::size_t at = 0; at < frames.size(); ++at) {
            const bool plain = seen.answers[at] == std::vector<Bytes>{buildPppoe(frames[at])};
            EXPECT_TRUE(plain || at >= firstBad.at(seen.from)) << at;
            if (!plain) {
                spoilt[seen.from].insert(at);
            }
        }
    }
    for (const auto& [from, first] : firstBad) {
        EXPECT_EQ(spoilt[from].size(), frames.size() - first) << static_cast<int>(from);
    }
}

/// Each way to ask for a password, and texts no terminal, no bus and no line of a log should see raw.
TEST(RudePeer, textsAndWaysVary) {
    std::set<Auth> ways;
    bool escape = false, zero = false, line = false, c1 = false, large = false;
    for (const Seen& seen : walk(5, 200)) {
        ways.insert(seen.script.auth);
        const std::string& text = seen.script.text;
        escape = escape || text.find('\x1b') != std::string::npos;
        zero = zero || text.find('\0') != std::string::npos;
        line = line || text.find('\n') != std::string::npos;
        c1 = c1 || text.find("\xc2\x9b") != std::string::npos;
        large = large || text.size() == 1400;
    }
    EXPECT_EQ(ways, (std::set<Auth>{Auth::None, Auth::Pap, Auth::Chap}));
    EXPECT_TRUE(escape && zero && line && c1 && large);
}

/// A tag, an option and a packet may lie about their length: the readers of the lab itself take it.
TEST(RudePeer, ownReadersSurvive) {
    Chance chance(11);
    std::size_t lies = 0;
    for (int n = 0; n < 5000; ++n) {
        lies += parseTags(rudeTags(chance, {{TagType::AcName, toBytes("ac0")}})) ? 0 : 1;
        const PppPacket packet = rudePacket(chance, {});
        if (const auto control = parseControl(packet.bytes)) {
            lies += parseOptions(control->data) ? 0 : 1;
        }
        lies += parseControl(spoil(chance, buildControl({1, 1, Bytes(20, 4)}))) ? 0 : 1;
    }
    EXPECT_GT(lies, 1000U);
}

} // namespace
} // namespace ppp::lab
