// SPDX-License-Identifier: LGPL-2.1-or-later
// sysfs and lock files. Both are small and in memory: reading them does not wait.
#include "sys/serial_ports.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/file_io.hpp"
#include "sys/line_lock.hpp"

namespace ppp::sys {

namespace {

constexpr std::array<std::string_view, 4> kNames{"ttyUSB", "ttyACM", "ttyAMA", "rfcomm"};
constexpr std::size_t kSmallFile = 64; // bytes

/// sysfs says a size of a page for every file: not for file_io.
std::string attribute(const std::string& path) {
    std::array<char, kSmallFile> bytes{};
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    const ssize_t size = file ? read(file.get(), bytes.data(), bytes.size()) : -1;
    return size > 0 ? std::string(bytes.data(), static_cast<std::size_t>(size)) : std::string();
}

bool hasDevice(const SerialPaths& paths, const std::string& name) {
    const std::string folder = paths.ttys + "/" + name;
    if (access((folder + "/device").c_str(), F_OK) != 0)
        return false;
    const std::string type = attribute(folder + "/type");
    return type.empty() || (type != "0" && type != "0\n"); // PORT_UNKNOWN of linux/serial.h
}

} // namespace

std::vector<std::string> listTtys(const SerialPaths& paths) {
    std::vector<std::string> out;
    try {
        const UniqueFd folder = file_io::openFolder(paths.ttys);
        for (const std::string& name : folder ? file_io::list(folder) : std::vector<std::string>()) {
            const bool known = std::any_of(kNames.begin(), kNames.end(),
                                           [&](std::string_view start) { return name.starts_with(start); });
            if (known || hasDevice(paths, name))
                out.push_back(paths.devices + "/" + name);
        }
    } catch (const std::system_error&) {
        return out;
    }
    return out;
}

std::string nodeOf(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
    return real ? real.get() : path;
}

std::string whoLocked(const SerialPaths& paths, const std::string& device) {
    const std::string root = paths.devices + "/";
    std::string name = device.starts_with(root) ? device.substr(root.size()) : device;
    const std::string last = name.substr(name.rfind('/') + 1);
    std::replace(name.begin(), name.end(), '/', '_');
    for (const std::string& file : {"LCK.." + name, "LCK.." + last})
        if (const auto pid = lockHolder(core::text::cat(paths.locks, "/", file)))
            return describeProcess(*pid);
    return {};
}

} // namespace ppp::sys
