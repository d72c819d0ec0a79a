// SPDX-License-Identifier: LGPL-2.1-or-later
// The lookup of a password in a secrets file of pppd's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/import/import.hpp"

namespace ppp::cli::importing {

struct SecretLine {
    unsigned line = 0;
    core::Secret secret; ///< as it stands there: may be "@/a/file"
};

/// The line that pppd would take: client, server, secret; "*" fits any name; a line that names the server is
/// better than one that names the client, and that better than none; of equals the first. An empty `server`
/// is not known yet, and fits any.
std::optional<SecretLine> bestSecret(std::string_view file, std::string_view client, std::string_view server);

struct SecretFiles {
    std::string chap, pap; ///< empty: those in /etc/ppp
};
/// As takeSecrets(), with files of other names (pppd 2.5).
void takeSecretsOf(Connection& connection, std::string_view server, const SecretFiles& files,
                   const Reader& read);

} // namespace ppp::cli::importing
