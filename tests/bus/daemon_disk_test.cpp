// SPDX-License-Identifier: LGPL-2.1-or-later
// Full and read-only disks: what cannot be kept is refused or said, and done once there is room.
#include "daemon_stuck_fixture.hpp"

#include <sys/mount.h>

namespace {

using namespace ppp;
using test::run;
using test::StuckTest;
using test::Variants;

class Disk : public StuckTest {
protected:
    void SetUp() override {
        StuckTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
            GTEST_SKIP() << "no mount namespace: " << std::strerror(errno);
        }
        daemon_.reset();
        for (const char* name : {"/etc", "/run"}) {
            std::filesystem::create_directories(folder() + name);
            if (mount("tmpfs", (folder() + name).c_str(), "tmpfs", 0, "size=128k") != 0) {
                GTEST_SKIP() << "no tmpfs can be mounted here: " << std::strerror(errno);
            }
        }
        startDaemon();
    }
    void TearDown() override {
        daemon_.reset();
        for (const char* name : {"/etc", "/run"}) {
            umount2((folder() + name).c_str(), MNT_DETACH);
        }
    }
    void fill(const std::string& name) {
        std::ofstream file(folder() + name + "/ballast", std::ios::binary);
        const std::string block(512, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
        }
    }
    void empty(const std::string& name) { std::filesystem::remove(folder() + name + "/ballast"); }
    void readOnly(const std::string& name, bool on) {
        ASSERT_EQ(mount("none", (folder() + name).c_str(), nullptr,
                        MS_REMOUNT | (on ? static_cast<unsigned long>(MS_RDONLY) : 0UL), nullptr),
                  0)
            << std::strerror(errno);
    }
    /// Nothing that would change the stored things works; the old ones are as they were.
    void nothingIsStored(const std::string& words) {
        const std::string profileBefore = read("/etc/connections/isp.json");
        const std::string secretsBefore = read("/etc/secrets/isp.json");
        EXPECT_EQ(addTwo(), "Failed");
        EXPECT_NE(text_.find(words), std::string::npos) << text_;
        EXPECT_EQ(manager("GetConnection", std::string("two")), "NoSuchConnection");
        EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "Failed");
        EXPECT_NE(text_.find(words), std::string::npos) << text_;
        EXPECT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string("another")}}}),
                  "Failed");
        EXPECT_NE(text_.find(words), std::string::npos) << text_;
        std::string shown;
        proxy(names::kBusName, names::connectionPath("isp"))
            ->callMethod("GetProfile")
            .onInterface(names::kConnectionInterface)
            .storeResultsTo(shown);
        EXPECT_EQ(shown, profile());
        EXPECT_EQ(read("/etc/connections/isp.json"), profileBefore);
        EXPECT_EQ(read("/etc/secrets/isp.json"), secretsBefore);
        for (const char* name : {"/etc/connections", "/etc/secrets"}) {
            std::size_t files = 0;
            for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator(folder() + name)) {
                ++files;
            }
            EXPECT_EQ(files, 1U) << "nothing half done in " << name;
        }
    }
};

TEST_F(Disk, FullEtcChangesNothing) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    fill("/etc");
    nothingIsStored("No space left on device");
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(isp("Redial", Variants{{"wait", sdbus::Variant{true}}}), "") << "links go on: " << text_;
    empty("/etc");
    EXPECT_EQ(isp("UpdateProfile", profile(R"(,"priority":7)")), "");
    EXPECT_EQ(addTwo(), "");
}

TEST_F(Disk, ReadOnlyEtcChangesNothing) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    readOnly("/etc", true);
    nothingIsStored("Read-only file system");
    EXPECT_EQ(isp("Remove"), "Failed");
    EXPECT_EQ(state(), "up") << "what cannot be removed is not taken down either";
    EXPECT_EQ(isp("ClearSecrets"), "Failed");
    EXPECT_EQ(manager("Reload"), "");
    EXPECT_EQ(isp("Redial", Variants{{"wait", sdbus::Variant{true}}}), "") << text_;
    readOnly("/etc", false);
    EXPECT_EQ(isp("Remove"), "") << text_;
}

TEST_F(Disk, WithoutRoomForItsRecordALinkComesUpAndSaysSo) {
    ASSERT_EQ(addIsp(), "");
    fill("/run");
    ASSERT_EQ(up(), "") << text_;
    EXPECT_EQ(state(), "up");
    EXPECT_NE(details("trouble").find("No space left on device"), std::string::npos) << details("trouble");
    EXPECT_NE(routes().find("dev ppp0"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder() + "/run/records/isp.json"));
    empty("/run");
    EXPECT_TRUE(test::eventually([&] { return details("trouble").empty(); })) << details("trouble");
    EXPECT_NE(read("/run/records/isp.json").find("\"up\""), std::string::npos);
    ASSERT_EQ(down(), "");
    EXPECT_EQ(routes(), "");
}

TEST_F(Disk, NobodysRouteIsMovedWithoutARecord) {
    run("ip address add 192.0.2.2/24 dev v0 && ip route add default via 192.0.2.1 dev v0");
    ASSERT_EQ(addIsp(), "");
    fill("/run");
    ASSERT_EQ(up(), "") << text_;
    EXPECT_NE(routes().find("default via 192.0.2.1 dev v0 \n"), std::string::npos) << routes();
    EXPECT_NE(details("trouble").find("another default route stays in force"), std::string::npos)
        << details("trouble");
    empty("/run");
    EXPECT_TRUE(test::eventually([&] {
        return run("ip route get 203.0.113.1").find("dev ppp0") != std::string::npos;
    })) << routes();
    EXPECT_EQ(details("trouble"), "");
    ASSERT_EQ(down(), "");
    EXPECT_EQ(routes(), "default via 192.0.2.1 dev v0 \n");
}

TEST_F(Disk, NoInterfaceIsSetUpWithoutARecord) {
    run("ip link set v0 down");
    ASSERT_EQ(addIsp(), "");
    fill("/run");
    EXPECT_EQ(up(), "Failed");
    EXPECT_EQ(text_.rfind("engine-failed: v0 is not set up:", 0), 0U) << text_;
    EXPECT_EQ(state(), "waiting");
    EXPECT_EQ(run("ip -br link show v0").find("UP"), std::string::npos);
    empty("/run");
    EXPECT_TRUE(becomes("up"));
}

TEST_F(Disk, ARunningLinkOutlivesAFullDisk) {
    ASSERT_EQ(addIsp(), "");
    ASSERT_EQ(up(), "");
    const std::string record = read("/run/records/isp.json");
    fill("/run");
    EXPECT_EQ(state(), "up");
    EXPECT_EQ(read("/run/records/isp.json"), record);
    ASSERT_EQ(down(), "");
    EXPECT_EQ(state(), "down");
    EXPECT_EQ(routes(), "");
}

} // namespace
