// SPDX-License-Identifier: LGPL-2.1-or-later
// IPv6 of an interface as Linux has it: settings below /proc/sys, router advertisements, addresses.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/ports_ip6.hpp"
#include "sys/address_watch.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

class KernelIp6 final : public core::Ip6 {
public:
    /// `complain` gets a sentence where the kernel cannot be asked. `settings` ends with a slash; another one
    /// in tests.
    KernelIp6(EventLoop& loop, std::function<void(const std::string&)> complain,
              std::string settings = "/proc/sys/net/ipv6/conf/");

    /// net.ipv6.conf.IFACE.accept_ra, accept_ra_defrtr and autoconf (Documentation/networking/ip-sysctl.rst).
    bool configure(const std::string& interface, bool acceptRa, std::string& error) override;
    void release(const std::string& interface, std::uint32_t index) override;
    std::unique_ptr<core::Ip6Watch> watch(const std::string& interface, std::uint32_t index, bool routers,
                                          core::Ip6Listener& listener) override;

private:
    EventLoop& loop_;
    std::string settings_;
    AddressWatch addresses_;
};

} // namespace ppp::sys
