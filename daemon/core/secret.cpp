// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets: wiped when they go, checked before they are taken.
#include "core/secret.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::core {
namespace {

constexpr std::array<std::string_view, 4> kKeys{"password", "peer-password", "tunnel-secret", "pin"};

void wipe(std::vector<char>& bytes) {
    if (!bytes.empty()) {
        explicit_bzero(bytes.data(), bytes.size());
    }
    bytes.clear();
}

} // namespace

Secret::Secret(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this != &other) {
        wipe(bytes_);
        bytes_.swap(other.bytes_);
    }
    return *this;
}

Secret::~Secret() {
    wipe(bytes_);
}

Secrets copy(const Secrets& secrets) {
    Secrets out;
    for (const auto& [key, secret] : secrets) {
        out.emplace(key, secret.copy());
    }
    return out;
}

void checkSecret(std::string_view key, std::string_view bytes) {
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
        std::string text =
            text::cat("secret \"", text::harmless(key, limits::kNameLength), "\": unknown key");
        if (const auto near = text::nearest(key, kKeys)) {
            text += text::cat("; did you mean \"", *near, "\"?");
        } else {
            text += R"(; expected "password", "peer-password", "tunnel-secret" or "pin")";
        }
        throw Error(ErrorCode::InvalidProfile, text);
    }
    if (bytes.size() > limits::kSecretSize) {
        throw Error(ErrorCode::InvalidProfile, text::cat("secret \"", key, "\": ", bytes.size(),
                                                         " bytes; expected at most ", limits::kSecretSize));
    }
    constexpr std::string_view kForbidden{"\0\n", 2};
    if (bytes.find_first_of(kForbidden) != std::string_view::npos) {
        throw Error(ErrorCode::InvalidProfile,
                    text::cat("secret \"", key, "\": holds a NUL or a newline; expected any other bytes"));
    }
}

} // namespace ppp::core
