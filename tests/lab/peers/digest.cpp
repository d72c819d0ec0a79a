// SPDX-License-Identifier: LGPL-2.1-or-later
// MD5 through an AF_ALG socket.
#include "digest.hpp"
#include "descriptor.hpp"

#include <cerrno>
#include <linux/if_alg.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace ppp::lab {

namespace {

[[noreturn]] void failed(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

Bytes md5(View data) {
    sockaddr_alg address{};
    address.salg_family = AF_ALG;
    constexpr std::string_view kType = "hash";
    constexpr std::string_view kName = "md5";
    kType.copy(reinterpret_cast<char*>(address.salg_type), sizeof(address.salg_type) - 1);
    kName.copy(reinterpret_cast<char*>(address.salg_name), sizeof(address.salg_name) - 1);

    const Descriptor algorithm(socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    if (algorithm.get() < 0 ||
        bind(algorithm.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        failed("MD5 of the kernel");
    }
    const Descriptor operation(accept4(algorithm.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (operation.get() < 0) {
        failed("MD5 of the kernel");
    }
    Bytes digest(16);
    if (write(operation.get(), data.data(), data.size()) != static_cast<ssize_t>(data.size()) ||
        read(operation.get(), digest.data(), digest.size()) != static_cast<ssize_t>(digest.size())) {
        failed("MD5 of the kernel");
    }
    return digest;
}

} // namespace ppp::lab
