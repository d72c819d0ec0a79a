// SPDX-License-Identifier: LGPL-2.1-or-later
// Something under way that only counts.
#pragma once

#include "core/pending.hpp"

namespace ppp::test {

/// `live` is how many of them there are; it must outlive them.
class Counted final : public core::Pending {
public:
    explicit Counted(int& live) : live_(live) { ++live_; }
    ~Counted() override { --live_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    int& live_;
};

} // namespace ppp::test
