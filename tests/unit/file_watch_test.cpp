// SPDX-License-Identifier: LGPL-2.1-or-later
// What a package does to a file is told; what its readers and users do is not.
#include "sys/file_watch.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace ppp::test {
namespace {

class QuietJournal : public core::Journal {
public:
    void log(core::Severity, const std::string&, const std::string& text,
             const std::vector<std::string>&) override {
        ADD_FAILURE() << text;
    }
};

class FileWatchTest : public ::testing::Test {
protected:
    FileWatchTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "file-watch-XXXXXX").string();
        folder = mkdtemp(pattern.data());
    }
    ~FileWatchTest() override { std::filesystem::remove_all(folder); }
    void watch(const std::vector<std::string>& names) {
        std::vector<std::string> files;
        for (const auto& name : names) {
            files.push_back((folder / name).string());
        }
        watched = std::make_unique<sys::FileWatch>(
            loop, files, [this] { ++told; }, journal);
    }
    void write(const std::string& name) const { std::ofstream(folder / name) << "x"; }
    bool isTold() {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (told == 0 && std::chrono::steady_clock::now() < until) {
            loop.turn(20'000);
        }
        return std::exchange(told, 0) > 0;
    }
    /// inotify queues an event before the call that caused it returns: one turn without any is enough.
    bool isQuiet() {
        loop.turn(0);
        loop.turn(0);
        return told == 0;
    }

    std::filesystem::path folder;
    sys::EventLoop loop;
    QuietJournal journal;
    int told = 0;
    std::unique_ptr<sys::FileWatch> watched;
};

TEST_F(FileWatchTest, WrittenReplacedRemovedAndMadeExecutable) {
    write("pppd");
    watch({"pppd"});
    EXPECT_TRUE(isQuiet());
    write("pppd");
    EXPECT_TRUE(isTold());
    write("pppd.new");
    EXPECT_TRUE(isQuiet());
    std::filesystem::rename(folder / "pppd.new", folder / "pppd");
    EXPECT_TRUE(isTold());
    chmod((folder / "pppd").c_str(), 0755);
    EXPECT_TRUE(isTold());
    std::filesystem::remove(folder / "pppd");
    EXPECT_TRUE(isTold());
    write("pppd");
    EXPECT_TRUE(isTold());
}

TEST_F(FileWatchTest, ReadersAndNeighboursAreNotTold) {
    write("pppd");
    watch({"pppd"});
    std::string line;
    std::getline(std::ifstream(folder / "pppd"), line);
    write("pppdump");
    EXPECT_TRUE(isQuiet());
}

TEST_F(FileWatchTest, AFolderThatComesLaterAndGoesAndComesAgain) {
    watch({"pppd/2.5.2/plugin.so"});
    for (int round = 0; round < 2; ++round) {
        std::filesystem::create_directories(folder / "pppd" / "2.5.2");
        EXPECT_TRUE(isTold());
        EXPECT_TRUE(isQuiet());
        write("pppd/2.5.2/plugin.so");
        EXPECT_TRUE(isTold()) << round;
        EXPECT_TRUE(isQuiet());
        std::filesystem::remove_all(folder / "pppd");
        EXPECT_TRUE(isTold());
        loop.turn(0);
        loop.turn(0);
        told = 0;
    }
}

TEST_F(FileWatchTest, UsersOfADeviceAreNotTold) {
    watch({"ppp"});
    if (mknod((folder / "ppp").c_str(), S_IFCHR | 0600, makedev(1, 3)) != 0) {
        GTEST_SKIP() << "no device can be made here";
    }
    EXPECT_TRUE(isTold());
    {
        std::ofstream user(folder / "ppp");
        user << "x";
    }
    EXPECT_TRUE(isQuiet());
}

} // namespace
} // namespace ppp::test
