// SPDX-License-Identifier: LGPL-2.1-or-later
// data/doc/pppd-options.md: the options of pppd(8) and where a profile has them, as text.
#pragma once

#include <string>

namespace ppp::test {

/// The whole page, from the tables of core/pppd_options.cpp.
std::string pppdOptionsPage();

} // namespace ppp::test
