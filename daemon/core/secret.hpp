// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets in memory: any bytes but NUL and newline, wiped when they go.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ppp::core {

/// Owns the bytes of one secret. Copies are explicit; the memory is wiped on destruction and on assignment.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view bytes);
    Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    Secret copy() const { return Secret(view()); }
    std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

private:
    std::vector<char> bytes_; // not a string: a short string would leave its bytes behind when moved
};

/// By key: "password", "peer-password" (what the peer has to prove where the profile asks for it),
/// "tunnel-secret", "pin".
using Secrets = std::map<std::string, Secret, std::less<>>;

Secrets copy(const Secrets& secrets);
/// Throws Error{InvalidProfile}: unknown key, longer than limits::kSecretSize, NUL or newline inside.
void checkSecret(std::string_view key, std::string_view bytes);

} // namespace ppp::core
