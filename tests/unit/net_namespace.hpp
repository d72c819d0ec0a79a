// SPDX-License-Identifier: LGPL-2.1-or-later
// A network namespace of its own for each test, so that nothing of the machine's network is read or changed.
// Needs root.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

namespace ppp::test {

struct ShellResult {
    int status = -1;
    std::string output;
};

inline ShellResult shell(const std::string& command) {
    ShellResult out;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r"); // NOLINT(cert-env33-c): tests write shell commands
    if (pipe == nullptr)
        return out;
    std::array<char, 4096> buffer{};
    for (std::size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        out.output.append(buffer.data(), got);
    out.status = pclose(pipe);
    return out;
}

/// The output of a command that must work.
inline std::string run(const std::string& command) {
    ShellResult result = shell(command);
    EXPECT_EQ(result.status, 0) << command << ": " << result.output;
    return result.output;
}

/// Many ip(8) commands, a line each, in one process.
inline void ipBatch(const std::string& commands) {
    const std::string file = ::testing::TempDir() + "pppm-batch-" + std::to_string(getpid());
    std::ofstream(file) << commands;
    run("ip -batch '" + file + "'");
    std::remove(file.c_str());
}

/// Waits for what the kernel or a service does in its own time. A pause between two looks: a test that asks
/// without one keeps both processors from the kernel it waits for.
template <typename Look> bool eventually(Look look) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!look()) {
        if (std::chrono::steady_clock::now() > limit)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

/// Fresh, with lo up, before any member of a derived fixture is made. Skipped, with the reason, only where
/// the kernel refuses a namespace.
class NetNamespace : public ::testing::Test {
protected:
    NetNamespace() : refusal_(unshare(CLONE_NEWNET) == 0 ? 0 : errno) {}
    void SetUp() override {
        if (refusal_ != 0)
            GTEST_SKIP() << "no network namespace: " << std::strerror(refusal_);
        run("ip link set lo up");
    }

    /// A pair of Ethernet links, both up, with carrier, and without addresses that come by themselves.
    static void vethPair(const std::string& one = "v0", const std::string& other = "v1") {
        std::string commands = "link add " + one + " type veth peer name " + other + "\n";
        for (const std::string& name : {one, other})
            commands.append("link set ").append(name).append(" addrgenmode none up\n");
        ipBatch(commands);
        for (const std::string& name : {one, other})
            EXPECT_TRUE(eventually([&] {
                return run("ip -6 route show table all dev " + name).find("ff00::/8") != std::string::npos;
            })) << "no carrier on "
                << name;
    }

private:
    int refusal_;
};

} // namespace ppp::test
