// SPDX-License-Identifier: LGPL-2.1-or-later
// Datagrams of rtnetlink, and routes that go back to the kernel as it gave them.
#include <algorithm>
#include <cstring>
#include <vector>

#include "fuzz/target.hpp"
#include "sys/netlink_build.hpp"
#include "sys/netlink_parse.hpp"

using namespace ppp;
using namespace ppp::fuzz;
namespace netlink = sys::netlink;

namespace {

constexpr std::size_t kMost = 16384; // bytes of one datagram, as the socket reads them

netlink::Message newRoute(netlink::Bytes raw) {
    netlink::Message message;
    message.type = RTM_NEWROUTE;
    message.payload = raw;
    return message;
}

void goesBack(const core::Route& route) {
    const auto again = netlink::anyRoute(newRoute(route.raw));
    require(again && *again == route, "the canonical form is a fixed point");
    for (const std::uint32_t metric : {0U, 7U, 0xffffffffU}) {
        const auto moved = netlink::withPriority(route.raw, metric);
        require(moved.has_value(), "a canonical route can have another metric");
        const auto read = netlink::anyRoute(newRoute(*moved));
        require(read.has_value(), "a route with another metric is a route");
        core::Route expected = route;
        expected.metric = metric;
        expected.raw = *moved;
        require(*read == expected, "only the metric changes");
    }
    std::string error;
    const auto request = netlink::addRoute(route, error);
    require(request.has_value() || !error.empty(), "where it cannot be added it is said why");
    netlink::removeRoute(route, error);
    if (request && !request->empty()) {
        const auto all = netlink::messages(*request);
        require(all && all->size() == 1, "a request is one message");
        const auto asked = netlink::anyRoute(all->front());
        core::Route expected = route; // a metric of the wrong width counts as none, and is left out
        expected.raw = *netlink::withPriority(route.raw, route.metric);
        require(asked && *asked == expected, "what is asked of the kernel is what it gave");
    }
}

void lookAt(const netlink::Message& message) {
    if (const auto verdict = netlink::verdict(message); verdict && verdict->error != 0) {
        requireShown(verdict->text, 4096, "what the kernel says");
    }
    netlink::link(message);
    netlink::linkAddress(message);
    netlink::rule(message);
    if (const auto route = netlink::anyRoute(message)) {
        require(!route->raw.empty(), "a route has its bytes");
        goesBack(*route);
    }
    netlink::withPriority(message.payload, 1);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    size = std::min(size, kMost);
    // The parser wants them aligned, and AddressSanitizer the end where it is.
    std::vector<std::uint8_t> datagram(data, data + size);
    if (const auto messages = netlink::messages(datagram)) {
        for (const netlink::Message& message : *messages) {
            lookAt(message);
        }
    }
    return 0;
}
