// SPDX-License-Identifier: LGPL-2.1-or-later
// The dialogue with a modem: each outcome, each way of a modem to answer, and what it costs in time.
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/dial_times.hpp"
#include "core/text.hpp"
#include "support/modem_talk.hpp"

namespace {

using namespace ppp;
using namespace std::chrono_literals;
using core::Reason;
using test::ModemAnswer;
using test::ModemTalk;
using Lines = std::vector<std::string>;

engine::DialogueOrder order(const std::string& number = "*99#", Lines init = {"ATZ"}) {
    engine::DialogueOrder out;
    out.dial.number = number;
    out.dial.init = std::move(init);
    return out;
}

/// A modem that says OK to everything but what `special` knows, in `words` (a table of what it writes for
/// each result).
test::ModemScript modem(std::map<std::string, std::string> special) {
    return [special = std::move(special)](const std::string& line) -> ModemAnswer {
        const auto found = special.find(line);
        return {found != special.end() ? found->second : "\r\nOK\r\n"};
    };
}

TEST(Dialogue, DialsAndConnects) {
    ModemTalk talk(order("*99#", {"ATZ", "AT+CGDCONT=1,\"IP\",\"internet\""}));
    talk.run(modem({{"ATD*99#", "\r\nCONNECT 115200\r\n"}}));
    ASSERT_TRUE(talk.dialogue.outcome());
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
    EXPECT_EQ(talk.connect, "CONNECT 115200");
    EXPECT_EQ(talk.sent, (Lines{"AT", "ATZ", "AT+CGDCONT=1,\"IP\",\"internet\"", "ATD*99#"}));
    EXPECT_LT(talk.took(), 10ms) << "no wait that the modem did not ask for";
}

TEST(Dialogue, ANumberThatIsACommandIsSentAsItIs) {
    ModemTalk talk(order("ATDT0123"));
    talk.run(modem({{"ATDT0123", "\r\nCONNECT\r\n"}}));
    EXPECT_EQ(talk.sent.back(), "ATDT0123");
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
}

TEST(Dialogue, EveryResultHasItsReasonAndItsWords) {
    struct Case {
        const char* answer;
        Reason reason;
        const char* words;
    };
    const std::vector<Case> cases{
        {"\r\nBUSY\r\n", Reason::ModemBusy, "BUSY"},
        {"7\r", Reason::ModemBusy, "7"},
        {"\r\nNO CARRIER\r\n", Reason::ModemNoCarrier, "NO CARRIER"},
        {"3\r", Reason::ModemNoCarrier, "3"},
        {"\nNO DIALTONE\n", Reason::ModemNoDialtone, "NO DIALTONE"},
        {"\r\nNO DIAL TONE\r\n", Reason::ModemNoDialtone, "NO DIAL TONE"},
        {"6\r", Reason::ModemNoDialtone, "6"},
        {"\rNO ANSWER\r", Reason::ModemNoAnswer, "NO ANSWER"},
        {"8\r", Reason::ModemNoAnswer, "8"},
        {"\r\nERROR\r\n", Reason::ModemError, "ERROR"},
        {"4\r", Reason::ModemError, "4"},
        {"\r\n+CME ERROR: 30\r\n", Reason::ModemError, "+CME ERROR: 30 (no network service)"},
        {"\r\nRINGING\r\n+CREG: 1\r\nBUSY\r\n", Reason::ModemBusy, "BUSY"},
        {"ATD*99#\r\r\nRING\r\n\r\nOK\r\n\r\nNO CARRIER\r\n", Reason::ModemNoCarrier, "NO CARRIER"},
        {"", Reason::ModemTimeout, "1 min"},
    };
    for (const Case& one : cases) {
        ModemTalk talk(order());
        talk.run(modem({{"ATD*99#", one.answer}}));
        ASSERT_TRUE(talk.dialogue.outcome()) << one.answer;
        EXPECT_EQ(talk.dialogue.outcome()->reason, one.reason) << one.answer;
        EXPECT_NE(talk.dialogue.outcome()->text.find(one.words), std::string::npos)
            << talk.dialogue.outcome()->text;
        std::printf("%-18s %s\n", std::string(core::wire(one.reason)).c_str(),
                    talk.dialogue.outcome()->text.c_str());
    }
}

TEST(Dialogue, AModemThatAnswersInNumbers) {
    ModemTalk talk(order());
    talk.run([](const std::string& line) -> ModemAnswer {
        return {line + (line.starts_with("ATD") ? "\r1\r" : "\r0\r")};
    });
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
    EXPECT_LT(talk.took(), 100ms);
}

TEST(Dialogue, ASilentModem) {
    ModemTalk talk(order());
    talk.run([](const std::string&) -> ModemAnswer { return {}; });
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::ModemTimeout);
    EXPECT_EQ(talk.dialogue.outcome()->text, "the modem does not answer AT");
    EXPECT_EQ(talk.sent, (Lines{"AT", "AT", "+++", "ATH", "AT", "AT"}));
    EXPECT_LE(talk.took(), core::dial_times::kAwaken);
}

TEST(Dialogue, AModemThatIsStillInACallIsBroughtBack) {
    bool online = true;
    core::BootTime quiet{};
    ModemTalk talk(order());
    talk.run([&](const std::string& line) -> ModemAnswer {
        if (online) {
            const bool silence = talk.now - quiet >= 1s;
            quiet = talk.now;
            online = !(line == "+++" && silence);
            return {online ? "" : "\r\nOK\r\n"};
        }
        return {line.starts_with("ATD") ? "\r\nCONNECT\r\n" : "\r\nOK\r\n"};
    });
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
    EXPECT_EQ(talk.sent, (Lines{"AT", "AT", "+++", "ATH", "AT", "ATZ", "ATD*99#"}));
}

TEST(Dialogue, AFirstAnswerThatIsLateIsNotTakenForALaterOne) {
    ModemTalk talk(order("5", {"ATZ", "ATX3"}));
    Lines open; // commands whose answers are under way when another one is sent
    talk.run([&](const std::string& line) -> ModemAnswer {
        if (line != "AT" && !talk.coming.empty()) {
            open.push_back(line);
        }
        return {line.starts_with("ATD") ? "\r\nCONNECT\r\n" : "\r\nOK\r\n", line == "AT" ? 1500ms : 2500ms};
    });
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
    EXPECT_EQ(talk.sent, (Lines{"AT", "AT", "ATZ", "ATX3", "ATD5"}));
    EXPECT_EQ(open, Lines{}) << "sent into a command that was being executed";
}

TEST(Dialogue, AFirstAnswerThatIsNoiseOrAnError) {
    int asked = 0;
    ModemTalk noise(order());
    noise.run([&](const std::string& line) -> ModemAnswer {
        if (++asked == 1) {
            return {"\xff\x83\x12~}\r\nK\r\n"};
        }
        return {line.starts_with("ATD") ? "\r\nCONNECT\r\n" : std::string("\0\xff\r\nOK\r\n", 8)};
    });
    EXPECT_EQ(noise.dialogue.outcome()->reason, Reason::None);

    ModemTalk error(order());
    error.run(modem({{"AT", "\r\nERROR\r\n"}, {"ATD*99#", "\r\nCONNECT\r\n"}}));
    EXPECT_EQ(error.dialogue.outcome()->reason, Reason::None);
    EXPECT_LT(error.took(), 10ms);
}

TEST(Dialogue, InitStringsWaitForEachOther) {
    ModemTalk refused(order("5", {"ATZ", "ATX9", "ATM0"}));
    refused.run(modem({{"ATX9", "ATX9\r\r\nERROR\r\n"}}));
    EXPECT_EQ(refused.dialogue.outcome()->reason, Reason::ModemError);
    EXPECT_EQ(refused.dialogue.outcome()->text, "the modem refused init string 2 of 3: \"ERROR\"");
    EXPECT_EQ(refused.sent, (Lines{"AT", "ATZ", "ATX9"}));

    ModemTalk silent(order("5", {"ATZ", "ATX9"}));
    silent.run(modem({{"ATX9", "\r\nRING\r\n\r\nNO CARRIER\r\n"}}));
    EXPECT_EQ(silent.dialogue.outcome()->reason, Reason::ModemTimeout);
    EXPECT_EQ(silent.dialogue.outcome()->text, "the modem did not answer init string 2 of 2 within 10 s");
}

TEST(Dialogue, BytesBehindTheConnectLineAreLeftForPpp) {
    for (const std::string end : {"\r\n", "\n"}) {
        ModemTalk talk(order());
        talk.run(modem({{"ATD*99#", "\r\nCONNECT" + end + "~\xff}#"}}));
        EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
        EXPECT_EQ(talk.read, 6 + 6 + 2 + 7 + end.size());
    }
}

TEST(Dialogue, HostileBytesStayBoundedAndHarmless) {
    ModemTalk talk(order());
    talk.run(modem({{"ATD*99#", std::string(50000, '\x1b') + "\r\n+CME ERROR: \x1b[2J" +
                                    std::string(50000, 'x') + "\r\n"}}));
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::ModemError);
    EXPECT_LT(talk.dialogue.outcome()->text.size(), 400U);
    EXPECT_FALSE(core::text::hasControl(talk.dialogue.outcome()->text));
}

// ---- PIN

engine::DialogueOrder withPin() {
    auto out = order();
    out.pinStored = true;
    return out;
}

TEST(DialoguePin, AReadySimIsSentNothing) {
    for (const char* answer : {"\r\n+CPIN: READY\r\n\r\nOK\r\n", "\r\nERROR\r\n", "\r\nOK\r\n",
                               "\r\n+CME ERROR: 4\r\n", "\r\n+CPIN: SIM PIN2\r\n\r\nOK\r\n"}) {
        ModemTalk talk(withPin());
        talk.pin = "1234";
        talk.run(modem({{"AT+CPIN?", answer}, {"ATD*99#", "\r\nCONNECT\r\n"}}));
        EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None) << answer;
        EXPECT_EQ(talk.sent, (Lines{"AT", "AT+CPIN?", "ATZ", "ATD*99#"})) << answer;
        EXPECT_EQ(talk.pinsWanted, 0);
    }
}

/// A SIM that wants 1234 and is ready at the second question after it.
struct Sim {
    bool open = false;
    int questions = 0, entries = 0;
    std::string taken = "OK"; ///< what is said to the right PIN
    ModemAnswer operator()(const std::string& line) {
        if (line == "AT+CPIN?" && open && ++questions >= 2) {
            return {"\r\n+CPIN: READY\r\n\r\nOK\r\n"};
        }
        if (line == "AT+CPIN?") {
            return {open ? "\r\n+CME ERROR: SIM busy\r\n" : "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"};
        }
        if (line.starts_with("AT+CPIN=")) {
            ++entries;
            open = line == "AT+CPIN=\"1234\"";
            return {"\r\n" + (open ? taken : "+CME ERROR: 16") + "\r\n"};
        }
        if (line.starts_with("ATD")) {
            return {open ? "\r\nCONNECT\r\n" : "\r\n+CME ERROR: 11\r\n"};
        }
        return {"\r\nOK\r\n"};
    }
};

TEST(DialoguePin, TheRightOneIsSentOnce) {
    for (const bool stored : {true, false}) { // without it, the refused call says that it is wanted
        Sim sim{.taken = stored ? "OK" : "+CME ERROR: 14"}; // a SIM that is busy has not refused it
        auto what = withPin();
        what.pinStored = stored;
        ModemTalk talk(std::move(what));
        talk.pin = "1234";
        talk.run(std::ref(sim));
        EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
        EXPECT_EQ(sim.entries, 1);
        EXPECT_EQ(talk.pinsWanted, 1);
        EXPECT_TRUE(talk.pinResult && talk.pinResult->accepted);
        EXPECT_EQ(talk.took() < 600ms, true) << "a busy SIM is asked again after half a second";
    }
}

TEST(DialoguePin, AWrongOneIsSentOnceAndEndsIt) {
    Sim sim;
    ModemTalk talk(withPin());
    talk.pin = "9999";
    talk.run(std::ref(sim));
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::SecretsMissing);
    EXPECT_EQ(talk.dialogue.outcome()->text, "the modem refused the PIN, which is not sent again: "
                                             "\"+CME ERROR: 16 (incorrect password)\"");
    EXPECT_EQ(sim.entries, 1);
    ASSERT_TRUE(talk.pinResult);
    EXPECT_FALSE(talk.pinResult->accepted);
}

TEST(DialoguePin, AnOkToTheCommandIsNotTheSims) {
    struct Case {
        const char* later; ///< to the questions after the entry
        std::optional<bool> accepted;
        Reason reason;
    };
    const std::vector<Case> cases{
        {"\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n", false, Reason::SecretsMissing},
        {"\r\n+CME ERROR: 11\r\n", false, Reason::SecretsMissing},
        {"\r\n+CME ERROR: 16\r\n", false, Reason::SecretsMissing},
        {"\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n", false, Reason::SecretsMissing},
        {"\r\n+CPIN: READY\r\n\r\nOK\r\n", true, Reason::None},
        {"\r\n+CPIN: PH-NET PIN\r\n\r\nOK\r\n", true, Reason::SecretsMissing},
        {"\r\nERROR\r\n", true, Reason::None}, // the call that it lets through tells
        {"\r\n+CME ERROR: 14\r\n", std::nullopt, Reason::ModemError},
        {"", std::nullopt, Reason::ModemTimeout},
    };
    for (const Case& one : cases) {
        bool entered = false;
        ModemTalk talk(withPin());
        talk.pin = "1234";
        talk.run([&](const std::string& line) -> ModemAnswer {
            entered = entered || line.starts_with("AT+CPIN=");
            if (line == "AT+CPIN?") {
                return {entered ? one.later : "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"};
            }
            return {line.starts_with("ATD") ? "\r\nCONNECT\r\n" : "\r\nOK\r\n"};
        });
        EXPECT_EQ(talk.dialogue.outcome()->reason, one.reason) << one.later;
        const auto accepted = talk.pinResult ? std::optional(talk.pinResult->accepted) : std::nullopt;
        EXPECT_EQ(accepted, one.accepted) << one.later;
        EXPECT_EQ(talk.pinResults, one.accepted ? 1 : 0) << one.later;
        EXPECT_EQ(std::count(talk.sent.begin(), talk.sent.end(), "AT+CPIN=\"1234\""), 1) << one.later;
    }
}

TEST(DialoguePin, NoneToSendOrNotAPin) {
    Sim sim;
    ModemTalk none(withPin());
    none.whyNoPin = "the stored PIN was refused";
    none.run(std::ref(sim));
    EXPECT_EQ(none.dialogue.outcome()->reason, Reason::SecretsMissing);
    EXPECT_EQ(none.dialogue.outcome()->text, "the stored PIN was refused");
    for (const char* bad : {"123", "123456789", "12\"\rATD", "12 4", ""}) {
        ModemTalk talk(withPin());
        talk.pin = bad;
        talk.run(std::ref(sim));
        EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::SecretsMissing) << bad;
    }
    EXPECT_EQ(sim.entries, 0);
}

TEST(DialoguePin, WhatElseASimWants) {
    struct Case {
        const char* answer;
        Reason reason;
        const char* words;
    };
    const std::vector<Case> cases{
        {"\r\n+CPIN: SIM PUK\r\n\r\nOK\r\n", Reason::SecretsMissing, "PUK"},
        {"\r\n+CME ERROR: 12\r\n", Reason::SecretsMissing, "PUK"},
        {"\r\n+CPIN: PH-NET PIN\r\n\r\nOK\r\n", Reason::SecretsMissing, "PH-NET PIN"},
        {"\r\n+CME ERROR: 10\r\n", Reason::ModemError, "SIM not inserted"},
        {"\r\n+CME ERROR: SIM busy\r\n", Reason::ModemError, "SIM busy"},
    };
    for (const Case& one : cases) {
        ModemTalk talk(withPin());
        talk.pin = "1234";
        talk.run(modem({{"AT+CPIN?", one.answer}}));
        EXPECT_EQ(talk.dialogue.outcome()->reason, one.reason) << one.answer;
        EXPECT_NE(talk.dialogue.outcome()->text.find(one.words), std::string::npos)
            << talk.dialogue.outcome()->text;
        EXPECT_EQ(talk.pinsWanted, 0) << one.answer;
    }
    ModemTalk silent(withPin());
    silent.pin = "1234";
    silent.run(modem({{"AT+CPIN?", "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"}, {"AT+CPIN=\"1234\"", ""}}));
    EXPECT_EQ(silent.dialogue.outcome()->reason, Reason::ModemTimeout);
    EXPECT_FALSE(silent.pinResult) << "nobody knows";
}

// ---- login

engine::DialogueOrder withLogin(const std::string& number = "") {
    auto out = order(number);
    out.dial.login = {{"ogin:", "alice"}, {"word:", "$password"}};
    out.password = core::Secret("s3 cret");
    return out;
}

test::ModemScript server(const std::string& verdict) {
    return [verdict](const std::string& line) -> ModemAnswer {
        if (line == "alice") {
            return {"alice\r\nPass"};
        }
        if (line == "s3 cret") {
            return {verdict};
        }
        return {};
    };
}

TEST(DialogueLogin, ANullModemServerIsSentNothingButTheLogin) {
    ModemTalk talk(withLogin());
    talk.coming = {{"\r\nWelcome. Access denied to strangers.\r\nlo", talk.now + 1ms},
                   {"gin: ", talk.now + 2ms},
                   {"word: ", talk.now + 5ms}};
    talk.run(server("\r\nEntering PPP\r\n~"));
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
    EXPECT_EQ(talk.sent, (Lines{"alice", "s3 cret"}));
    EXPECT_LT(talk.took(), 10ms) << "a flag ends the wait for a refusal";
}

TEST(DialogueLogin, ASilentServerCostsTheLinger) {
    ModemTalk talk(withLogin());
    talk.coming = {{"login:", talk.now}, {"word:", talk.now + 5ms}};
    talk.run(server(""));
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
    EXPECT_GE(talk.took(), core::dial_times::kLinger);
    EXPECT_LT(talk.took(), core::dial_times::kLinger + 10ms);

    auto quick = withLogin();
    quick.dial.login.emplace_back("PPP", "");
    ModemTalk told(std::move(quick));
    told.coming = {{"login:", told.now}, {"word:", told.now + 5ms}};
    told.run(server("\r\nPPP"));
    EXPECT_EQ(told.dialogue.outcome()->reason, Reason::None);
    EXPECT_LT(told.took(), 10ms) << "a last text without an answer needs no linger";
}

TEST(DialogueLogin, ARefusalIsAuthFailedWithoutThePassword) {
    for (const char* verdict : {"\r\nLogin incorrect\r\nlogin: ", "\r\n% ACCESS DENIED\r\n",
                                "s3 cret: Authentication failed\r\n"}) {
        ModemTalk talk(withLogin());
        talk.coming = {{"login:", talk.now}, {"word:", talk.now + 5ms}};
        talk.run(server(verdict));
        EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::AuthFailed) << verdict;
        EXPECT_EQ(talk.dialogue.outcome()->text.find("s3 cret"), std::string::npos);
        EXPECT_EQ(talk.dialogue.outcome()->text.find("the login was refused: \""), 0U);
        std::printf("%s\n", talk.dialogue.outcome()->text.c_str());
    }
}

TEST(DialogueLogin, WhatWasWaitedForIsNamed) {
    ModemTalk talk(withLogin());
    talk.coming = {{"login:", talk.now}};
    talk.run([](const std::string&) -> ModemAnswer { return {"\r\nPIN? "}; });
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::ModemTimeout);
    EXPECT_EQ(talk.dialogue.outcome()->text,
              "the peer did not say \"word:\" within 1 min (step 2 of 2 of the login)");
}

TEST(DialogueLogin, FramesEndIt) {
    for (const std::string frame : {"~\xff}#\xc0!", "~\xff\x03", "~~\xff}#"}) {
        ModemTalk talk(withLogin());
        talk.coming = {{"motd ~~~ \r\n" + frame, talk.now}};
        talk.run(server(""));
        EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
        EXPECT_EQ(talk.sent, Lines{});
    }
}

TEST(DialogueLogin, AfterACallNoCarrierIsTheModems) {
    ModemTalk talk(withLogin("5"));
    talk.run([](const std::string& line) -> ModemAnswer {
        return {line == "ATD5"    ? "\r\nCONNECT 9600\r\nlogin:"
                : line == "alice" ? "\r\nNO CARRIER\r\n"
                                  : "\r\nOK\r\n"};
    });
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::ModemNoCarrier);
    EXPECT_EQ(talk.connect, "CONNECT 9600");
}

TEST(DialogueLogin, ParityAndALongBannerDoNotHideThePrompt) {
    ModemTalk talk(withLogin());
    std::string prompt = "login:";
    for (char& c : prompt) {
        c = static_cast<char>(c | 0x80);
    }
    talk.coming = {{std::string(100000, 'x') + "lo" + prompt, talk.now}, {"word:", talk.now + 5ms}};
    talk.run(server("~"));
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None);
}

TEST(DialogueLogin, ATextBeyondAsciiIsHeardToo) {
    auto what = withLogin();
    what.dial.login = {{"contraseña:", "$password"}, {"ok", ""}};
    ModemTalk talk(std::move(what));
    talk.coming = {{"\r\ncontraseña: ", talk.now + 1ms}};
    talk.run(server("\r\nok"));
    EXPECT_EQ(talk.dialogue.outcome()->reason, Reason::None) << talk.dialogue.outcome()->text;
    EXPECT_EQ(talk.sent, Lines{"s3 cret"});
}

TEST(Dialogue, NothingTakesLongerThanWhatIsSaid) {
    std::mt19937 random(20240229);
    const Lines says{"\r\nOK\r\n",
                     "\r\nERROR\r\n",
                     "\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n",
                     "\r\n+CME ERROR: 11\r\n",
                     "\r\n+CME ERROR: 14\r\n",
                     "\r\nCONNECT\r\n",
                     "garbage\r",
                     "login: ",
                     "word: ",
                     "0\r",
                     "1\r",
                     "\r\nNO CARRIER\r\n",
                     "~",
                     ""};
    std::map<Reason, int> seen;
    for (int run = 0; run < 3000; ++run) {
        auto what = withLogin(run % 5 == 0 ? "" : "5");
        what.pinStored = run % 2 == 0;
        const auto limit = core::dial_times::longest(what.dial);
        ModemTalk talk(std::move(what));
        talk.pin = "1234";
        if (run % 5 == 0) {
            talk.coming = {{"login: ", talk.now}};
        }
        const int bias = run % 3 == 0 ? 0 : 70;
        talk.run([&](const std::string& line) -> ModemAnswer {
            const bool good = static_cast<int>(random() % 100) < bias;
            const std::string kind = line == "ATD5"       ? "\r\nCONNECT\r\nlogin: "
                                     : line == "alice"    ? "word: "
                                     : line == "AT+CPIN?" ? says[2]
                                                          : "\r\nOK\r\n";
            return {good ? kind : says[random() % says.size()], std::chrono::milliseconds(random() % 3000)};
        });
        ASSERT_TRUE(talk.dialogue.outcome()) << run;
        EXPECT_LE(talk.took(), limit) << run;
        EXPECT_LE(std::count(talk.sent.begin(), talk.sent.end(), "AT+CPIN=\"1234\""), 1) << run;
        ++seen[talk.dialogue.outcome()->reason];
    }
    EXPECT_GT(seen[Reason::None], 100);
    EXPECT_GT(seen[Reason::ModemTimeout], 100);
    EXPECT_GT(seen[Reason::ModemError], 100);
}

} // namespace
