// SPDX-License-Identifier: LGPL-2.1-or-later
// File operations relative to an open folder.
#include "sys/file_io.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>

namespace ppp::sys::file_io {

namespace {

constexpr int kOpenFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

[[noreturn]] void fail(int error) {
    throw std::system_error(error, std::generic_category());
}

std::string temporaryName() {
    std::uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        fail(errno);
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(number));
    return std::string(kTemporary) + digits.data();
}

void writeAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            fail(errno);
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
}

void flush(int fd) {
    if (fsync(fd) < 0)
        fail(errno);
}

/// A name that is gone at the end of its life, unless kept.
class Temporary {
public:
    Temporary(int folder, std::string name) : folder_(folder), name_(std::move(name)) {}
    ~Temporary() {
        if (!name_.empty())
            unlinkat(folder_, name_.c_str(), 0);
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    const char* name() const { return name_.c_str(); }
    void keep() { name_.clear(); }

private:
    int folder_;
    std::string name_;
};

} // namespace

UniqueFd openFolder(const std::string& path) {
    UniqueFd folder(open(path.c_str(), kOpenFolder));
    if (!folder && errno != ENOENT)
        fail(errno);
    return folder;
}

UniqueFd makeFolder(const std::string& path, mode_t mode) {
    if (UniqueFd folder = openFolder(path))
        return folder;
    if (const auto slash = path.find_last_of('/'); slash != std::string::npos && slash != 0)
        makeFolder(path.substr(0, slash), 0755);
    if (mkdir(path.c_str(), mode) < 0 && errno != EEXIST)
        fail(errno);
    UniqueFd folder(open(path.c_str(), kOpenFolder));
    if (!folder)
        fail(errno);
    return folder;
}

Content read(const UniqueFd& folder, const std::string& name, std::size_t limit) {
    Content out;
    const UniqueFd file(openat(folder.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file && errno == ENOENT)
        return out;
    if (!file || fstat(file.get(), &out.status) < 0)
        fail(errno);
    if (!S_ISREG(out.status.st_mode))
        fail(EINVAL);
    out.exists = true;
    // Full size at once: a vector that grows would leave copies of a secret behind.
    const auto expected = std::min(limit, static_cast<std::size_t>(out.status.st_size));
    std::vector<char> bytes(expected + 1);
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            const int error = errno;
            wipe(bytes);
            fail(error);
        }
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    out.tooLong = size > limit;
    if (size > expected)
        wipe(bytes);
    if (size > expected && !out.tooLong)
        fail(EAGAIN); // it grew meanwhile
    bytes.resize(out.tooLong ? 0 : size);
    out.bytes = std::move(bytes);
    return out;
}

void write(const UniqueFd& folder, const std::string& name, std::string_view bytes, mode_t mode,
           Durability durability) {
    const std::string other = temporaryName();
    UniqueFd file(
        openat(folder.get(), other.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file)
        fail(errno);
    Temporary temporary(folder.get(), other);
    writeAll(file.get(), bytes);
    // Not by the umask's leave; and never more open than it will be.
    if (fchmod(file.get(), mode) < 0)
        fail(errno);
    if (durability == Durability::Disk)
        flush(file.get());
    if (close(file.release()) < 0)
        fail(errno);
    if (renameat(folder.get(), temporary.name(), folder.get(), name.c_str()) < 0)
        fail(errno);
    temporary.keep();
    if (durability == Durability::Disk)
        flush(folder.get());
}

void rename(const UniqueFd& folder, const std::string& from, const std::string& to, Durability durability) {
    if (renameat(folder.get(), from.c_str(), folder.get(), to.c_str()) < 0)
        fail(errno);
    if (durability == Durability::Disk)
        flush(folder.get());
}

void append(const UniqueFd& folder, const std::string& name, std::string_view bytes) {
    const UniqueFd file(openat(folder.get(), name.c_str(),
                               O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
                               0600));
    if (!file)
        fail(errno);
    writeAll(file.get(), bytes);
}

void remove(const UniqueFd& folder, const std::string& name, Durability durability) {
    if (unlinkat(folder.get(), name.c_str(), 0) < 0) {
        if (errno == ENOENT)
            return;
        fail(errno);
    }
    if (durability == Durability::Disk)
        flush(folder.get());
}

std::vector<std::string> list(const UniqueFd& folder) {
    UniqueFd own(openat(folder.get(), ".", kOpenFolder));
    if (!own)
        fail(errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(own.get()), closedir);
    if (!stream)
        fail(errno);
    own.release();
    std::vector<std::string> names;
    errno = 0;
    const dirent* entry = nullptr;
    while ((entry = readdir(stream.get())) != nullptr) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..")
            names.push_back(name);
        errno = 0;
    }
    if (errno != 0)
        fail(errno);
    std::sort(names.begin(), names.end());
    return names;
}

void removeLeftovers(const UniqueFd& folder) {
    for (const std::string& name : list(folder))
        if (name.starts_with(kTemporary))
            unlinkat(folder.get(), name.c_str(), 0);
}

void wipe(std::vector<char>& bytes) {
    if (!bytes.empty())
        explicit_bzero(bytes.data(), bytes.size());
}

} // namespace ppp::sys::file_io
