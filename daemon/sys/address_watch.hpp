// SPDX-License-Identifier: LGPL-2.1-or-later
// Global IPv6 addresses of a few interfaces, and when they change, over rtnetlink.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sys/event_loop.hpp"
#include "sys/netlink_parse.hpp"
#include "sys/netlink_socket.hpp"

namespace ppp::sys {

/// Of an IPv6 address notice or dump.
struct Address6 {
    std::uint32_t interface = 0; ///< index
    std::string text;            ///< "2001:db8::1/64"
    bool usable = false;         ///< global, and neither being examined nor a duplicate
    bool lasting = false;        ///< put there by a person, for ever: not by a router advertisement
};
/// Of RTM_NEWADDR and RTM_DELADDR of IPv6; nothing of others.
std::optional<Address6> address6(const netlink::Message& message);

/// Interfaces that nobody watches cost nothing: a filter in the kernel holds back their notices, and each
/// router advertisement on any interface makes some. The socket is there only while something is watched.
class AddressWatch {
public:
    /// `complain` gets a sentence where the kernel cannot be asked.
    AddressWatch(EventLoop& loop, std::function<void(const std::string&)> complain);

    /// `changed` is called from the loop, until forget(); it may call forget(). False: no notices come, which
    /// is complained of; the list can still be had.
    bool watch(std::uint32_t interface, std::function<void()> changed);
    void forget(std::uint32_t interface);
    /// Why not all notices come, until they do; empty: they do.
    const std::string& trouble() const { return trouble_; }
    /// All of the interface, in the kernel's order; none where it cannot be asked, which is complained of.
    std::vector<Address6> list(std::uint32_t interface);
    /// No error where it is gone.
    void remove(const Address6& address);

private:
    bool listen();
    void readable();

    EventLoop& loop_;
    std::function<void(const std::string&)> complain_;
    NetlinkClient client_;
    std::string trouble_;
    std::map<std::uint32_t, std::function<void()>> watched_;
    std::unique_ptr<NetlinkSocket> socket_;
    std::unique_ptr<EventSource> source_; // behind the socket: goes first
};

} // namespace ppp::sys
