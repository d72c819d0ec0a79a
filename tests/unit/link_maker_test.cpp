// SPDX-License-Identifier: LGPL-2.1-or-later
// VLAN and own-address links in a network namespace: made, shared, removed, and never somebody else's.
#include "link_maker_fixture.hpp"

#include <net/if.h>

namespace ppp::sys {
namespace {

using test::LinkMakerTest;
using test::run;

constexpr const char* kMac = "02:00:00:00:00:77";

TEST_F(LinkMakerTest, MakesALinkWithAnAddressOfItsOwn) {
    const std::string before = run("ip -d link");
    const std::string name = ownMac(kMac);
    EXPECT_EQ(name, "pmac0");
    const std::string shown = run("ip -d link show pmac0");
    EXPECT_NE(shown.find(kMac), std::string::npos);
    EXPECT_NE(shown.find("macvlan mode private"), std::string::npos);
    EXPECT_NE(shown.find(",UP"), std::string::npos);
    EXPECT_EQ(run("ip -6 address show dev pmac0"), "") << "it must not speak on the wire by itself";
    remove(name);
    EXPECT_EQ(run("ip -d link").find("pmac0"), std::string::npos);
    remove(name); // already gone
}

TEST_F(LinkMakerTest, GivesTheSameLinkForTheSameAddress) {
    EXPECT_EQ(ownMac(kMac), "pmac0");
    EXPECT_EQ(ownMac(kMac), "pmac0");
    EXPECT_EQ(ownMac("02:00:00:00:00:78"), "pmac1");
    EXPECT_EQ(maker_.made(), (std::vector<std::string>{"pmac0", "pmac1"}));
    remove("pmac0");
    EXPECT_EQ(if_nametoindex("pmac0"), 0U);
    EXPECT_NE(if_nametoindex("pmac1"), 0U);
    EXPECT_EQ(maker_.made(), std::vector<std::string>{"pmac1"});
}

TEST_F(LinkMakerTest, KnowsALinkThatWasLeftHalfMade) {
    run("ip link add pmac0 link v0 address 02:00:00:00:00:77 group 1886416928 type macvlan mode private");
    EXPECT_EQ(maker_.made(), std::vector<std::string>{"pmac0"});
    EXPECT_EQ(ownMac(kMac), "pmac0") << "and finishes it";
    EXPECT_NE(run("ip link show pmac0 up").find("alias ppp-manager"), std::string::npos);
    EXPECT_NE(run("ip link show pmac0").find("group default"), std::string::npos);
    remove("pmac0");
    EXPECT_EQ(if_nametoindex("pmac0"), 0U);
}

TEST_F(LinkMakerTest, NeverRemovesALinkOfSomebodyElse) {
    run("ip link add pmac0 link v0 address 02:00:00:00:00:77 type macvlan mode private");
    EXPECT_EQ(ownMac(kMac), "pmac1");
    remove("pmac1");
    EXPECT_FALSE(maker_.remove("pmac0", error_));
    EXPECT_NE(if_nametoindex("pmac0"), 0U);
}

TEST_F(LinkMakerTest, LeavesNothingWhereTheKernelRefuses) {
    run("ip link add taken link v0 address 02:00:00:00:00:77 type macvlan mode private && ip link set taken "
        "up");
    const std::string before = run("ip -o link | wc -l");
    EXPECT_EQ(maker_.makeOwnMac("v0", kMac, error_), "");
    EXPECT_NE(error_, "");
    EXPECT_EQ(run("ip -o link | wc -l"), before);
}

TEST_F(LinkMakerTest, RefusesToRemoveWhatIsNotMarked) {
    for (const char* alias : {"", "mine", "ppp-manage", "ppp-manager:"}) {
        run(std::string("ip link set v1 alias '") + alias + "'");
        EXPECT_FALSE(maker_.remove("v1", error_)) << alias;
        EXPECT_EQ(error_, "the link v1 is not one of ours");
    }
    EXPECT_NE(if_nametoindex("v1"), 0U);
}

TEST_F(LinkMakerTest, SaysWhatIsWrong) {
    EXPECT_EQ(maker_.makeOwnMac("none", kMac, error_), "");
    EXPECT_EQ(error_, "there is no interface none");
    EXPECT_EQ(maker_.makeOwnMac("v0", "02:00", error_), "");
    EXPECT_EQ(error_, "not a MAC address");
    EXPECT_EQ(maker_.makeOwnMac("v0", "ff:ff:ff:ff:ff:ff", error_), "");
    EXPECT_NE(error_, "");
    bool made = true;
    EXPECT_EQ(maker_.makeVlan("none", 7, made, error_), "");
    EXPECT_EQ(error_, "there is no interface none");
    for (const std::uint32_t id : {0U, 4095U, 65543U}) {
        EXPECT_EQ(maker_.makeVlan("v0", id, made, error_), "") << id;
        EXPECT_EQ(error_, "no such VLAN id");
    }
    EXPECT_FALSE(made);
    EXPECT_EQ(run("ip -o link | wc -l"), "3\n");
}

TEST_F(LinkMakerTest, SetsALinkUpAndItsMtu) {
    EXPECT_TRUE(maker_.set("v0", false, 1400, error_)) << error_;
    EXPECT_NE(run("ip link show v0").find("mtu 1400"), std::string::npos);
    EXPECT_EQ(run("ip link show v0 up"), "");
    EXPECT_TRUE(maker_.set("v0", true, std::nullopt, error_)) << error_;
    EXPECT_NE(run("ip link show v0 up"), "");
    EXPECT_FALSE(maker_.set("v0", std::nullopt, 10, error_));
    EXPECT_NE(error_.find("mtu"), std::string::npos) << error_;
    EXPECT_FALSE(maker_.set("none", true, std::nullopt, error_));
    EXPECT_EQ(error_, "there is no interface none");
}

} // namespace
} // namespace ppp::sys
