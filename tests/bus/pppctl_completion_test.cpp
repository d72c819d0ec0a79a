// SPDX-License-Identifier: LGPL-2.1-or-later
// Completion of pppctl in bash, zsh and fish as they really run, and what it is made of against --help.
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "pppctl_fixture.hpp"
#include "terminal_process.hpp"

namespace ppp::test {
namespace {

/// The words that --help shows: of a verb its long flags, without one the verbs.
std::set<std::string> helped(const std::string& help, const std::string& pattern) {
    std::set<std::string> out;
    const std::regex wanted(pattern);
    for (std::sregex_iterator found(help.begin(), help.end(), wanted), end; found != end; ++found) {
        out.insert((*found)[1]);
    }
    return out;
}

/// The long flags that --help of a verb shows: one may have several names, "--profile,--file".
std::set<std::string> flagsOf(const std::string& help) {
    std::set<std::string> out;
    for (const std::string& names : helped(help, "\n +((?:--?[a-zA-Z0-9-]+,?)+)")) {
        out.merge(helped(names, "(--[a-z0-9-]+)"));
    }
    return out;
}

class CompletionTest : public PppctlTest {
protected:
    explicit CompletionTest(bool daemon = true) : PppctlTest(daemon) {}

    /// The candidates of the hidden verb, without their descriptions.
    std::set<std::string> offered(std::vector<std::string> words) const {
        words.insert(words.begin(), "__complete");
        const auto ran = pppctl(words);
        EXPECT_EQ(ran.code, 0);
        EXPECT_EQ(ran.err, "");
        std::istringstream lines(ran.out);
        std::set<std::string> out;
        for (std::string line; std::getline(lines, line);) {
            out.insert(line.substr(0, line.find('\t')));
        }
        return out;
    }

    static std::string programs() { return std::filesystem::path(PPP_TEST_PPPCTL).parent_path(); }
    static bool has(const std::string& shell) {
        ChildProcess process({"sh", "-c", "command -v " + shell});
        process.readAll();
        return process.wait() == 0;
    }
    static void needs(const std::string& shell) {
        ASSERT_TRUE(has(shell)) << "install the package " << shell << " (tests/lab/packages)";
    }
};

using Completion = CompletionTest;
class WithoutDaemon : public CompletionTest {
protected:
    WithoutDaemon() : CompletionTest(false) {}
};

TEST_F(Completion, IsWhatTheHelpSays) {
    const auto verbs = helped(pppctl({"--help"}).out, "\n  ([a-z][a-z-]+) +[A-Z]");
    EXPECT_GE(verbs.size(), 17U);
    EXPECT_EQ(offered({""}), verbs);
    for (const auto& verb : verbs) {
        auto flags = flagsOf(pppctl({verb, "--help"}).out);
        EXPECT_TRUE(flags.count("--help") == 1) << verb;
        auto candidates = offered({verb, "--"});
        for (const char* global : {"--json", "--host"}) { // they stand in pppctl --help
            EXPECT_EQ(candidates.erase(global), 1U) << verb;
        }
        EXPECT_EQ(candidates, flags) << verb;
    }
}

TEST_F(WithoutDaemon, HasNoNamesAndStaysQuiet) {
    EXPECT_EQ(offered({"up", ""}), std::set<std::string>{});
    EXPECT_EQ(offered({"up", "--all"}), std::set<std::string>{"--all"});
}

// ---- the shells
// ----------------------------------------------------------------------------------------------------------

TEST_F(Completion, InBash) {
    needs("bash");
    TerminalProcess person({"env", "PS1=ready> ", "PATH=" + programs() + ":/usr/bin:/bin", "bash", "--norc",
                            "--noprofile", "-i"});
    const auto gives = [&](const std::string& typed, const std::string& shown) {
        person.type("\x15" + typed + "\t"); // Ctrl-U: an empty line
        person.awaitText(shown);
    };
    person.type("bind 'set bell-style none'; bind 'set enable-bracketed-paste off'; . " PPP_TEST_COMPLETION
                "/pppctl.bash; echo loa''ded\n");
    person.awaitText("loaded");
    gives("pppctl rel", "pppctl reload ");
    gives("pppctl up off", "pppctl up office ");
    gives("pppctl -H root@router1 rem", "pppctl -H root@router1 remove ");
    gives("pppctl status --js", "pppctl status --json ");
    gives("pppctl status --json=p", "pppctl status --json=pretty ");
    gives("pppctl set-secret isp --tunnel-secret-", "--tunnel-secret-stdin ");
    gives("pppctl add x --file /etc/hostn", "/etc/hostname ");
    gives("pppctl debug lab o", "debug lab o");
    person.type("\t\t");
    person.awaitText("off  on");
    person.type("\x15"
                "exit\n");
    EXPECT_EQ(person.wait(), 0);
}

TEST_F(Completion, InZsh) {
    needs("zsh");
    TerminalProcess person(
        {"env", "PATH=" + programs() + ":/usr/bin:/bin", "HOME=" + bus.folder(), "zsh", "-f", "-i"});
    const auto gives = [&](const std::string& typed, const std::string& shown) {
        person.type("\x15" + typed + "\t");
        person.awaitText(shown);
    };
    // Each completed line is run by an echo: what the screen shows while it is edited has control sequences
    // in it.
    const auto becomes = [&](const std::string& typed, const std::string& whole) {
        gives(typed, "");
        person.type("\x01"
                    "echo \"[\" \x05 \"]\"\n"); // Ctrl-A, Ctrl-E
        person.awaitText("[ " + whole);
    };
    person.type("PS1='ready> '; setopt no_beep; fpath=(" PPP_TEST_COMPLETION
                " $fpath); autoload -U compinit; compinit -u -D; echo loa''ded\n");
    person.awaitText("loaded");
    becomes("pppctl rel", "pppctl reload ");
    becomes("pppctl up off", "pppctl up office ");
    becomes("pppctl set-secret isp --tunnel-secret-", "pppctl set-secret isp --tunnel-secret-stdin ");
    becomes("pppctl add x --type l", "pppctl add x --type l2tp ");
    becomes("pppctl add x --file /etc/hostn", "pppctl add x --file /etc/hostname ");
    person.type("\x15"
                "exit\n");
    EXPECT_EQ(person.wait(), 0);
}

TEST_F(Completion, InFish) {
    needs("fish");
    const auto gives = [&](const std::string& typed) {
        ChildProcess process({"fish", "--no-config", "-c",
                              "source " PPP_TEST_COMPLETION "/pppctl.fish; complete -C '" + typed + "'"},
                             {"HOME=" + bus.folder(), "PATH=" + programs() + ":/usr/bin:/bin"});
        const std::string out = process.readAll();
        process.wait();
        return out;
    };
    EXPECT_EQ(gives("pppctl rel"), "reload\tRead the profiles again; links that are up stay up\n");
    EXPECT_EQ(gives("pppctl up "), "broken\nisp\nlab\noffice\n");
    EXPECT_EQ(gives("pppctl debug isp "), "off\non\n");
    EXPECT_EQ(gives("pppctl add x --type l"), "l2tp\n");
    EXPECT_TRUE(contains(gives("pppctl add x --file /etc/hostn"), "/etc/hostname"))
        << gives("pppctl add x --file /etc/hostn");
}

} // namespace
} // namespace ppp::test
