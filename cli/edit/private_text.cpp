// SPDX-License-Identifier: LGPL-2.1-or-later
// mkdtemp(3), and away with it.
#include "cli/edit/private_text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace ppp::cli {

namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Opened {
    Opened(const std::string& path, int flags)
        : fd(open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {
        if (fd < 0) {
            fail(path);
        }
    }
    ~Opened() { close(fd); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
    int fd;
};

void removeAll(const std::string& folder) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

void writeAll(const std::string& path, std::string_view text) {
    const Opened file(path, O_WRONLY | O_CREAT | O_EXCL);
    while (!text.empty()) {
        const auto put = write(file.fd, text.data(), text.size());
        if (put < 0 && errno != EINTR) {
            fail(path);
        }
        text.remove_prefix(put > 0 ? static_cast<std::size_t>(put) : 0);
    }
}

} // namespace

std::string readText(const std::string& path, std::size_t limit) {
    const Opened file(path, O_RDONLY | O_NONBLOCK);
    struct stat facts {};
    if (fstat(file.fd, &facts) != 0) {
        fail(path);
    }
    if (!S_ISREG(facts.st_mode)) {
        throw std::system_error(EINVAL, std::generic_category(), path);
    }
    std::string out(limit + 1, '\0');
    std::size_t used = 0;
    while (used < out.size()) {
        const auto got = read(file.fd, out.data() + used, out.size() - used);
        if (got < 0 && errno != EINTR) {
            fail(path);
        }
        if (got == 0) {
            break;
        }
        used += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    out.resize(used);
    return out;
}

PrivateText::PrivateText(const std::string& name, std::string_view text) {
    const char* base = std::getenv("TMPDIR");
    folder_ = std::string(base != nullptr && *base == '/' ? base : "/tmp") + "/pppctl.XXXXXX";
    if (mkdtemp(folder_.data()) == nullptr) {
        fail(folder_);
    }
    path_ = folder_ + "/" + name;
    try {
        writeAll(path_, text);
    } catch (const std::system_error&) {
        removeAll(folder_);
        throw;
    }
}

PrivateText::~PrivateText() {
    if (!kept_) {
        removeAll(folder_);
    }
}

std::string PrivateText::read(std::size_t limit) const {
    return readText(path_, limit);
}

} // namespace ppp::cli
