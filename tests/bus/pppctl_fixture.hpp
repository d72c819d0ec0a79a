// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl on a private bus, with a stand-in for the daemon.
#pragma once

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "child_process.hpp"
#include "fake.hpp"
#include "private_bus.hpp"

namespace ppp::test {

/// What one run of pppctl left behind.
struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class PppctlTest : public ::testing::Test {
protected:
    explicit PppctlTest(bool daemon = true) {
        if (daemon) {
            manager = std::make_unique<Fake>(PPP_TEST_FAKE_MANAGER, "manager");
        }
    }

    /// The command line of pppctl, or another program, with its standard error in a file of its own.
    std::vector<std::string> commandLine(const std::vector<std::string>& arguments,
                                         const std::string& program = PPP_TEST_PPPCTL) const {
        std::vector<std::string> out{"sh", "-c",        R"(file=$1; shift; exec "$@" 2>"$file")",
                                     "sh", errorFile(), program};
        out.insert(out.end(), arguments.begin(), arguments.end());
        return out;
    }

    std::string errorFile() const { return bus.folder() + "/stderr"; }
    std::string errors() const {
        std::ostringstream text;
        text << std::ifstream(errorFile()).rdbuf();
        return text.str();
    }

    Ran pppctl(const std::vector<std::string>& arguments, const std::string& input = {},
               const std::vector<std::string>& environment = {}) const {
        return ended(commandLine(arguments), input, environment);
    }

    /// That line from its start to its end.
    Ran ended(const std::vector<std::string>& line, const std::string& input = {},
              const std::vector<std::string>& environment = {}) const {
        ChildProcess process(line, environment);
        process.write(input);
        process.closeInput();
        Ran ran;
        ran.out = process.readAll();
        ran.code = process.wait();
        ran.err = errors();
        return ran;
    }

    /// pppctl behind setsid, so that it has no terminal to ask at.
    Ran detached(const std::vector<std::string>& arguments, const std::string& input = {}) const {
        auto line = commandLine(arguments);
        line.insert(line.begin(), {"setsid", "--wait"});
        return ended(line, input);
    }

    PrivateBus bus;
    std::unique_ptr<Fake> manager;
};

} // namespace ppp::test
