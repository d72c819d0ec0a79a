// SPDX-License-Identifier: LGPL-2.1-or-later
// Goes down a path by descriptors: what was looked at is what is opened next.
#include "hooks/trusted_tree.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "core/text.hpp"

namespace ppp::hooks {

namespace {

using core::text::cat;
using sys::UniqueFd;

constexpr int kLinks = 16;

[[noreturn]] void refuse(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Puts the parts of a path in front of those that are still to come.
void lead(std::deque<std::string>& parts, const std::string& path) {
    std::vector<std::string> more;
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at), path.size());
        if (end > at && path.compare(at, end - at, ".") != 0) {
            more.push_back(path.substr(at, end - at));
        }
        at = end + 1;
    }
    parts.insert(parts.begin(), more.begin(), more.end());
}

std::string target(const UniqueFd& link, const std::string& what) {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t size = readlinkat(link.get(), "", buffer.data(), buffer.size());
    if (size < 0) {
        refuse(what);
    }
    return {buffer.data(), static_cast<std::size_t>(size)};
}

UniqueFd openPart(int folder, const std::string& part, struct stat& info) {
    UniqueFd fd(openat(folder, part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!fd || fstat(fd.get(), &info) < 0) {
        refuse(part);
    }
    return fd;
}

} // namespace

TrustedTree::TrustedTree(const std::string& root, uid_t owner) : name_(root), owner_(owner) {}

void TrustedTree::check(const struct stat& info, const std::string& what) const {
    if (info.st_uid != owner_) {
        throw Distrust(cat(what, " belongs to user ", info.st_uid, " and not to ",
                           owner_ == 0 ? std::string("root") : cat("user ", owner_)));
    }
    if (!S_ISLNK(info.st_mode) && (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        throw Distrust(cat(what, " can be written by others than its owner"));
    }
}

UniqueFd TrustedTree::open(const std::string& path) const {
    std::vector<UniqueFd> way;
    std::deque<std::string> parts;
    lead(parts, path);
    struct stat info {};
    way.push_back(openPart(AT_FDCWD, name_ + "/", info));
    check(info, name_ + "/");
    for (int links = 0; !parts.empty();) {
        const std::string part = std::move(parts.front());
        parts.pop_front();
        if (part == "..") {
            if (way.size() > 1) {
                way.pop_back();
            }
            continue;
        }
        UniqueFd next = openPart(way.back().get(), part, info);
        check(info, part);
        if (!S_ISLNK(info.st_mode)) {
            way.push_back(
                std::move(next)); // one that is no folder is the last, or the kernel refuses (ENOTDIR)
            continue;
        }
        if (++links > kLinks) {
            errno = ELOOP;
            refuse(part);
        }
        const std::string to = target(next, part);
        if (to.starts_with('/')) {
            way.resize(1);
        }
        lead(parts, to);
    }
    return std::move(way.back());
}

} // namespace ppp::hooks
