// SPDX-License-Identifier: LGPL-2.1-or-later
// sysfs and lock files. Both are small and in memory: reading them does not wait.
#include "sys/serial_ports.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/file_io.hpp"

namespace ppp::sys {

namespace {

constexpr std::array<std::string_view, 4> kNames{"ttyUSB", "ttyACM", "ttyAMA", "rfcomm"};
constexpr std::size_t kSmallFile = 64; // bytes

/// The bytes of a small file without its last newline; nothing where it cannot be read.
std::optional<std::string> smallFile(const std::string& folder, const std::string& name) {
    try {
        const UniqueFd opened = file_io::openFolder(folder);
        if (!opened)
            return std::nullopt;
        const auto content = file_io::read(opened, name, kSmallFile);
        if (!content.exists || content.tooLong)
            return std::nullopt;
        return std::string(content.bytes.begin(), content.bytes.end());
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

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

std::optional<std::uint32_t> holder(const std::string& content) {
    std::string_view text = content;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    text = text.substr(0, text.find_first_of(" \n"));
    std::uint32_t pid = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error == std::errc() && end == text.data() + text.size() && pid != 0)
        return pid;
    if (content.size() != sizeof pid)
        return std::nullopt;
    std::memcpy(&pid, content.data(), sizeof pid);
    return pid == 0 ? std::nullopt : std::optional(pid);
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

std::string lockHolder(const SerialPaths& paths, const std::string& device) {
    const std::string root = paths.devices + "/";
    std::string name = device.starts_with(root) ? device.substr(root.size()) : device;
    const std::string last = name.substr(name.rfind('/') + 1);
    std::replace(name.begin(), name.end(), '/', '_');
    for (const std::string& file : {"LCK.." + name, "LCK.." + last}) {
        const auto content = smallFile(paths.locks, file);
        const auto pid = content ? holder(*content) : std::nullopt;
        const std::string process = pid ? core::text::cat(paths.processes, "/", *pid) : "";
        if (!pid || access(process.c_str(), F_OK) != 0)
            continue;
        const std::string comm = core::text::harmless(attribute(process + "/comm"), kSmallFile);
        return core::text::cat(comm.empty() ? "a process" : comm, " (pid ", *pid, ")");
    }
    return {};
}

} // namespace ppp::sys
