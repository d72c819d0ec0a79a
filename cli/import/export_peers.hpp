// SPDX-License-Identifier: LGPL-2.1-or-later
// From a profile back to the files of pppd alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/profile.hpp"

namespace ppp::cli::importing {

struct Lost {
    std::string pointer; ///< the key of the profile
    std::string why;     ///< why pppd cannot be told, and what to do instead
};

struct PeersFiles {
    std::string options;              ///< the file for /etc/ppp/peers
    std::optional<std::string> chat;  ///< the script of `connect`, where there is one
    std::vector<std::string> secrets; ///< what the person has to add, a sentence or a line each
    std::vector<Lost> lost;
};

/// `chatPath`: where the script will be; `passwordPath`: a file that the login script reads the password
/// from. Nothing of a secret is in any of it. Of a profile of type l2tp only the options are written: its
/// tunnel is not pppd's business.
PeersFiles exportPeers(std::string_view name, const core::Profile& profile, const std::string& chatPath,
                       const std::string& passwordPath);

} // namespace ppp::cli::importing
