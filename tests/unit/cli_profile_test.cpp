// SPDX-License-Identifier: LGPL-2.1-or-later
// The flags of `pppctl add` and the profile that they make.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/failure.hpp"
#include "cli/password.hpp"
#include "cli/profile_flags.hpp"

namespace ppp::cli {
namespace {

nlohmann::json built(const ProfileFlags& flags) {
    return nlohmann::json::parse(profileFrom(flags));
}

ProfileFlags simple() {
    ProfileFlags flags;
    flags.type = "pppoe";
    flags.interface = "eth0";
    return flags;
}

TEST(ProfileFlags, OnlyWhatWasSaidIsWritten) {
    EXPECT_EQ(profileFrom(simple()),
              "{\n  \"type\": \"pppoe\",\n  \"pppoe\": {\n    \"interface\": \"eth0\"\n  }\n}\n");
}

TEST(ProfileFlags, AMetricIsForBothFamilies) {
    auto flags = simple();
    flags.metric = 0;
    EXPECT_EQ(built(flags)["ipv4"]["metric"], 0);
    EXPECT_EQ(built(flags)["ipv6"]["metric"], 0);
    flags.noIpv6 = true;
    EXPECT_EQ(built(flags)["ipv6"], nlohmann::json({{"enabled", false}}));
}

TEST(ProfileFlags, SettingsAreJsonOrElseText) {
    auto flags = simple();
    flags.settings = {"/mss-clamp=false",       "/pppoe/service=2",  "/auth/user=\"2\"",
                      "/auth/refuse=[\"pap\"]", "/ppp/mtu=null",     "/auth/remote-name=a=b",
                      "/firewall-zone=",        "/auth/refuse/1=eap"};
    const auto profile = built(flags);
    EXPECT_EQ(profile["mss-clamp"], false);
    EXPECT_EQ(profile["pppoe"]["service"], 2);
    EXPECT_EQ(profile["auth"]["user"], "2");
    EXPECT_EQ(profile["auth"]["refuse"], nlohmann::json::array({"pap", "eap"}));
    EXPECT_TRUE(profile["ppp"]["mtu"].is_null());
    EXPECT_EQ(profile["auth"]["remote-name"], "a=b");
    EXPECT_EQ(profile["firewall-zone"], "");
}

TEST(ProfileFlags, SettingsThatAreNone) {
    for (const char* wrong : {"", "mtu=5", "/ppp/mtu", "/type/below=1", "/pppoe~x=1", "/auth/refuse/x=1"}) {
        auto flags = simple();
        flags.settings = {"/auth/refuse=[]", wrong};
        try {
            profileFrom(flags);
            ADD_FAILURE() << wrong;
        } catch (const Failure& failure) {
            EXPECT_EQ(failure.code(), ExitCode::Usage) << wrong;
        }
    }
}

TEST(Secrets, TextAsTextOtherBytesAsBytes) {
    EXPECT_EQ(signatureOf(secretsForBus(core::Secret("grün")).at("password")), "s");
    const auto bytes = secretsForBus(core::Secret("\xff\x01")).at("password");
    EXPECT_EQ(bytes.get<std::vector<std::uint8_t>>(), (std::vector<std::uint8_t>{0xff, 1}));
}

} // namespace
} // namespace ppp::cli
