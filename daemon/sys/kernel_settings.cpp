// SPDX-License-Identifier: LGPL-2.1-or-later
// The settings of the kernel's network that are files below /proc/sys.
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "sys/kernel_network.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

namespace {
constexpr const char* kSocketsFollow = "/proc/sys/net/ipv4/ip_dynaddr"; // ip-sysctl.rst
}

std::optional<std::uint32_t> KernelNetwork::socketsFollow() {
    const UniqueFd file(open(kSocketsFollow, O_RDONLY | O_CLOEXEC));
    std::array<char, 16> text{};
    const ssize_t size = file ? read(file.get(), text.data(), text.size()) : -1;
    std::uint32_t value = 0;
    if (size <= 0 || std::from_chars(text.data(), text.data() + size, value).ec != std::errc{}) {
        return std::nullopt;
    }
    return value;
}

bool KernelNetwork::setSocketsFollow(std::uint32_t value, std::string& error) {
    const UniqueFd file(open(kSocketsFollow, O_WRONLY | O_CLOEXEC));
    const std::string text = std::to_string(value);
    if (!file || write(file.get(), text.data(), text.size()) < 0) {
        error = std::generic_category().message(errno);
        return false;
    }
    return true;
}

} // namespace ppp::sys
