// SPDX-License-Identifier: LGPL-2.1-or-later
// Passwords in, wiped after use.
#include "cli/password.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>
#include <vector>

#include "cli/failure.hpp"
#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/pin_guard.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
volatile std::sig_atomic_t caughtSignal = 0;

extern "C" void noteSignal(int number) {
    caughtSignal = number;
}

/// Signals are held back and noted while read() waits, so that the terminal can be given back before they
/// have their way.
class CaughtSignals {
public:
    CaughtSignals() {
        sigset_t held;
        sigemptyset(&held);
        struct sigaction action {};
        action.sa_handler = noteSignal;
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaddset(&held, kSignals[i]);
            sigaction(kSignals[i], &action, &actions_[i]);
        }
        sigprocmask(SIG_BLOCK, &held, &mask_);
    }
    ~CaughtSignals() {
        for (std::size_t i = 0; i < kSignals.size(); ++i) {
            sigaction(kSignals[i], &actions_[i], nullptr);
        }
        sigprocmask(SIG_SETMASK, &mask_, nullptr);
    }
    CaughtSignals(const CaughtSignals&) = delete;
    CaughtSignals& operator=(const CaughtSignals&) = delete;

    /// False where a signal came before input did.
    bool awaitInput(int fd) const {
        pollfd wanted{fd, POLLIN, 0};
        return ppoll(&wanted, 1, nullptr, &mask_) > 0;
    }

private:
    std::array<struct sigaction, kSignals.size()> actions_{};
    sigset_t mask_{};
};

class NoEcho {
public:
    explicit NoEcho(int tty) : tty_(tty) {
        if (tcgetattr(tty_, &before_) != 0) {
            throw std::system_error(errno, std::generic_category(), "terminal");
        }
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        quiet.c_lflag |= static_cast<tcflag_t>(ECHONL);
        tcsetattr(tty_, TCSAFLUSH, &quiet);
    }
    ~NoEcho() { tcsetattr(tty_, TCSAFLUSH, &before_); }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

private:
    int tty_;
    termios before_{};
};

struct Descriptor {
    explicit Descriptor(int opened) : fd(opened) {}
    ~Descriptor() { close(fd); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int fd;
};

/// Bytes of a secret on their way in, wiped at the end.
struct Buffer {
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    std::array<char, core::limits::kSecretSize + 2>
        bytes{}; // the longest secret, its newline, and one to see excess
    ~Buffer() { explicit_bzero(bytes.data(), bytes.size()); }
};

void writeAll(int fd, const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const auto sent = write(fd, text.data() + done, text.size() - done);
        if (sent <= 0) {
            return; // the prompt is a courtesy
        }
        done += static_cast<std::size_t>(sent);
    }
}

core::Secret readLine(int tty) {
    Buffer buffer;
    const auto got = read(tty, buffer.bytes.data(), buffer.bytes.size());
    if (got < 0) {
        throw std::system_error(errno, std::generic_category(), "terminal");
    }
    std::string_view line(buffer.bytes.data(), static_cast<std::size_t>(got));
    if (!line.empty() && line.back() == '\n') {
        line.remove_suffix(1);
    }
    return core::Secret(line);
}

[[noreturn]] void noTerminal(const SecretKind& kind) {
    throw Failure(ExitCode::Usage, std::string("there is no terminal to ask for the ") + kind.what + " at",
                  std::string("Give it on standard input with --") + kind.key +
                      "-stdin, or say --no-password where the verb has it.");
}

} // namespace

std::optional<core::Secret> askPassword(const std::string& prompt) {
    const Descriptor tty(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (tty.fd < 0) {
        return std::nullopt;
    }
    while (true) {
        std::optional<core::Secret> answer;
        caughtSignal = 0;
        {
            const CaughtSignals signals;
            const NoEcho quiet(tty.fd);
            writeAll(tty.fd, prompt);
            if (signals.awaitInput(tty.fd)) {
                answer = readLine(tty.fd);
            }
        }
        if (caughtSignal != 0) {
            writeAll(tty.fd, "\n");
            raise(caughtSignal); // ends us; after a stop it goes on here
            continue;
        }
        if (answer) {
            return answer;
        }
    }
}

PasswordPrompt::PasswordPrompt() : tty_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}

PasswordPrompt::~PasswordPrompt() {
    callOff();
    if (tty_ >= 0) {
        close(tty_);
    }
}

void PasswordPrompt::ask(const std::string& prompt) {
    if (tcgetattr(tty_, &before_) != 0) {
        throw std::system_error(errno, std::generic_category(), "terminal");
    }
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= static_cast<tcflag_t>(ECHONL | ICANON);
    quiet.c_cc[VSUSP] = _POSIX_VDISABLE;
    quiet.c_cc[VQUIT] = _POSIX_VDISABLE;
    tcsetattr(tty_, TCSAFLUSH, &quiet);
    open_ = true;
    writeAll(tty_, prompt);
}

std::optional<core::Secret> PasswordPrompt::answer() {
    Buffer buffer;
    const auto got = read(tty_, buffer.bytes.data(), buffer.bytes.size());
    const int error = errno;
    restore();
    if (got < 0) {
        throw std::system_error(error, std::generic_category(), "terminal");
    }
    if (got == 0) {
        writeAll(tty_, "\n");
        return std::nullopt;
    }
    std::string_view line(buffer.bytes.data(), static_cast<std::size_t>(got));
    if (line.back() == '\n') {
        line.remove_suffix(1);
    }
    return core::Secret(line);
}

void PasswordPrompt::callOff() {
    if (open_) {
        restore();
        writeAll(tty_, "\n");
    }
}

void PasswordPrompt::restore() {
    tcsetattr(tty_, TCSAFLUSH, &before_);
    open_ = false;
}

core::Secret readPassword(int fd) {
    Buffer buffer;
    std::size_t used = 0;
    while (used < buffer.bytes.size()) {
        const auto got = read(fd, buffer.bytes.data() + used, buffer.bytes.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            throw std::system_error(errno, std::generic_category(), "standard input");
        }
        if (got == 0) {
            break;
        }
        used += static_cast<std::size_t>(got);
    }
    std::string_view secret(buffer.bytes.data(), used);
    if (!secret.empty() && secret.back() == '\n') {
        secret.remove_suffix(1);
    }
    return core::Secret(secret);
}

std::optional<core::Secret> obtainPassword(const PasswordFlags& flags, const std::string& prompt) {
    return obtainSecret({"password", "password"}, flags, prompt);
}

std::optional<core::Secret> obtainSecret(const SecretKind& kind, const PasswordFlags& flags,
                                         const std::string& prompt) {
    if (flags.none) {
        return std::nullopt;
    }
    auto secret = flags.fromStdin && isatty(STDIN_FILENO) == 0 ? std::optional(readPassword(STDIN_FILENO))
                                                               : askPassword(prompt);
    if (!secret) {
        noTerminal(kind);
    }
    if (secret->view().empty()) {
        throw Failure(ExitCode::Usage, std::string("the ") + kind.what + " is empty");
    }
    try {
        core::checkSecret(kind.key, secret->view());
        core::checkPin(kind.key, secret->view());
    } catch (const core::Error& error) {
        throw Failure(ExitCode::Usage, error.what());
    }
    return secret;
}

Dictionary secretsForBus(const core::Secret& secret, const char* key) {
    const std::string_view bytes = secret.view();
    Dictionary out;
    if (core::text::isUtf8(bytes)) {
        std::string copy(bytes);
        out.emplace(key, sdbus::Variant{copy});
        explicit_bzero(copy.data(), copy.size());
    } else {
        std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
        out.emplace(key, sdbus::Variant{copy});
        explicit_bzero(copy.data(), copy.size());
    }
    return out;
}

} // namespace ppp::cli
