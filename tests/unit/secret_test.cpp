// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: copied only on request, wiped when they go, checked without ever being shown.
#include "core/secret.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <type_traits>

#include "core/error.hpp"
#include "core/limits.hpp"

namespace {

using namespace ppp::core;
using namespace std::string_view_literals;

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, HoldsAnyBytes) {
    const Secret secret("p\xff\x01\r w"sv);
    EXPECT_EQ(secret.view(), "p\xff\x01\r w"sv);
    EXPECT_EQ(Secret().view(), "");
}

TEST(Secret, MovesAndLeavesNothingBehind) {
    Secret from("short");
    Secret to(std::move(from));
    EXPECT_EQ(to.view(), "short");
    EXPECT_EQ(from.view(),
              ""); // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): that is the point
    Secret other("other");
    other = std::move(to);
    EXPECT_EQ(other.view(), "short");
    EXPECT_EQ(to.view(), ""); // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

TEST(Secret, AssigningToItselfKeepsIt) {
    Secret secret("kept");
    Secret& same = secret;
    secret = std::move(same);
    EXPECT_EQ(secret.view(), "kept");
}

/// Wiping happens before the memory is given back, so it shows in memory that we own: where the secret itself
/// lives on.
TEST(Secret, AssignmentWipesTheOldBytes) {
    Secret secret("old-password");
    const char* const old = secret.view().data();
    Secret next("x");
    Secret holder = std::move(next);
    secret = std::move(holder);
    // swap() handed the wiped storage to `holder`, which still owns it.
    EXPECT_EQ(std::string_view(old, 12), std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0", 12));
    EXPECT_EQ(secret.view(), "x");
}

TEST(Secrets, CopyIsDeep) {
    Secrets secrets;
    secrets.emplace("password", Secret("one"));
    secrets.emplace("pin", Secret("1234"));
    const Secrets twin = copy(secrets);
    secrets.clear();
    ASSERT_EQ(twin.size(), 2U);
    EXPECT_EQ(twin.at("password").view(), "one");
    EXPECT_EQ(twin.find("pin"sv)->second.view(), "1234");
}

std::string complaint(std::string_view key, std::string_view bytes) {
    try {
        checkSecret(key, bytes);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidProfile);
        return error.what();
    }
    return "";
}

TEST(CheckSecret, TakesWhatPppdTakes) {
    EXPECT_EQ(complaint("password", ""), "");
    EXPECT_EQ(complaint("password", std::string(limits::kSecretSize, '\xfe')), "");
    EXPECT_EQ(complaint("tunnel-secret", "t"), "");
    EXPECT_EQ(complaint("pin", "1234"), "");
    EXPECT_EQ(complaint("password", "\r\t \x01\x7f"), "");
}

TEST(CheckSecret, NamesTheFaultButNotTheSecret) {
    const std::string tooLong(limits::kSecretSize + 1, 'z');
    EXPECT_NE(complaint("password", tooLong).find("256 bytes; expected at most 255"), std::string::npos);
    EXPECT_EQ(complaint("password", tooLong).find("zz"), std::string::npos);
    EXPECT_NE(complaint("password", "hunter\n2").find("newline"), std::string::npos);
    EXPECT_NE(complaint("password", "hunter\0"sv).find("NUL"), std::string::npos);
    EXPECT_EQ(complaint("password", "hunter\n2").find("hunter"), std::string::npos);
}

TEST(CheckSecret, SuggestsTheKey) {
    EXPECT_NE(complaint("pasword", "x").find("did you mean \"password\"?"), std::string::npos);
    EXPECT_NE(complaint("token", "x")
                  .find("expected \"password\", \"peer-password\", \"tunnel-secret\" or \"pin\""),
              std::string::npos);
    EXPECT_EQ(complaint("a\x1b[2J", "x").find('\x1b'), std::string::npos);
}

} // namespace
