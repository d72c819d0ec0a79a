// SPDX-License-Identifier: LGPL-2.1-or-later
// The dialogue on a pseudo-terminal, with the lab's modem at the other end.
#include "engine/serial/modem_call.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <termios.h>
#include <unistd.h>

#include "child_process.hpp"
#include "loop_fixture.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::test {
namespace {

namespace fs = std::filesystem;
using core::Reason;

class ModemCallTest : public ::testing::Test {
protected:
    ~ModemCallTest() override {
        line.reset();
        modem.reset();
        fs::remove_all(root);
    }

    void start(const std::string& script) {
        std::ofstream(root / "script") << script;
        modem = std::make_unique<ChildProcess>(std::vector<std::string>{
            PPP_TEST_LAB_MODEM, "--link", root / "tty", "--script", root / "script"});
        EXPECT_EQ(modem->readLine().substr(0, 6), "ready ");
        openLine();
    }
    void openLine() {
        line.reset(open((root / "tty").c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
        ASSERT_TRUE(line) << "the modem's terminal";
        termios raw{};
        ASSERT_EQ(tcgetattr(line.get(), &raw), 0);
        cfmakeraw(&raw);
        ASSERT_EQ(tcsetattr(line.get(), TCSANOW, &raw), 0);
    }
    engine::DialogueOrder order() {
        engine::DialogueOrder out;
        out.dial.number = "*99#";
        return out;
    }
    void call(engine::DialogueOrder what, std::optional<std::string> pin = std::nullopt) {
        outcome.reset();
        one = std::make_unique<engine::ModemCall>(
            loop, line.get(), std::move(what),
            engine::ModemCall::Owner{
                [this, pin] {
                    loop.post([this, pin] {
                        one->pin(pin ? std::optional<std::string_view>(*pin) : std::nullopt);
                    });
                },
                [this](const auto& result) { accepted = result.accepted; },
                [this](const std::string& text) { connect = text; },
                [this](const engine::Outcome& how) { outcome = how; }, [this](int error) { lost = error; }});
        EXPECT_TRUE(eventually(loop, [this] { return outcome || lost; }));
    }
    std::string reason() const { return outcome ? std::string(core::wire(outcome->reason)) : "none"; }
    /// Everything the modem said until this line.
    std::string saidUntil(const std::string& last) {
        std::string all, now;
        do {
            now = modem->readLine();
            all += now + "\n";
        } while (now != last);
        return all;
    }
    void hangUp(std::vector<std::string> strings = {"+++", "ATH"},
                std::optional<engine::ModemWires> wires = std::nullopt) {
        bool done = false;
        engine::CallEnd end(loop, line.get(), std::move(wires), std::move(strings),
                            engine::HangUp::Call::Open, [&] { done = true; });
        EXPECT_TRUE(eventually(loop, [&] { return done; }));
    }

    fs::path root = [] {
        std::string name = fs::temp_directory_path() / "modem-XXXXXX";
        return fs::path(mkdtemp(name.data()));
    }();
    sys::EventLoop loop;
    std::unique_ptr<ChildProcess> modem;
    sys::UniqueFd line;
    std::unique_ptr<engine::ModemCall> one;
    std::optional<engine::Outcome> outcome;
    std::optional<bool> accepted;
    int lost = 0;
    std::string connect;
};

TEST_F(ModemCallTest, EveryResultOfACall) {
    start("dial BUSY\n");
    const std::vector<std::pair<std::string, std::string>> results{{"BUSY", "modem-busy"},
                                                                   {"NO CARRIER", "modem-no-carrier"},
                                                                   {"NO DIALTONE", "modem-no-dialtone"},
                                                                   {"NO ANSWER", "modem-no-answer"},
                                                                   {"ERROR", "modem-error"},
                                                                   {"+CME ERROR: 30", "modem-error"}};
    for (const char* style : {"words on\necho on\n", "words on\necho off\nend LF\n", "words off\necho on\n",
                              "words on\nend CR\ndelay 20\nmute 1\nnoise \\xff\\x00}#\\r\n"}) {
        for (const auto& [result, word] : results) {
            std::ofstream(root / "script") << style << "dial " << result << "\n";
            modem->signal(SIGHUP);
            saidUntil("script read");
            call(order());
            EXPECT_EQ(reason(), word) << style << result << ": " << (outcome ? outcome->text : "");
        }
    }
}

TEST_F(ModemCallTest, ConnectsAndLeavesTheNextByteForPppd) {
    start("dial CONNECT 115200\nprompt ~\\xff}#\\xc0!\n");
    call(order());
    EXPECT_EQ(reason(), "");
    EXPECT_EQ(connect, "CONNECT 115200");
    std::string rest;
    EXPECT_TRUE(eventually(loop, [&] {
        char byte = 0;
        while (read(line.get(), &byte, 1) == 1) {
            rest += byte;
        }
        return rest.size() >= 6;
    }));
    EXPECT_EQ(rest, "~\xff}#\xc0!");
    saidUntil("connected");
    hangUp();
    EXPECT_EQ(saidUntil("hung up by ATH"), "escaped\ncommand ATH\nhung up by ATH\n");
}

TEST_F(ModemCallTest, ConnectsHoweverAModemSpeaks) {
    start("dial CONNECT 9600\n");
    const std::vector<std::pair<const char*, const char*>> ways{
        {"end CR\n", "CONNECT 9600"},
        {"end LF\necho off\n", "CONNECT 9600"},
        {"words off\n", "1"},
        {"words off\necho off\nnoise \\xff\\x81}\n", "1"},
        {"noise \\x00\\xff~}#\\xc0!\n", "CONNECT 9600"},
        {"noise OK\\xff\\rNO\\r\nend CR\n", "CONNECT 9600"},
        {"pace 20\ndelay 300\ndial-delay 400\n", "CONNECT 9600"},
        {"pace 20\nend CR\nnoise \\x7f\\x7f\n", "CONNECT 9600"},
        {"pace 60\nend LF\n", "CONNECT 9600"}, // its line feed comes later than is waited for
    };
    for (const auto& [way, said] : ways) {
        std::ofstream(root / "script") << way << "dial CONNECT 9600\n";
        modem->signal(SIGHUP);
        saidUntil("script read");
        connect.clear();
        call(order());
        EXPECT_EQ(reason(), "") << way << (outcome ? outcome->text : "");
        EXPECT_EQ(connect, said) << way;
        modem->signal(SIGUSR1);
        saidUntil("dropped");
        ASSERT_EQ(tcflush(line.get(), TCIFLUSH), 0);
    }
}

TEST_F(ModemCallTest, HangsUpAModemThatAlreadyHas) {
    start("dial CONNECT\n");
    call(order());
    saidUntil("connected");
    modem->signal(SIGUSR1);
    saidUntil("dropped");
    ASSERT_EQ(tcflush(line.get(), TCIFLUSH), 0); // its NO CARRIER is lost
    hangUp();
    EXPECT_EQ(saidUntil("command ATH"), "command AT\ncommand ATH\n");

    call(order());
    saidUntil("connected");
    modem->signal(SIGUSR1);
    saidUntil("dropped");
    hangUp(); // its NO CARRIER is read: nothing is left to do but to be quiet
    modem->signal(SIGHUP);
    const std::string said = saidUntil("script read");
    EXPECT_EQ(said.find("escaped"), std::string::npos) << said;
    EXPECT_EQ(said.find("ATH"), std::string::npos) << said;
}

TEST_F(ModemCallTest, LogsInWithThePassword) {
    start("dial CONNECT\nprompt login: \nanswer alice\nprompt Password: \nanswer s3 c$ret\n");
    auto what = order();
    what.dial.login = {{"ogin:", "alice"}, {"word:", "$password"}};
    what.password = core::Secret("s3 c$ret");
    call(std::move(what));
    EXPECT_EQ(reason(), "");
    const std::string said = saidUntil("connected");
    EXPECT_NE(said.find("login step 2 right"), std::string::npos);
    hangUp();
    saidUntil("hung up by ATH");

    auto wrong = order();
    wrong.dial.login = {{"ogin:", "alice"}, {"word:", "$password"}};
    wrong.password = core::Secret("other");
    call(std::move(wrong));
    EXPECT_EQ(reason(), "auth-failed");
    EXPECT_EQ(outcome->text, "the login was refused: \"Login incorrect\"");
}

TEST_F(ModemCallTest, EntersThePinOnce) {
    start("dial CONNECT\npin 1234\ntries 3\n");
    call(order(), "9999"); // the refused call says that it is wanted
    EXPECT_EQ(reason(), "secrets-missing");
    EXPECT_EQ(accepted, false);
    EXPECT_NE(saidUntil("pin wrong, 2 tries left").find("dial"), std::string::npos);
    auto what = order();
    what.pinStored = true;
    call(std::move(what), "1234");
    EXPECT_EQ(reason(), "");
    EXPECT_EQ(accepted, true);
    EXPECT_EQ(saidUntil("pin right").find("dial"), std::string::npos) << "asked before it dials";
}

TEST_F(ModemCallTest, ALineThatGoesIsTold) {
    start("mute 100\n");
    loop.post([this] { modem->signal(SIGTERM); });
    call(order());
    EXPECT_NE(lost, 0);
}

TEST_F(ModemCallTest, ACallIsAborted) {
    start("dial\n"); // no answer
    outcome.reset();
    one = std::make_unique<engine::ModemCall>(
        loop, line.get(), order(),
        engine::ModemCall::Owner{[] {}, [](const auto&) {}, [](const auto&) {},
                                 [this](const auto& how) { outcome = how; }, [](int) {}});
    EXPECT_TRUE(eventually(loop, [this] { return one->dialling(); }));
    one.reset();
    saidUntil("dial *99#");
    bool done = false;
    engine::CallEnd end(loop, line.get(), engine::ModemWires::of(line.get()), {"+++", "ATH"},
                        engine::HangUp::Call::Dialling, [&] { done = true; });
    EXPECT_TRUE(eventually(loop, [&] { return done; }));
    EXPECT_EQ(saidUntil("command ATH"), "call aborted\ncommand ATH\n");
}

/// The wires of a modem that shows its carrier, or not, and heeds DTR, or not.
struct Wires {
    bool carrier;
    bool heedsDtr;
    std::vector<bool> dtr;
    engine::ModemWires get() {
        return {[this] { return carrier; },
                [this](bool up) {
                    dtr.push_back(up);
                    carrier = carrier && (up || !heedsDtr);
                }};
    }
};

TEST_F(ModemCallTest, ACarrierThatGoesWithDtrEndsTheCallWithoutCommands) {
    start("dial CONNECT\n");
    call(order());
    saidUntil("connected");
    Wires wires{true, true, {}};
    hangUp({"+++", "ATH"}, wires.get());
    EXPECT_FALSE(wires.dtr.empty() || wires.dtr.back());
    modem->signal(SIGHUP);
    EXPECT_EQ(saidUntil("script read"), "script read\n");
}

TEST_F(ModemCallTest, ACarrierThatWasNeverShownIsNoEndOfACall) {
    start("dial CONNECT\n");
    call(order());
    saidUntil("connected");
    Wires wires{false, false, {}};
    hangUp({"+++", "ATH"}, wires.get());
    EXPECT_EQ(saidUntil("hung up by ATH"), "escaped\ncommand ATH\nhung up by ATH\n");
    EXPECT_EQ(wires.dtr, std::vector<bool>{false}) << "behind the commands";

    Wires always{true, false, {}};
    call(order());
    saidUntil("connected");
    hangUp({"+++", "ATH"}, always.get());
    saidUntil("hung up by ATH");
    EXPECT_EQ(always.dtr, (std::vector<bool>{false, true, false}));
}

TEST_F(ModemCallTest, ACallThatIsDialledIsAbortedWhateverTheWiresShow) {
    start("dial\n"); // no answer
    one = std::make_unique<engine::ModemCall>(loop, line.get(), order(),
                                              engine::ModemCall::Owner{[] {}, [](const auto&) {},
                                                                       [](const auto&) {}, [](const auto&) {},
                                                                       [](int) {}});
    EXPECT_TRUE(eventually(loop, [this] { return one->dialling(); }));
    one.reset();
    saidUntil("dial *99#");
    Wires wires{false, true, {}};
    bool done = false;
    engine::CallEnd end(loop, line.get(), wires.get(), {"+++", "ATH"}, engine::HangUp::Call::Dialling,
                        [&] { done = true; });
    EXPECT_TRUE(eventually(loop, [&] { return done; }));
    EXPECT_EQ(saidUntil("command ATH"), "call aborted\ncommand ATH\n");
}

} // namespace
} // namespace ppp::test
