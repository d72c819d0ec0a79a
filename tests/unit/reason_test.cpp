// SPDX-License-Identifier: LGPL-2.1-or-later
// The reason table against the words and classes of the design, and the errors' names.
#include "core/reason.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/error.hpp"
#include "core/text.hpp"

namespace {

using namespace ppp::core;

const std::map<std::string, RetryClass> kContract{
    {"user-request", RetryClass::None},
    {"auth-failed", RetryClass::Auth},
    {"peer-auth-failed", RetryClass::Auth},
    {"discovery-timeout", RetryClass::Discovery},
    {"service-rejected", RetryClass::Discovery},
    {"access-concentrator-error", RetryClass::Discovery},
    {"no-carrier", RetryClass::Event},
    {"device-missing", RetryClass::Event},
    {"device-busy", RetryClass::Modem},
    {"modem-busy", RetryClass::Modem},
    {"modem-no-carrier", RetryClass::Modem},
    {"modem-no-dialtone", RetryClass::Modem},
    {"modem-no-answer", RetryClass::Modem},
    {"modem-error", RetryClass::Modem},
    {"modem-timeout", RetryClass::Modem},
    {"tunnel-timeout", RetryClass::Discovery},
    {"tunnel-refused", RetryClass::Discovery},
    {"name-lookup-failed", RetryClass::Discovery},
    {"lcp-timeout", RetryClass::Discovery},
    {"negotiation-failed", RetryClass::Discovery},
    {"loopback", RetryClass::Discovery},
    {"peer-terminated", RetryClass::Discovery},
    {"echo-timeout", RetryClass::Discovery},
    {"idle-timeout", RetryClass::None},
    {"session-limit", RetryClass::Redial},
    {"engine-failed", RetryClass::Fault},
    {"engine-missing", RetryClass::Fault},
    {"kernel-support-missing", RetryClass::Fault},
    {"profile-invalid", RetryClass::Fault},
    {"secrets-missing", RetryClass::Fault},
    {"phase-timeout", RetryClass::Discovery},
    {"suspend", RetryClass::Event},
    {"shutdown", RetryClass::None},
};

TEST(Reason, EveryWordOfTheContractHasItsClass) {
    for (const auto& [word, retry] : kContract) {
        const auto reason = reasonFromWire(word);
        ASSERT_TRUE(reason) << word;
        EXPECT_EQ(wire(*reason), word);
        EXPECT_EQ(retryClass(*reason), retry) << word;
    }
    EXPECT_EQ(kContract.size(), static_cast<std::size_t>(Reason::Shutdown));
}

TEST(Reason, EverySentenceIsOneAndNoOtherHasIt) {
    std::set<std::string_view> seen;
    for (int i = 1; i <= static_cast<int>(Reason::Shutdown); ++i) {
        const std::string_view words = sentence(static_cast<Reason>(i));
        EXPECT_FALSE(words.empty());
        EXPECT_FALSE(words.ends_with('.')) << words;
        EXPECT_FALSE(text::hasControl(words));
        EXPECT_TRUE(seen.insert(words).second) << words;
    }
}

TEST(Reason, NoneIsTheEmptyWord) {
    EXPECT_EQ(wire(Reason::None), "");
    EXPECT_EQ(reasonFromWire(""), Reason::None);
    EXPECT_EQ(retryClass(Reason::None), RetryClass::None);
    EXPECT_EQ(reasonFromWire("no-such-reason"), std::nullopt);
    EXPECT_EQ(reasonFromWire("Auth-Failed"), std::nullopt);
}

TEST(ErrorCode, HasTheNamesOfTheContract) {
    EXPECT_EQ(wire(ErrorCode::NoSuchConnection), "NoSuchConnection");
    EXPECT_EQ(wire(ErrorCode::LimitExceeded), "LimitExceeded");
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(ErrorCode::LimitExceeded); ++i) {
        names.insert(wire(static_cast<ErrorCode>(i)));
    }
    EXPECT_EQ(names,
              (std::set<std::string_view>{"NoSuchConnection", "InvalidName", "InvalidProfile",
                                          "AlreadyExists", "AlreadyUp", "NotUp", "NotAuthorized", "NoSecrets",
                                          "Failed", "Timeout", "Busy", "NotSupported", "LimitExceeded"}));
}

} // namespace
