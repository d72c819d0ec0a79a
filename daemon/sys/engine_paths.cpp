// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks at pppd, the plugin and /dev/ppp, and puts what is missing into words.
#include "sys/engine_paths.hpp"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/ports.hpp"
#include "core/text.hpp"
#include "sys/error_words.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {
namespace {

using core::EngineUnavailable;
using core::text::cat;

/// 0 or the errno that tells why this is no regular file that we may use in that way (access(2) mode).
int usable(const std::string& path, int mode) {
    struct stat info {};
    if (stat(path.c_str(), &info) < 0 || access(path.c_str(), mode) < 0) {
        return errno;
    }
    return S_ISREG(info.st_mode) ? 0 : EACCES;
}

void requireProgram(const std::string& path, std::string_view name) {
    const int error = usable(path, X_OK);
    if (error == ENOENT || error == ENOTDIR) {
        throw EngineUnavailable(EngineUnavailable::Why::EngineMissing,
                                cat(name, " is not installed (", path, " is missing)"));
    }
    if (error != 0) {
        throw EngineUnavailable(EngineUnavailable::Why::EngineMissing,
                                cat(name, " cannot be run (", path, ": ", errorWords(error), ")"));
    }
}

// pppd loads a plugin only from the folder of its own version and refuses one of another: after an upgrade of
// pppd alone this is what is wrong, so the sentence names the version.
void requirePlugin(const std::string& path) {
    const int error = usable(path, R_OK);
    if (error != 0) {
        const auto version = std::filesystem::path(path).parent_path().filename().string();
        throw EngineUnavailable(
            EngineUnavailable::Why::EngineMissing,
            cat("the plugin for pppd ", version, " is not usable (", path, ": ", errorWords(error), ")"));
    }
}

void requireKernel(const std::string& device) {
    const UniqueFd opened(open(device.c_str(), O_RDWR | O_CLOEXEC));
    if (opened) {
        return;
    }
    const int error = errno;
    if (error == EMFILE || error == ENFILE || error == ENOMEM) {
        throw EngineUnavailable(EngineUnavailable::Why::Failed,
                                cat("cannot open ", device, ": ", errorWords(error)));
    }
    const bool absent = error == ENOENT || error == ENXIO || error == ENODEV;
    throw EngineUnavailable(
        EngineUnavailable::Why::KernelSupportMissing,
        cat(absent ? "this kernel has no PPP support (" : "the kernel's PPP support cannot be used (", device,
            ": ", errorWords(error), ")"));
}

} // namespace

std::vector<std::string> EnginePaths::files() const {
    std::vector<std::string> out{pppd, plugin};
    for (const auto& own : {serial, l2tp}) {
        if (!own.empty()) {
            out.push_back(own);
        }
    }
    if (!pppDevice.empty()) {
        out.push_back(pppDevice);
    }
    return out;
}

const std::string& EnginePaths::program(core::LinkType type) const {
    switch (type) {
    case core::LinkType::Serial:
        return serial;
    case core::LinkType::L2tp:
        return l2tp;
    case core::LinkType::Pppoe:
        break;
    }
    return pppd;
}

EnginePaths installedEnginePaths() {
    EnginePaths paths;
    paths.pppd = PPP_MANAGER_PPPD;
    paths.plugin = PPP_MANAGER_PLUGIN_DIR "/ppp-manager.so";
    paths.serial = PPP_MANAGER_LIBEXEC_DIR "/ppp-manager-serial";
    paths.l2tp = PPP_MANAGER_LIBEXEC_DIR "/ppp-manager-l2tp";
    paths.hooks = PPP_MANAGER_LIBEXEC_DIR "/ppp-manager-hooks";
    return paths;
}

void requireEngine(const EnginePaths& paths, core::LinkType type) {
    requireProgram(paths.pppd, "pppd");
    if (type != core::LinkType::Pppoe) {
        requireProgram(paths.program(type), "the engine for links of this type");
    }
    requirePlugin(paths.plugin);
    if (!paths.pppDevice.empty()) {
        requireKernel(paths.pppDevice);
    }
}

} // namespace ppp::sys
