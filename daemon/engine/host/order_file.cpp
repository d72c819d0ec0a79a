// SPDX-License-Identifier: LGPL-2.1-or-later
// Bounded: an order is a profile's section and a command line.
#include "engine/host/order_file.hpp"

#include <cerrno>
#include <string>

#include <unistd.h>

namespace ppp::engine {

std::optional<core::EngineTask> readOrder(int fd) {
    constexpr std::size_t kMost = std::size_t{1} << 20; // bytes
    std::string text(kMost, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = pread(fd, text.data() + size, text.size() - size, static_cast<off_t>(size));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return core::engineTaskFromJson(text);
}

} // namespace ppp::engine
