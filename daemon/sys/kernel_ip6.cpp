// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings are written only where they differ: a write tells everybody who watches them.
#include "sys/kernel_ip6.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "sys/router_socket.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

namespace {

constexpr const char* kNever = "0";
constexpr const char* kOn = "1";
constexpr const char* kAlso = "2"; // also where the machine forwards

bool reads(const std::string& file, std::string_view value) {
    const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 16> text{};
    const ssize_t size = fd ? read(fd.get(), text.data(), text.size()) : -1;
    return size == static_cast<ssize_t>(value.size()) + 1 &&
           std::string_view(text.data(), value.size()) == value;
}

/// 0 or an errno.
int put(const std::string& file, std::string_view value) {
    if (reads(file, value)) {
        return 0;
    }
    const UniqueFd fd(open(file.c_str(), O_WRONLY | O_CLOEXEC));
    return fd && write(fd.get(), value.data(), value.size()) >= 0 ? 0 : errno;
}

class Watching final : public core::Ip6Watch {
public:
    Watching(EventLoop& loop, AddressWatch& addresses, const std::string& interface, std::uint32_t index,
             bool routers, core::Ip6Listener& listener)
        : addresses_(addresses), index_(index) {
        addresses_.watch(index_, [&listener] { listener.addressesChanged(); });
        if (routers) {
            socket_ = std::make_unique<RouterSocket>(
                loop, interface, index,
                [&listener](const core::RouterAdvert& advert) { listener.routerAdvertised(advert); });
        }
    }
    ~Watching() override { addresses_.forget(index_); }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

    bool solicit() override { return socket_ && socket_->solicit(); }
    std::vector<std::string> addresses() override {
        std::vector<std::string> out;
        for (Address6& one : addresses_.list(index_)) {
            if (one.usable) {
                out.push_back(std::move(one.text));
            }
        }
        std::sort(out.begin(), out.end());
        return out;
    }
    std::string trouble() const override {
        const std::string routers = socket_ ? socket_->trouble() : "";
        return addresses_.trouble() + (addresses_.trouble().empty() || routers.empty() ? "" : "; ") + routers;
    }

private:
    AddressWatch& addresses_;
    std::uint32_t index_;
    std::unique_ptr<RouterSocket> socket_;
};

} // namespace

KernelIp6::KernelIp6(EventLoop& loop, std::function<void(const std::string&)> complain, std::string settings)
    : loop_(loop), settings_(std::move(settings)), addresses_(loop, std::move(complain)) {}

/// The default route first: an advertisement may come between two writes.
bool KernelIp6::configure(const std::string& interface, bool acceptRa, std::string& error) {
    const std::array wanted{std::pair{"/accept_ra_defrtr", kNever},
                            std::pair{"/autoconf", acceptRa ? kOn : kNever},
                            std::pair{"/accept_ra", acceptRa ? kAlso : kNever}};
    for (const auto& [name, value] : wanted) {
        if (const int failed = put(settings_ + interface + name, value); failed != 0) {
            error = std::string(name + 1) + ": " + std::generic_category().message(failed);
            return false;
        }
    }
    return true;
}

void KernelIp6::release(const std::string& interface, std::uint32_t index) {
    put(settings_ + interface + "/accept_ra", kNever);
    for (const Address6& one : addresses_.list(index)) {
        if (one.usable && !one.lasting) {
            addresses_.remove(one);
        }
    }
}

std::unique_ptr<core::Ip6Watch> KernelIp6::watch(const std::string& interface, std::uint32_t index,
                                                 bool routers, core::Ip6Listener& listener) {
    return std::make_unique<Watching>(loop_, addresses_, interface, index, routers, listener);
}

} // namespace ppp::sys
