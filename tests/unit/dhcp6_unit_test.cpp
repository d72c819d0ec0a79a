// SPDX-License-Identifier: LGPL-2.1-or-later
// What dhcpcd is told, and the unit that it runs in.
#include "sys/dhcp6_unit.hpp"

#include <set>

#include <gtest/gtest.h>

namespace ppp::sys {
namespace {

const dhcp6::Site kSite{"/usr/sbin/dhcpcd", "/usr/libexec/ppp-manager-dhcp6", "00:04:01"};

TEST(Dhcp6Unit, TheUnitIsNamedAsTheScopeOfItsEngine) {
    EXPECT_EQ(dhcp6::unitName("isp", 4711), "ppp-manager-dhcp6-isp-4711.service");
    EXPECT_EQ(dhcp6::unitName("a b", 1), "ppp-manager-dhcp6-a\\x20b-1.service");
}

TEST(Dhcp6Unit, DhcpcdAsksForAPrefixAndTouchesNothing) {
    const std::string text = dhcp6::configuration(kSite, "ppp0", "4711", "/run/x/report");
    for (const char* line :
         {"\nduid 00:04:01\n", "\nipv6only\n", "\nnoipv6rs\n", "\nnoconfigure\n",
          "\nenv ppp_manager_session=4711\n", "\nenv ppp_manager_report=/run/x/report\n",
          "\nscript /usr/libexec/ppp-manager-dhcp6\n", "\ninterface ppp0\n  ia_pd 1 -\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
    auto without = kSite;
    without.duid.clear();
    EXPECT_NE(dhcp6::configuration(without, "ppp0", "1", "/x").find("\nduid\n"), std::string::npos);
}

TEST(Dhcp6Unit, ItEndsWithTheEngineAndMayWriteOnlyItsFolder) {
    const auto all = dhcp6::properties(kSite, "isp", "ppp0", "/run/x", "ppp-manager-isp-4711.scope");
    std::set<std::string> names;
    for (const auto& property : all) {
        const std::string name = property.get<0>();
        EXPECT_TRUE(names.insert(name).second) << name << " twice";
        if (name == "BindsTo" || name == "After") {
            EXPECT_EQ(property.get<1>().get<std::vector<std::string>>(),
                      std::vector<std::string>{"ppp-manager-isp-4711.scope"});
        }
    }
    for (const char* name : {"BindsTo", "After", "ExecStart", "ProtectSystem", "BindPaths", "NoNewPrivileges",
                             "CapabilityBoundingSet"}) {
        EXPECT_TRUE(names.contains(name)) << name;
    }
}

TEST(Dhcp6Unit, TheMachineHasADuidOfItsOwnForThisService) {
    const std::string duid = dhcp6::installed().duid;
    EXPECT_TRUE(duid.empty() || (duid.size() == 2 * 18 + 17 && duid.starts_with("00:04:"))) << duid;
    EXPECT_EQ(duid, dhcp6::installed().duid);
}

} // namespace
} // namespace ppp::sys
