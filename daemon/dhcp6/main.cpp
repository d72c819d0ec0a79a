// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-manager-dhcp6: what dhcpcd runs at each event, in the place of its shell scripts. Writes the prefixes
// that hold now into the file that the daemon watches; the environment says which (core/prefix_report.hpp).
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/prefix_report.hpp"

namespace {

std::optional<std::string> variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

ppp::core::BootTime now() {
    timespec at{};
    clock_gettime(CLOCK_BOOTTIME, &at);
    return {std::chrono::seconds(at.tv_sec) + std::chrono::microseconds(at.tv_nsec / 1000)};
}

/// The file is old or new, and whole.
bool replace(const std::string& file, const std::string& text) {
    const std::string fresh = file + ".new";
    const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        return false;
    }
    const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    return close(fd) == 0 && written && std::rename(fresh.c_str(), file.c_str()) == 0;
}

} // namespace

int main() {
    const auto file = variable(ppp::core::kReportVariable);
    if (!file) {
        std::fputs("ppp-manager-dhcp6 is run by dhcpcd, on behalf of ppp-managerd\n", stderr);
        return 2;
    }
    const auto report = ppp::core::prefixReport(variable, now());
    // Without its folder: the link is over, and nobody reads any more.
    if (report && !replace(*file, *report) && errno != ENOENT) {
        std::fprintf(stderr, "cannot write %s: %s\n", file->c_str(),
                     std::generic_category().message(errno).c_str());
        return 1;
    }
    return 0;
}
