// SPDX-License-Identifier: LGPL-2.1-or-later
// sysfs, proc and lock files. All are small and in memory: reading them does not wait.
#include "sys/serial_ports.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/file_io.hpp"
#include "sys/line_lock.hpp"

namespace ppp::sys {

namespace {

constexpr std::array<std::string_view, 4> kNames{"ttyUSB", "ttyACM", "ttyAMA", "rfcomm"};
constexpr std::size_t kSmallFile = 256; // bytes

/// sysfs says a size of a page for every file, and proc none: not for file_io.
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

/// proc(5), stat, field 7; 0: none.
std::uint32_t controllingTty(const std::string& stat) {
    const auto name = stat.rfind(')'); // the name may hold anything
    if (name == std::string::npos)
        return 0;
    std::istringstream rest(stat.substr(name + 1));
    std::string skipped;
    for (int field = 3; field < 7; ++field)
        rest >> skipped;
    std::int32_t out = 0; // signed there, whatever the kernel keeps
    rest >> out;
    return static_cast<std::uint32_t>(out);
}

/// As the kernel writes it there.
std::uint32_t deviceNumber(dev_t device) {
    const unsigned low = minor(device);
    return (low & 0xffU) | (major(device) << 8) | ((low & ~0xffU) << 12);
}

std::vector<std::string> namesIn(const std::string& path) {
    try {
        const UniqueFd folder = file_io::openFolder(path);
        return folder ? file_io::list(folder) : std::vector<std::string>();
    } catch (const std::system_error&) {
        return {};
    }
}

} // namespace

std::vector<std::string> listTtys(const SerialPaths& paths) {
    std::vector<std::string> out;
    for (const std::string& name : namesIn(paths.ttys)) {
        const bool known = std::any_of(kNames.begin(), kNames.end(),
                                       [&](std::string_view start) { return name.starts_with(start); });
        if (known || hasDevice(paths, name))
            out.push_back(paths.devices + "/" + name);
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

TtyUsers::TtyUsers(const SerialPaths& paths) {
    for (const std::string& name : namesIn(paths.processes)) {
        pid_t pid = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error != std::errc() || end != name.data() + name.size())
            continue;
        const std::uint32_t tty =
            controllingTty(attribute(core::text::cat(paths.processes, "/", name, "/stat")));
        if (tty != 0)
            sessions_.emplace(tty, pid);
    }
    std::istringstream active(attribute(paths.ttys + "/console/active"));
    for (std::string name; active >> name;)
        consoles_.insert(name);
}

std::string TtyUsers::of(const std::string& device) const {
    if (consoles_.contains(device.substr(device.rfind('/') + 1)))
        return "the kernel, whose console it is";
    struct stat info {};
    const auto session =
        stat(device.c_str(), &info) == 0 ? sessions_.find(deviceNumber(info.st_rdev)) : sessions_.end();
    return session == sessions_.end()
               ? std::string()
               : core::text::cat(describeProcess(session->second), ", whose terminal it is");
}

} // namespace ppp::sys
