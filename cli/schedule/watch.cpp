// SPDX-License-Identifier: LGPL-2.1-or-later
// Match rules that only say that it is time to look again.
#include "cli/schedule/watch.hpp"

#include <utility>

#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr const char* kBus = "org.freedesktop.DBus";

} // namespace

Watch::Watch(Client& client, const std::string& path) : client_(client) {
    const auto listen = [&](const std::string& rule) {
        matches_.push_back(
            bus::addMatch(client_.bus(), "type='signal'," + rule, [this](auto&&) { moved_ = true; }));
    };
    listen(core::text::cat("sender='", names::kBusName, "',path_namespace='",
                           path.empty() ? "/org/ppp" : path, "'"));
    listen(core::text::cat("sender='", names::kBusName, "',path='", names::kManagerPath, "'"));
    listen(core::text::cat("sender='", kBus, "',member='NameOwnerChanged',arg0='", names::kBusName, "'"));
    if (path.empty()) {
        return;
    }
    matches_.push_back(bus::addMatch(client_.bus(),
                                     core::text::cat("type='signal',sender='", names::kBusName, "',path='",
                                                     path, "',member='StateChanged'"),
                                     [this](auto&& message) {
                                         try {
                                             std::string now;
                                             std::string old;
                                             message >> now >> old;
                                             left_ = left_ || old == "up";
                                         } catch (const sdbus::Error&) {
                                             return; // nothing may be thrown through sd-bus
                                         }
                                     }));
}

void Watch::wait(std::optional<Clock::time_point> deadline) {
    while (!std::exchange(moved_, false)) {
        if (client_.step(deadline) == Client::Wake::Deadline) {
            return;
        }
    }
}

bool Watch::hasLeftUp() {
    return std::exchange(left_, false);
}

} // namespace ppp::cli
