// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of causes: each of them for each type of link it can happen to, as pppctl up tells it; none of
// them as a general failure.
#include <cstdio>
#include <iostream>
#include <set>

#include <fcntl.h>
#include <pty.h>

#include "core/text.hpp"
#include "pppctl_fixture.hpp"

#include "daemon_fixture.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::test {
namespace {

using core::text::cat;

constexpr const char* kBegin = "wait-secrets\nphase establish\n";
constexpr const char* kOpen = "wait-secrets\nphase establish\nlcp 1400 1400\n";

struct Cause {
    const char* what;
    std::string script; ///< the engine's
    const char* reason;
    const char* words; ///< in the text; the peer's own where it had any
};

/// What pppd tells over whatever line it runs.
std::vector<Cause> ofPpp() {
    return {
        {"wrong password", cat(kOpen, "login chap right \"E=691 who are you\"\n"), "auth-failed",
         "E=691 who are you"},
        {"hangs up on the password", cat(kOpen, "auth chap started\nlcp-terminated \"not you\"\nexit 16\n"),
         "auth-failed", "not you"},
        {"silence to LCP", cat(kBegin, "exit 10\n"), "lcp-timeout", "LCP"},
        {"no protocol agreed on", cat(kOpen, "phase network\nexit 10\n"), "negotiation-failed",
         "no network protocol"},
        {"loop in the line", cat(kBegin, "exit 17\n"), "loopback", "heard ourselves"},
        {"peer ends the link", cat(kOpen, "phase network\nlcp-terminated \"closed for today\"\nexit 16\n"),
         "peer-terminated", "closed for today"},
        {"peer falls silent", cat(kOpen, "phase network\nexit 15\n"), "echo-timeout", "echo requests"},
        {"kernel without PPP", cat("wait-secrets\nexit 4\n"), "kernel-support-missing", "no support"},
    };
}

/// What pppd tells where the profile wants the peer to prove who it is.
std::vector<Cause> ofProof() {
    return {
        {"peer's proof is wrong",
         cat(kOpen, "peer-auth chap started\npeer-auth chap refused mallory\nexit 11\n"), "peer-auth-failed",
         "\"mallory\""},
        {"peer proves nothing", cat(kBegin, "exit 11\n"), "peer-auth-failed", "refuses to prove who it is"},
        {"peer hangs up when asked",
         cat(kOpen, "peer-auth chap started\nlcp-terminated \"mind your business\"\nexit 16\n"),
         "peer-auth-failed", "mind your business"},
    };
}

std::vector<Cause> ofPppoe() {
    return {
        {"nobody answers", "wait-secrets\nphase discovery\nexit 8\n", "discovery-timeout",
         "no access concentrator"},
        {"only offers", "wait-secrets\nphase discovery\ndiscovery 02:00:00:00:00:01 \"ac\"\nexit 8\n",
         "discovery-timeout", "gave no session"},
        {"service not offered", "wait-secrets\nphase discovery\ndiscovery-error 0x201 \"no gold\"\nexit 8\n",
         "service-rejected", "no gold"},
        {"concentrator in trouble", "wait-secrets\nphase discovery\ndiscovery-error 0x202 \"full\"\nexit 8\n",
         "access-concentrator-error", "full"},
    };
}

Cause failed(const char* what, const char* phase, const char* reason, const char* text, const char* words) {
    return {what, cat("wait-secrets\nphase ", phase, "\nfailure ", reason, " \"", text, "\"\nexit 8\n"),
            reason, words};
}

std::vector<Cause> ofSerial() {
    return {
        failed("line in use", "opening", "device-busy", "/dev/x is locked by process 7 (minicom)", "minicom"),
        failed("node without hardware", "opening", "device-missing", "no hardware behind it", "no hardware"),
        failed("BUSY", "dialing", "modem-busy", "BUSY", "\"BUSY\""),
        failed("NO CARRIER", "dialing", "modem-no-carrier", "NO CARRIER", "\"NO CARRIER\""),
        failed("NO DIALTONE", "dialing", "modem-no-dialtone", "NO DIALTONE", "\"NO DIALTONE\""),
        failed("NO ANSWER", "dialing", "modem-no-answer", "NO ANSWER", "\"NO ANSWER\""),
        failed("ERROR", "dialing", "modem-error", "+CME ERROR: 30", "+CME ERROR: 30"),
        failed("silent modem", "dialing", "modem-timeout", "no answer to ATZ", "no answer to ATZ"),
        failed("login refused", "dialing", "auth-failed", "Login incorrect", "Login incorrect"),
        failed("wrong PIN", "dialing", "secrets-missing", "the PIN is wrong", "the PIN is wrong"),
    };
}

std::vector<Cause> ofL2tp() {
    return {
        failed("name unknown", "lookup", "name-lookup-failed", "\\\"x.invalid\\\" could not be resolved",
               "x.invalid"),
        failed("server silent", "tunnel", "tunnel-timeout", "the tunnel server did not answer",
               "did not answer"),
        failed("tunnel refused", "tunnel", "tunnel-refused", "refused: busy (2)", "busy (2)"),
        failed("wrong tunnel secret", "tunnel", "auth-failed", "another tunnel secret", "tunnel secret"),
        failed("no tunnel secret", "tunnel", "secrets-missing", "asks for a tunnel secret", "tunnel secret"),
        {"closed over the password",
         cat(kOpen, "auth chap started\nfailure peer-terminated \"call ended: 3\"\nexit 5\n"), "auth-failed",
         "call ended: 3"},
        failed("kernel without L2TP", "tunnel", "kernel-support-missing", "no PPP over L2TP",
               "no PPP over L2TP"),
    };
}

class Causes : public DaemonTest {
protected:
    void SetUp() override {
        DaemonTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        std::filesystem::create_symlink(PPP_TEST_FAKE_PPPD, folder() + "/engine");
        std::filesystem::create_directory_symlink(folder() + "/pppd.d", folder() + "/engine.d");
        startDaemon({"--ppp-device", "", "--serial-engine", folder() + "/engine", "--l2tp-engine",
                     folder() + "/engine"});
        int master = -1, slave = -1;
        std::array<char, 64> name{};
        ASSERT_EQ(openpty(&master, &slave, name.data(), nullptr, nullptr), 0);
        master_.reset(master);
        slave_.reset(slave);
        tty_ = name.data();
    }
    void add(const std::string& name, const std::string& section,
             const std::vector<std::string>& stored = {"password"}, const std::string& more = {}) {
        Variants secrets;
        for (const std::string& secret : stored) {
            secrets[secret] = sdbus::Variant{std::string(kPassword)};
        }
        ASSERT_EQ(
            manager("AddConnection", name,
                    cat("{", section, R"(,"auth":{"user":"alice")", more, R"(},"ipv6":{"enabled":false}})"),
                    secrets),
            "")
            << text_;
    }
    Ran pppctl(const std::vector<std::string>& arguments) {
        const std::string file = folder() + "/stderr";
        std::vector<std::string> line{"sh", "-c", R"(file=$1; shift; exec "$@" 2>"$file")",
                                      "sh", file, PPP_TEST_PPPCTL};
        line.insert(line.end(), arguments.begin(), arguments.end());
        ChildProcess process(line);
        process.closeInput();
        Ran ran;
        ran.out = process.readAll();
        ran.code = process.wait();
        std::ostringstream text;
        text << std::ifstream(file).rdbuf();
        ran.err = text.str();
        return ran;
    }
    std::string property(const std::string& connection, const std::string& name) {
        return proxy(names::kBusName, names::connectionPath(connection))
            ->getProperty(name)
            .onInterface(names::kConnectionInterface)
            .get<std::string>();
    }
    /// One attempt, as a row of the table.
    void row(const std::string& type, const std::string& name, const Cause& cause) {
        SCOPED_TRACE(cat(type, ": ", cause.what));
        script(name, cause.script);
        attempt(type, name, cause);
    }
    /// Of pppd, which has a line to talk over.
    void pppRow(const std::string& type, const std::string& name, Cause cause) {
        if (type == "pppoe") { // a session comes before all of that
            cause.script.insert(cause.script.find('\n') + 1, "session 7 02:00:00:00:00:01 \"ac\"\n");
        }
        row(type, name, cause);
    }
    void attempt(const std::string& type, const std::string& name, const Cause& cause) {
        const Ran ran = pppctl({"up", name});
        const std::string reason = property(name, "Reason"), text = property(name, "ReasonText");
        std::printf("%-7s %-26s %-26s %d  %s\n", type.c_str(), cause.what, reason.c_str(), ran.code,
                    text.c_str());
        std::fflush(stdout);
        EXPECT_EQ(reason, cause.reason);
        EXPECT_EQ(ran.code, 5) << ran.err;
        EXPECT_TRUE(contains(text, cause.words)) << text;
        EXPECT_TRUE(contains(ran.err, cat(name, ": ", cause.reason, ": "))) << ran.err;
        EXPECT_TRUE(contains(ran.err, cause.words)) << ran.err;
        EXPECT_NE(reason, "engine-failed") << "a general failure";
        EXPECT_EQ(pppctl({"down", name}).code, 0);
    }
    const std::string& tty() const { return tty_; }

private:
    sys::UniqueFd master_, slave_;
    std::string tty_;
};

TEST_F(Causes, EachHasItsReasonForEachTypeOfLink) {
    const std::string pppoe = R"("type":"pppoe","pppoe":{"interface":"v0"})",
                      serial = cat(R"("type":"serial","serial":{"device":")", tty(), R"("})"),
                      l2tp = R"("type":"l2tp","l2tp":{"server":"192.0.2.1"})";
    std::printf("%-7s %-26s %-26s %s  %s\n", "link", "what happens", "Reason", "exit", "text");
    const std::pair<std::string, std::pair<std::string, std::vector<Cause>>> types[] = {
        {"pppoe", {pppoe, ofPppoe()}}, {"serial", {serial, ofSerial()}}, {"l2tp", {l2tp, ofL2tp()}}};
    for (const auto& [type, its] : types) {
        add(type, its.first);
        for (const Cause& cause : its.second) {
            row(type, type, cause);
        }
        for (const Cause& cause : ofPpp()) {
            pppRow(type, type, cause);
        }
        const std::string proving = cat(type, "-proving");
        add(proving, its.first, {"password", "peer-password"}, R"(,"require":["chap"])");
        for (const Cause& cause : ofProof()) {
            pppRow(type, proving, cause);
        }
        add(cat(type, "-bare"), its.first, {});
        attempt(type, cat(type, "-bare"), {"no password stored", "", "secrets-missing", "password"});
    }
    add("cut", R"("type":"pppoe","pppoe":{"interface":"none0"})");
    attempt("pppoe", "cut", {"no such interface", "", "device-missing", "none0"});
    add("pulled", R"("type":"serial","serial":{"device":"/dev/ttyNONE0"})");
    attempt("serial", "pulled", {"no such device", "", "device-missing", "/dev/ttyNONE0"});
}

} // namespace
} // namespace ppp::test
