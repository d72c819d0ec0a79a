// SPDX-License-Identifier: LGPL-2.1-or-later
// The two address families as numbers of Linux, for code that may not include its headers.
#pragma once

namespace ppp::core {

constexpr int kInet = 2;   ///< AF_INET, linux/socket.h
constexpr int kInet6 = 10; ///< AF_INET6

} // namespace ppp::core
