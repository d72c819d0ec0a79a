// SPDX-License-Identifier: LGPL-2.1-or-later
// Descriptors to and from the service manager.
#include "sys/fd_store.hpp"

#include <algorithm>
#include <cstdlib>

#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "sys/fd_box.hpp"

namespace ppp::sys {
namespace {

constexpr std::size_t kNameMax = 255; // systemd's FDNAME_MAX

} // namespace

FdStore::FdStore() : available_(std::getenv("NOTIFY_SOCKET") != nullptr) {
    char** names = nullptr;
    const int count = sd_listen_fds_with_names(1, &names);
    for (int i = 0; i < count; ++i) {
        const int fd = SD_LISTEN_FDS_START + i;
        const char* name = names != nullptr ? names[i] : nullptr;
        // The manager lists the newest first.
        if (name == nullptr || !inherited_.emplace(name, fd).second) {
            ::close(fd);
        }
    }
    for (int i = 0; names != nullptr && names[i] != nullptr; ++i) {
        std::free(names[i]);
    }
    std::free(names);
}

FdStore::~FdStore() {
    for (const auto& [name, fd] : inherited_) {
        ::close(fd);
    }
}

bool FdStore::validName(const std::string& name) {
    return !name.empty() && name.size() <= kNameMax &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' - 1 && c < 127 && c != ':'; });
}

bool FdStore::push(const std::string& name, int fd) {
    if (!available_ || !validName(name)) {
        return false;
    }
    UniqueFd box;
    if (fdbox::needed(fd)) {
        box = fdbox::pack(fd);
        if (!box) {
            return false;
        }
        fd = box.get();
    }
    const std::string state = "FDSTORE=1\nFDPOLL=0\nFDNAME=" + name;
    return sd_pid_notify_with_fds(0, 0, state.c_str(), &fd, 1) > 0;
}

bool FdStore::remove(const std::string& name) {
    if (!available_ || !validName(name)) {
        return false;
    }
    const std::string state = "FDSTOREREMOVE=1\nFDNAME=" + name;
    return sd_notify(0, state.c_str()) > 0;
}

int FdStore::take(const std::string& name) {
    const auto found = inherited_.find(name);
    if (found == inherited_.end()) {
        return -1;
    }
    const int fd = found->second;
    inherited_.erase(found);
    if (!fdbox::is(fd)) {
        return fd;
    }
    const UniqueFd box(fd);
    return fdbox::unpack(box.get()).release();
}

std::vector<std::string> FdStore::names() const {
    std::vector<std::string> out;
    for (const auto& [name, fd] : inherited_) {
        out.push_back(name);
    }
    return out;
}

} // namespace ppp::sys
