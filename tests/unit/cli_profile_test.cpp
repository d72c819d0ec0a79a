// SPDX-License-Identifier: LGPL-2.1-or-later
// The flags of `pppctl add` and the profile that they make.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/failure.hpp"
#include "cli/password.hpp"
#include "cli/profile_flags.hpp"
#include "cli/wizard/search.hpp"
#include "core/profile_keys.hpp"

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

TEST(ProfileFlags, EveryKeyOfAProfileCanBeSet) {
    for (const core::Key& key : core::profileKeys()) {
        std::string pointer(key.pointer);
        if (const auto star = pointer.find('*'); star != std::string::npos) {
            pointer.replace(star, 1, "0");
        }
        const std::string value(key.standard.empty() ? "7" : key.standard);
        ProfileFlags flags;
        flags.settings = {pointer + "=" + value};
        EXPECT_EQ(built(flags).at(nlohmann::json::json_pointer(pointer)), nlohmann::json::parse(value))
            << pointer;
    }
}

TEST(ProfileFlags, AnAccessPointIsACommandOfTheModem) {
    ProfileFlags flags;
    flags.type = "serial";
    flags.device = "/dev/ttyUSB0";
    flags.number = "*99#";
    flags.apn = "internet";
    EXPECT_EQ(
        built(flags)["serial"]["dial"],
        nlohmann::json::parse(R"({"number": "*99#", "init": ["ATZ", "AT+CGDCONT=1,\"IP\",\"internet\""]})"));
    flags.apn = "a\"b";
    EXPECT_THROW(profileFrom(flags), Failure);
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

Dictionary concentrator(const std::string& name, const std::string& mac) {
    return {{"name", sdbus::Variant{name}}, {"mac", sdbus::Variant{mac}}, {"rtt-ms", sdbus::Variant{1.5}}};
}

TEST(Lines, OneConcentratorIsOneLineThatTakesAnyOther) {
    const auto lines = linesOf("eth0", {concentrator("north\033[2J", "02:00:00:00:00:01")});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].place, "eth0");
    EXPECT_EQ(lines[0].concentrator, "");
    EXPECT_EQ(lines[0].what.find('\033'), std::string::npos) << "a peer's text";
    EXPECT_NE(lines[0].what.find("1.5 ms"), std::string::npos) << lines[0].what;
}

TEST(Lines, OfSeveralEachCanBeChosen) {
    const auto lines = linesOf("eth0", {concentrator("north", "02:00:00:00:00:01"),
                                        concentrator("twin", "02:00:00:00:00:02"),
                                        concentrator("twin", "02:00:00:00:00:03")});
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0].concentrator + lines[0].concentratorMac, "");
    EXPECT_EQ(lines[1].concentrator, "north");
    EXPECT_EQ(lines[1].concentratorMac, "");
    EXPECT_EQ(lines[2].concentrator, "");
    EXPECT_EQ(lines[2].concentratorMac, "02:00:00:00:00:02");
    EXPECT_EQ(lines[3].concentratorMac, "02:00:00:00:00:03");
}

TEST(Lines, ATtyIsALineOrSaysWhyNot) {
    const auto tty = [](const std::string& device, const std::string& key, const std::string& value) {
        return Dictionary{{"device", sdbus::Variant{device}}, {key, sdbus::Variant{value}}};
    };
    Found found;
    Dictionary modem = tty("/dev/ttyUSB0", "model", "Lab Modem 56K");
    modem.emplace("answers", sdbus::Variant{true});
    sortTty(modem, found);
    sortTty(tty("/dev/ttyUSB2", "held-by", "ModemManager"), found);
    sortTty(tty("/dev/ttyS0", "error", "no such device"), found);
    sortTty(tty("/dev/ttyS1", "model", ""), found);
    ASSERT_EQ(found.lines.size(), 1U);
    EXPECT_EQ(found.lines[0].type, "serial");
    EXPECT_EQ(found.lines[0].what, "modem, Lab Modem 56K");
    ASSERT_EQ(found.blanks.size(), 3U);
    EXPECT_EQ(found.blanks[0].why, "held by ModemManager, so it was not asked");
    EXPECT_EQ(found.blanks[1].why, "no such device");
    EXPECT_EQ(found.blanks[2].why, "no modem answered");
}

TEST(Secrets, TextAsTextOtherBytesAsBytes) {
    EXPECT_EQ(signatureOf(secretsForBus(core::Secret("grün")).at("password")), "s");
    const auto bytes = secretsForBus(core::Secret("\xff\x01")).at("password");
    EXPECT_EQ(bytes.get<std::vector<std::uint8_t>>(), (std::vector<std::uint8_t>{0xff, 1}));
}

} // namespace
} // namespace ppp::cli
