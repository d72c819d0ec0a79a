// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a file whole, within bounds.
#include "cli/import/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/text.hpp"

namespace ppp::cli::importing {

namespace {

struct File {
    int fd;
    explicit File(const std::string& path)
        : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd >= 0) {
            close(fd);
        }
    }
};

Reading trouble(int error) {
    if (error == ENOENT || error == ENOTDIR) {
        return {{}, "there is no such file", true};
    }
    if (error == EACCES || error == EPERM) {
        return {{}, "you may not read it; run pppctl as root to take what is in it", false};
    }
    return {{}, std::generic_category().message(error), false};
}

} // namespace

Reading readDisk(const std::string& path) {
    if (!path.starts_with('/')) { // another program would look where it was started, not where we were
        return {{}, "it is not said where it is: no absolute path", false};
    }
    const File file(path);
    struct stat facts {};
    if (file.fd < 0 || fstat(file.fd, &facts) != 0) {
        return trouble(errno);
    }
    if (!S_ISREG(facts.st_mode)) {
        return {{}, "it is no regular file", false};
    }
    std::string text(kFileSize + 1, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const ssize_t got = read(file.fd, text.data() + filled, text.size() - filled);
        if (got < 0 && errno != EINTR) {
            return trouble(errno);
        }
        if (got == 0) {
            break;
        }
        filled += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    if (filled > kFileSize) {
        return {{}, core::text::cat("it is larger than ", kFileSize / 1024, " KiB"), false};
    }
    text.resize(filled);
    return {std::move(text), {}, false};
}

} // namespace ppp::cli::importing
