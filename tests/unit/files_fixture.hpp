// SPDX-License-Identifier: LGPL-2.1-or-later
// A folder of its own for tests of files.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net_namespace.hpp"
#include "sys/profile_files.hpp"

namespace ppp::test {

class FilesTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "pppm-files-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
    }
    void TearDown() override { run("rm -rf '" + root_ + "'"); }

    std::string path(const std::string& name) const { return root_ + "/" + name; }
    void put(const std::string& name, const std::string& bytes, mode_t mode = 0600) const {
        std::ofstream(path(name), std::ios::binary) << bytes;
        EXPECT_EQ(chmod(path(name).c_str(), mode), 0);
    }
    std::string get(const std::string& name) const {
        std::ifstream in(path(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    mode_t mode(const std::string& name) const {
        struct stat status {};
        EXPECT_EQ(stat(path(name).c_str(), &status), 0) << name;
        return status.st_mode & 07777;
    }
    bool exists(const std::string& name) const { return access(path(name).c_str(), F_OK) == 0; }
    std::string listing() const { return run("cd '" + root_ + "' && find . | sort"); }

    sys::ProfileFiles files() const { return {root_ + "/etc", root_ + "/credentials"}; }
    void secretsFile(const std::string& text) const {
        run("mkdir -p '" + path("etc/secrets") + "' && chmod 700 '" + path("etc/secrets") + "'");
        put("etc/secrets/isp.json", text);
    }

    std::string root_;
};

} // namespace ppp::test
