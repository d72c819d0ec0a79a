// SPDX-License-Identifier: LGPL-2.1-or-later
// When the daemon dies: before one of the steps that it takes.
#pragma once

#include <string>
#include <vector>

namespace ppp::test {

/// Decides over life and death.
class Fate {
public:
    virtual ~Fate() = default;
    /// Before each step. May not return: by ending the process, or by an exception that is no std::exception.
    virtual void step(const std::string& what) = 0;
    /// After a death by exception nothing is done any more.
    virtual bool dead() const { return false; }
};

} // namespace ppp::test
