// SPDX-License-Identifier: LGPL-2.1-or-later
// MD5, as CHAP needs it (RFC 1994 section 4.1), computed by the kernel.
#pragma once

#include "bytes.hpp"

namespace ppp::lab {

// 16 bytes. Throws std::system_error where the kernel has no MD5 for AF_ALG (module algif_hash).
Bytes md5(View data);

} // namespace ppp::lab
