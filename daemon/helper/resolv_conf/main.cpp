// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-manager-resolv-conf take|give FILE OWN: puts a resolv.conf of ours in place (on standard input), or
// gives back what was there before. Run by the daemon, outside its sandbox. One at a time has the lock on the
// folder OWN, which nobody else may be able to open: whoever can read a folder can lock it (flock(2)), as
// everybody could with /etc.
//
// What was there is exchanged for ours by one renameat2(2) and lies as FILE.before-ppp-manager then: the very
// same file or symbolic link, with all it has, through a crash and a loss of power. Nobody ever sees FILE
// missing, short or empty. There is no other record: what the two names hold says what is to be done,
// whenever this died.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr std::string_view kMark = "# Written by ppp-manager";
constexpr const char* kBefore = ".before-ppp-manager";
constexpr const char* kNew = ".new-ppp-manager";
constexpr std::size_t kLimit = 65536; // bytes; far more than any resolv.conf of ours
constexpr int kReplaced = 3;          // exit status: somebody else's file is there

[[noreturn]] void die(const std::string& what) {
    std::fprintf(stderr, "%s: %s\n", what.c_str(), std::strerror(errno));
    std::exit(1);
}

enum class Holds { Nothing, Ours, Theirs };

/// What lies there under this name. A symbolic link is never ours.
Holds look(int folder, const std::string& name) {
    struct stat status {};
    if (fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno != ENOENT) {
            die(name);
        }
        return Holds::Nothing;
    }
    if (!S_ISREG(status.st_mode)) {
        return Holds::Theirs;
    }
    const int fd = openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        die(name);
    }
    std::array<char, kMark.size()> start{};
    const ssize_t size = read(fd, start.data(), start.size());
    close(fd);
    return size == static_cast<ssize_t>(start.size()) && std::string_view(start.data(), start.size()) == kMark
               ? Holds::Ours
               : Holds::Theirs;
}

std::string input() {
    std::string out;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t size = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (size < 0 && errno != EINTR) {
            die("standard input");
        }
        if (size == 0) {
            break;
        }
        out.append(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
        if (out.size() > kLimit) {
            std::fputs("standard input: too long\n", stderr);
            std::exit(1);
        }
    }
    if (!out.starts_with(kMark)) {
        std::fputs("standard input: is no file of ours\n", stderr);
        std::exit(1);
    }
    return out;
}

class Keeper {
public:
    Keeper(int folder, std::string file)
        : folder_(folder), file_(std::move(file)), before_(file_ + kBefore), new_(file_ + kNew) {}

    void take(const std::string& text) {
        if (look(folder_, before_) == Holds::Ours) { // died before the exchange
            remove(before_);
        }
        switch (look(folder_, file_)) {
        case Holds::Ours:
            write(new_, text);
            rename(new_, file_, 0);
            break;
        case Holds::Theirs:
            remove(before_); // of somebody who has put another one there since
            write(before_, text);
            rename(before_, file_, RENAME_EXCHANGE);
            break;
        case Holds::Nothing:
            remove(before_);
            write(new_, text);
            rename(new_, file_, RENAME_NOREPLACE);
            break;
        }
    }

    int give() {
        remove(new_);
        const Holds before = look(folder_, before_);
        if (look(folder_, file_) == Holds::Ours) {
            if (before == Holds::Theirs) {
                rename(before_, file_, 0);
            } else {
                remove(file_);
                remove(before_);
            }
            return 0;
        }
        remove(before_);
        if (before == Holds::Theirs) {
            std::fputs("somebody else has replaced it meanwhile; theirs stays\n", stdout);
            return kReplaced;
        }
        return 0;
    }

private:
    void write(const std::string& name, const std::string& text) {
        remove(name);
        const int fd =
            openat(folder_, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0) {
            die(name);
        }
        for (std::size_t done = 0; done < text.size();) {
            const ssize_t size = ::write(fd, text.data() + done, text.size() - done);
            if (size < 0 && errno != EINTR) {
                failed(name);
            }
            done += size > 0 ? static_cast<std::size_t>(size) : 0;
        }
        if (fchmod(fd, 0644) < 0 || fsync(fd) < 0 || close(fd) < 0) {
            failed(name);
        }
    }
    [[noreturn]] void failed(const std::string& name) {
        const int error = errno;
        unlinkat(folder_, name.c_str(), 0);
        errno = error;
        die(name);
    }
    void rename(const std::string& from, const std::string& to, unsigned flags) {
        if (renameat2(folder_, from.c_str(), folder_, to.c_str(), flags) < 0) {
            const int error = errno;
            if (look(folder_, from) == Holds::Ours) {
                unlinkat(folder_, from.c_str(), 0);
            }
            errno = error;
            die(to);
        }
    }
    void remove(const std::string& name) {
        if (unlinkat(folder_, name.c_str(), 0) < 0 && errno != ENOENT) {
            die(name);
        }
    }

    int folder_;
    std::string file_, before_, new_;
};

} // namespace

int main(int argc, char** argv) {
    const std::string verb = argc == 4 ? argv[1] : "";
    const std::string path = argc == 4 ? argv[2] : "";
    const auto slash = path.rfind('/');
    if ((verb != "take" && verb != "give") || slash == std::string::npos) {
        std::fputs("usage: ppp-manager-resolv-conf take|give FILE OWN\n", stderr);
        return 2;
    }
    const int folder = open(path.substr(0, slash + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        die(path);
    }
    const int own = open(argv[3], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (own < 0 || flock(own, LOCK_EX) < 0) { // one of an earlier daemon may still be at it
        die(argv[3]);
    }
    Keeper keeper(folder, path.substr(slash + 1));
    int code = 0;
    if (verb == "take") {
        keeper.take(input());
    } else {
        code = keeper.give();
    }
    if (fsync(folder) < 0) {
        die(path);
    }
    return code;
}
