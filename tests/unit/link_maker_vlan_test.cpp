// SPDX-License-Identifier: LGPL-2.1-or-later
// VLAN links, for kernels that have them: run in the lab (scenario vlan), because not every machine's kernel
// does.
#include "link_maker_fixture.hpp"

#include <net/if.h>

namespace ppp::sys {
namespace {

using test::LinkMakerTest;
using test::run;

class VlanTest : public LinkMakerTest {
protected:
    void SetUp() override {
        LinkMakerTest::SetUp();
        ASSERT_EQ(test::shell("ip link add link v1 name probe type vlan id 9").status, 0)
            << "a kernel without VLANs";
    }
    std::string vlan(std::uint32_t id, const std::string& parent = "v0") {
        error_.clear();
        std::string name = maker_.makeVlan(parent, id, made_, error_);
        EXPECT_EQ(error_, "");
        return name;
    }
    bool made_ = false;
};

TEST_F(VlanTest, MakesAndRemovesAVlan) {
    EXPECT_EQ(vlan(7), "v0.7");
    EXPECT_TRUE(made_);
    EXPECT_NE(run("ip -d link show v0.7 up").find("vlan protocol 802.1Q id 7"), std::string::npos);
    EXPECT_EQ(run("ip -6 address show dev v0.7"), "");
    EXPECT_EQ(vlan(7), "v0.7") << "a second connection";
    EXPECT_TRUE(made_);
    remove("v0.7");
    EXPECT_EQ(if_nametoindex("v0.7"), 0U);
}

TEST_F(VlanTest, UsesAVlanOfTheAdministratorAsItIs) {
    run("ip link add link v0 name wan type vlan id 7");
    EXPECT_EQ(vlan(7), "wan");
    EXPECT_FALSE(made_);
    EXPECT_FALSE(maker_.remove("wan", error_));
}

TEST_F(VlanTest, FindsAFreeName) {
    run("ip link add v0.7 type veth peer name x");
    EXPECT_EQ(vlan(7), "pvlan0");
    run("ip link set v0 down && ip link set v0 name enx0123456789ab && ip link set enx0123456789ab up");
    EXPECT_EQ(vlan(8, "enx0123456789ab"), "pvlan1");
}

} // namespace
} // namespace ppp::sys
