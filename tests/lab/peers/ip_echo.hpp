// SPDX-License-Identifier: LGPL-2.1-or-later
// The only data traffic the concentrator knows: every ICMP echo request is answered, whatever its
// destination.
#pragma once

#include "bytes.hpp"

#include <optional>

namespace ppp::lab {

// The reply to an IPv4 ICMP echo request; nothing for any other packet.
std::optional<Bytes> echoReply(View packet);

} // namespace ppp::lab
