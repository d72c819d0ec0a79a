// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus in the loop: traffic, timeouts, a lost bus; watching clients leave.
#include "sys/bus_event_source.hpp"

#include <cerrno>
#include <ctime>
#include <memory>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <system_error>

#include <gtest/gtest.h>

#include "child_process.hpp"
#include "loop_fixture.hpp"
#include "sys/name_watcher.hpp"

namespace ppp::test {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<sdbus::IProxy> driver(sdbus::IConnection& bus) {
    return sdbus::createProxy(bus, bus::ServiceName{"org.freedesktop.DBus"},
                              sdbus::ObjectPath{"/org/freedesktop/DBus"});
}

TEST(BusSource, ManyCallsAllAnswered) {
    BusLoop fixture;
    const auto proxy = driver(*fixture.bus);
    int answers = 0;
    for (int i = 0; i < 500; ++i) {
        proxy->callMethodAsync("GetId")
            .onInterface("org.freedesktop.DBus")
            .uponReplyInvoke(
                [&](bus::CallError error, const std::string&) { answers += bus::failed(error) ? 0 : 1; });
    }
    EXPECT_TRUE(fixture.eventually([&] { return answers == 500; }));
}

// A blocking call leaves other messages in the library's queue, where polling the socket does not see them.
TEST(BusSource, WhatABlockingCallReadAheadIsNotForgotten) {
    BusLoop fixture;
    const auto proxy = driver(*fixture.bus);
    bool answered = false;
    proxy->callMethodAsync("GetId")
        .onInterface("org.freedesktop.DBus")
        .uponReplyInvoke([&](bus::CallError, const std::string&) { answered = true; });
    std::string id;
    proxy->callMethod("GetId").onInterface("org.freedesktop.DBus").storeResultsTo(id);
    EXPECT_FALSE(answered);
    EXPECT_TRUE(fixture.eventually([&] { return answered; }));
}

TEST(BusSource, ACallTimesOutWithoutTraffic) {
    BusLoop fixture;
    // A connection that never reads: the call to it can only time out.
    const auto deaf = sdbus::createSystemBusConnection();
    const auto proxy = sdbus::createProxy(*fixture.bus, bus::ServiceName{std::string(deaf->getUniqueName())},
                                          sdbus::ObjectPath{"/"});
    std::string error;
    proxy->callMethodAsync("Anything")
        .onInterface("test.Deaf")
        .withTimeout(50ms)
        .uponReplyInvoke(
            [&](bus::CallError e) { error = bus::failed(e) ? std::string(e->getName()) : "answered"; });
    ASSERT_TRUE(fixture.eventually([&] { return !error.empty(); }));
    EXPECT_NE(error, "answered");
}

TEST(BusSource, IdleMeansNoWakeUps) {
    BusLoop fixture;
    fixture.settle();
    std::uint64_t turns = 0;
    bool over = false;
    const auto timer = fixture.loop.after(300ms, [&] { over = true; });
    while (!over) {
        fixture.loop.turn(UINT64_MAX);
        ++turns;
    }
    EXPECT_LE(turns, 2U);
}

/// From now on this process sees an empty /etc/machine-id. False where it may not make it so.
bool forgetMachineId() {
    if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return false;
    }
    return mount("/dev/null", "/etc/machine-id", nullptr, MS_BIND, nullptr) == 0;
}

// Anybody may call it, and libsystemd answers by itself.
TEST(BusSource, WhoAsksForTheIdOfAMachineWithoutOneEndsNothing) {
    ASSERT_TRUE(forgetMachineId()) << std::generic_category().message(errno) << " (this needs root)";
    BusLoop fixture;
    const auto itself = sdbus::createProxy(
        *fixture.bus, bus::ServiceName{std::string(fixture.bus->getUniqueName())}, sdbus::ObjectPath{"/"});
    constexpr const char* kPeer = "org.freedesktop.DBus.Peer";
    for (int n = 0; n < 3; ++n) {
        itself->callMethodAsync("GetMachineId")
            .onInterface(kPeer)
            .uponReplyInvoke([](bus::CallError, const std::string&) {});
    }
    bool pinged = false;
    itself->callMethodAsync("Ping").onInterface(kPeer).uponReplyInvoke(
        [&](bus::CallError error) { pinged = !bus::failed(error); });
    EXPECT_TRUE(fixture.eventually([&] { return pinged; }));
    EXPECT_TRUE(fixture.journal.lines.empty());
}

TEST(BusSource, LosingTheBusEndsTheLoopWithFailure) {
    BusLoop fixture;
    fixture.settle();
    fixture.loop.post([&] { fixture.dbus.stop(); });
    EXPECT_EQ(fixture.loop.run(), EXIT_FAILURE);
    ASSERT_EQ(fixture.journal.lines.size(), 1U);
    EXPECT_NE(fixture.journal.lines.at(0).find("lost the system bus"), std::string::npos);
}

TEST(NameWatcher, TellsEachWatchOfThatClientOnce) {
    BusLoop fixture;
    sys::NameWatcher watcher(fixture.loop, *fixture.bus);
    ChildProcess a{{PPP_TEST_BUS_CLIENT}};
    ChildProcess b{{PPP_TEST_BUS_CLIENT}};
    std::string told;
    const std::string nameA = a.readLine();
    const auto first = watcher.watch(nameA, [&] { told += '1'; });
    std::unique_ptr<core::Pending> second;
    second = watcher.watch(nameA, [&] {
        told += '2';
        second.reset();
    });
    auto third = watcher.watch(nameA, [&] { told += '3'; });
    const auto other = watcher.watch(b.readLine(), [&] { told += 'b'; });
    fixture.settle();
    third.reset();
    a.closeInput();
    ASSERT_TRUE(fixture.eventually([&] { return told.size() == 2; }));
    b.closeInput();
    ASSERT_TRUE(fixture.eventually([&] { return told.size() == 3; }));
    EXPECT_EQ(told, "12b");
}

TEST(NameWatcher, ClientsThatNobodyWatchesWakeNobody) {
    BusLoop fixture;
    sys::NameWatcher watcher(fixture.loop, *fixture.bus);
    ChildProcess watched{{PPP_TEST_BUS_CLIENT}};
    auto watch = watcher.watch(watched.readLine(), [] {});
    fixture.settle();
    watch.reset();
    fixture.settle();
    ChildProcess stranger{{PPP_TEST_BUS_CLIENT}};
    stranger.readLine();
    int turns = 0;
    bool over = false;
    const auto timer = fixture.loop.after(300ms, [&] { over = true; });
    stranger.closeInput();
    watched.closeInput();
    while (!over) {
        fixture.loop.turn(UINT64_MAX);
        ++turns;
    }
    EXPECT_LE(turns, 2);
}

} // namespace
} // namespace ppp::test
