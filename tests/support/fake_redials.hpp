// SPDX-License-Identifier: LGPL-2.1-or-later
// Timers without a service manager: what is set is kept, as it would be over lives of the daemon.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/ports_redial.hpp"

namespace ppp::test {

class FakeRedials final : public core::RedialTimers {
public:
    void set(const std::string& connection, const std::string& at) override {
        if (at.empty()) {
            timers.erase(connection);
        } else {
            timers[connection] = at;
        }
        ++calls;
    }
    std::uint64_t next(const std::string& connection) const override {
        return timers.contains(connection) ? due : 0;
    }
    std::string trouble(const std::string& connection) const override {
        return timers.contains(connection) ? refusal : "";
    }
    void onChange(std::function<void(const std::string&)> changed) override { told = std::move(changed); }

    std::map<std::string, std::string> timers; ///< connection to time of day
    std::uint64_t due = 0;
    std::string refusal;
    int calls = 0;
    std::function<void(const std::string&)> told;
};

} // namespace ppp::test
