// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets of an engine program: in memory that is never swapped, dumped or inherited, since pppd may have to
// be given them while no daemon lives.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "engine/host/report.hpp"

namespace ppp::engine {

class Vault {
public:
    /// Makes the whole process undumpable. Throws std::system_error where there is no memory; memory that
    /// cannot be locked is used all the same.
    Vault();
    ~Vault();
    Vault(const Vault&) = delete;
    Vault& operator=(const Vault&) = delete;

    /// Room for one datagram with secrets: wiped by take().
    std::span<std::uint8_t> intake();
    /// Takes what is there (a SECRETS datagram of that many bytes) and wipes the intake. Once; false where it
    /// is malformed.
    bool take(std::size_t size);
    bool filled() const;
    std::optional<std::string_view> password() const;
    std::optional<std::string_view> tunnelSecret() const;
    std::optional<std::string_view> peerSecret() const;

private:
    struct Pages;
    Pages* pages_;
};

} // namespace ppp::engine
