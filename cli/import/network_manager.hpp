// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of a NetworkManager keyfile (nm-settings-keyfile(5)) that have rules of their own.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cli/import/settings.hpp"

namespace ppp::cli::importing::nm {

/// Rules of [ipv4] and [ipv6]; `finish` decides what takes several settings.
std::span<const Rule> ip4Rules();
std::span<const Rule> ip6Rules();
void finishIp(Work& work);

/// Rules of [vpn] and [vpn-secrets] of NetworkManager-l2tp; `finishL2tp` decides what takes several settings.
std::span<const Rule> l2tpRules();
std::span<const Rule> l2tpSecretRules();
void finishL2tp(Work& work);

/// Items of a list, parted by ';' ("\;" is one within an item), empty ones left out.
std::vector<std::string> items(std::string_view text);

/// What a file of NetworkManager says of a password (NMSettingSecretFlags): saved, with an agent of the
/// person, asked for each time, not required.
void secretFlags(Work& work, const Setting& setting, std::string_view detail);
/// A setting about encryption, kept until finishMppe() sees all of them.
void mppe(Work& work, const Setting& setting, std::string_view detail);
void finishMppe(Work& work);
/// A size or number in which 0 stands for "as usual"; detail is a pointer.
void orUsual(Work& work, const Setting& setting, std::string_view detail);

} // namespace ppp::cli::importing::nm
