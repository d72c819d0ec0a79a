// SPDX-License-Identifier: LGPL-2.1-or-later
// Something under way.
#pragma once

namespace ppp::core {

/// Something under way; destroying it calls it off: its callback does not come any more.
class Pending {
public:
    virtual ~Pending() = default;
};

} // namespace ppp::core
