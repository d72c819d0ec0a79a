// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-manager-resolv-conf against a folder: what is given back is the very same thing, wherever it died.
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace ppp::test {
namespace {

const std::string kOurs = "# Written by ppp-manager for a test\nnameserver 192.0.2.1\n";

class ResolvConfHelper : public FilesTest {
protected:
    int take(const std::string& text = kOurs) {
        put("../" + root_.substr(root_.rfind('/') + 1) + ".in", text);
        return status("take < '" + root_ + ".in'");
    }
    int give() { return status("give < /dev/null"); }
    int status(const std::string& rest) {
        const auto verb = rest.substr(0, rest.find(' '));
        const std::string command = "'" PPP_TEST_PPP_MANAGER_RESOLV_CONF "' " + verb + " '" +
                                    path("resolv.conf") + "' '" + own.path() + "' " +
                                    rest.substr(rest.find(' '));
        const auto result = shell(command);
        output = result.output;
        return WEXITSTATUS(result.status);
    }
    /// Name, inode and all that ls knows of everything in the folder but the times of the folder itself.
    std::string everything() const {
        return run("cd '" + root_ + "' && find . -mindepth 1 -printf '%p %i %M %u %g %T@ %l\\n' | sort");
    }
    void TearDown() override {
        std::remove((root_ + ".in").c_str());
        FilesTest::TearDown();
    }

    TemporaryFolder own;
    std::string output;
};

TEST_F(ResolvConfHelper, AFileComesBackAsItWas) {
    put("resolv.conf", "nameserver 10.0.0.1\n", 0640);
    const std::string before = everything();
    EXPECT_EQ(take(), 0) << output;
    EXPECT_EQ(get("resolv.conf"), kOurs);
    EXPECT_EQ(mode("resolv.conf"), 0644U);
    EXPECT_EQ(give(), 0) << output;
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(give(), 0) << "there is nothing to give any more";
    EXPECT_EQ(everything(), before);
}

TEST_F(ResolvConfHelper, ASymbolicLinkComesBackAndItsTargetIsLeftAlone) {
    put("stub", "nameserver 127.0.0.53\n");
    run("ln -s stub '" + path("resolv.conf") + "'");
    const std::string before = everything();
    EXPECT_EQ(take(), 0) << output;
    EXPECT_EQ(get("stub"), "nameserver 127.0.0.53\n");
    EXPECT_EQ(get("resolv.conf"), kOurs);
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(everything(), before);
}

TEST_F(ResolvConfHelper, ADanglingLinkComesBack) {
    run("ln -s ../nowhere/at/all '" + path("resolv.conf") + "'");
    const std::string before = everything();
    EXPECT_EQ(take(), 0) << output;
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(everything(), before);
}

TEST_F(ResolvConfHelper, WhereNothingWasNothingIsLeft) {
    EXPECT_EQ(take(), 0) << output;
    EXPECT_EQ(get("resolv.conf"), kOurs);
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(everything(), "");
}

TEST_F(ResolvConfHelper, ASecondFileOfOursKeepsTheFirstOriginal) {
    put("resolv.conf", "nameserver 10.0.0.1\n");
    const std::string before = everything();
    EXPECT_EQ(take(), 0);
    EXPECT_EQ(take(kOurs + "nameserver 192.0.2.2\n"), 0);
    EXPECT_EQ(get("resolv.conf"), kOurs + "nameserver 192.0.2.2\n");
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(everything(), before);
}

TEST_F(ResolvConfHelper, WhatSomebodyElsePutThereStaysAndItIsSaid) {
    put("resolv.conf", "nameserver 10.0.0.1\n");
    EXPECT_EQ(take(), 0);
    run("rm '" + path("resolv.conf") + "'");
    put("resolv.conf", "nameserver 10.0.0.2\n");
    const std::string theirs = run("stat -c %i '" + path("resolv.conf") + "'");
    EXPECT_EQ(give(), 3);
    EXPECT_EQ(output, "somebody else has replaced it meanwhile; theirs stays\n");
    EXPECT_EQ(run("stat -c %i '" + path("resolv.conf") + "'"), theirs);
    EXPECT_EQ(listing(), ".\n./resolv.conf\n");
}

TEST_F(ResolvConfHelper, WhatSomebodyElsePutThereIsWhatComesBackAfterANewTake) {
    put("resolv.conf", "nameserver 10.0.0.1\n");
    EXPECT_EQ(take(), 0);
    run("rm '" + path("resolv.conf") + "'");
    put("resolv.conf", "nameserver 10.0.0.2\n");
    EXPECT_EQ(take(), 0);
    EXPECT_EQ(get("resolv.conf"), kOurs);
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(get("resolv.conf"), "nameserver 10.0.0.2\n");
    EXPECT_EQ(listing(), ".\n./resolv.conf\n");
}

TEST_F(ResolvConfHelper, DeathBeforeTheExchangeLeavesTheOriginal) {
    put("resolv.conf", "nameserver 10.0.0.1\n");
    const std::string before = everything();
    put("resolv.conf.before-ppp-manager", kOurs); // written, not yet exchanged
    EXPECT_EQ(give(), 0) << output;
    EXPECT_EQ(everything(), before);
    put("resolv.conf.before-ppp-manager", kOurs);
    EXPECT_EQ(take(), 0) << output;
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(everything(), before);
}

TEST_F(ResolvConfHelper, DeathBeforeASecondFileLeavesNoScrap) {
    put("resolv.conf", "nameserver 10.0.0.1\n");
    const std::string before = everything();
    EXPECT_EQ(take(), 0);
    put("resolv.conf.new-ppp-manager", "# Written by ppp-m");
    EXPECT_EQ(give(), 0);
    EXPECT_EQ(everything(), before);
}

TEST_F(ResolvConfHelper, WhatIsNoFileOfOursIsNotTaken) {
    put("resolv.conf", "nameserver 10.0.0.1\n");
    const std::string before = everything();
    EXPECT_EQ(take("nameserver 10.0.0.9\n"), 1);
    EXPECT_EQ(take(kOurs + std::string(70000, '#')), 1);
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(status("offer < /dev/null"), 2);
}

TEST_F(ResolvConfHelper, ALockThatEverybodyCanTakeHoldsNothingUp) {
    const int folder = open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ASSERT_EQ(flock(folder, LOCK_EX), 0);
    EXPECT_EQ(take(), 0) << output;
    EXPECT_EQ(give(), 0) << output;
    close(folder);
}

TEST_F(ResolvConfHelper, AFolderInItsPlaceIsAnErrorThatLeavesNoTrace) {
    run("mkdir '" + path("resolv.conf.new-ppp-manager") + "'");
    const std::string before = everything();
    EXPECT_EQ(take(), 1);
    EXPECT_NE(output, "");
    EXPECT_EQ(everything(), before);
}

} // namespace
} // namespace ppp::test
