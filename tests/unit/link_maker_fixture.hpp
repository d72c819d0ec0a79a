// SPDX-License-Identifier: LGPL-2.1-or-later
// A network namespace with a veth pair v0–v1 and a LinkMaker in it.
#pragma once

#include <string>

#include "net_namespace.hpp"
#include "sys/link_maker.hpp"

namespace ppp::test {

using sys::LinkMaker;
using sys::NetlinkClient;

class LinkMakerTest : public NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (!IsSkipped())
            vethPair();
    }

    std::string ownMac(const std::string& mac) {
        std::string name = maker_.makeOwnMac("v0", mac, error_);
        EXPECT_EQ(error_, "");
        return name;
    }
    void remove(const std::string& name) { EXPECT_TRUE(maker_.remove(name, error_)) << error_; }

    NetlinkClient client_;
    LinkMaker maker_{client_};
    std::string error_;
};

} // namespace ppp::test
