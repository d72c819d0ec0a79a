// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl on a terminal against the real daemon, whose pppd is a stand-in; the access concentrator on the wire
// is the lab's.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <filesystem>

#include "daemon_fixture.hpp"
#include "terminal_process.hpp"

namespace ppp::test {

class WizardTest : public DaemonTest {
protected:
    /// The far end of v0 answers PADI, under these names.
    void concentrator(const std::vector<std::string>& names = {"ac0"}) {
        std::vector<std::string> argv{PPP_TEST_PPP_CONCENTRATOR,
                                      "--interface",
                                      "v1",
                                      "--local",
                                      "10.64.0.1",
                                      "--pool",
                                      "10.64.0.100",
                                      "--auth",
                                      "none"};
        for (const auto& name : names)
            argv.insert(argv.end(), {"--ac", name});
        far_ = std::make_unique<ChildProcess>(argv);
    }

    static std::unique_ptr<TerminalProcess> pppctl(const std::vector<std::string>& arguments) {
        std::vector<std::string> argv{PPP_TEST_PPPCTL};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return std::make_unique<TerminalProcess>(argv);
    }

    /// What the daemon has stored.
    std::string stored(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(folder() + "/etc/connections/" + name + ".json").rdbuf();
        return text.str();
    }
    /// Neither connection nor secret, on the bus or on the disk.
    void expectNothingStored() {
        std::error_code missing; // the daemon makes its folders with the first connection
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() + "/etc", missing))
            EXPECT_FALSE(entry.is_regular_file()) << entry.path();
        EXPECT_EQ(manager("GetConnection", std::string("isp")), "NoSuchConnection");
    }

    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }

    std::unique_ptr<ChildProcess> far_;
};

} // namespace ppp::test
