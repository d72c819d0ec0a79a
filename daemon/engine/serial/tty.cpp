// SPDX-License-Identifier: LGPL-2.1-or-later
// open(2) and the ioctls of tty_ioctl(4).
#include "engine/serial/tty.hpp"

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "core/text.hpp"
#include "engine/host/engine_host.hpp"

namespace ppp::engine {
namespace {

using core::Reason;
using core::text::cat;

std::string words(int error) {
    return std::generic_category().message(error);
}

LineFault cannotOpen(const std::string& path, int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return {Reason::DeviceMissing, cat("there is no ", path)};
    case ENXIO:
    case ENODEV:
    case EIO:
        return {Reason::DeviceMissing, cat("there is no hardware behind ", path, " (", words(error), ")")};
    case EBUSY:
        return {Reason::DeviceBusy, cat("somebody has ", path, " open for himself alone")};
    case EPERM: // of the device policy; there is no other cause in open(2) without O_NOATIME
        return {Reason::EngineFailed,
                cat("systemd does not let the service open ", path,
                    ": its driver is not in DeviceAllow= of ppp-manager.service, or was loaded after the "
                    "service had been started")};
    case EACCES:
        return {Reason::EngineFailed,
                cat("the permissions of ", path,
                    " do not let the service open it: it runs as root, but not above permissions")};
    default:
        return {Reason::EngineFailed, cat("cannot open ", path, ": ", words(error)),
                EngineHost::meansShortage(error)};
    }
}

} // namespace

std::optional<LineFault> Tty::resolve(const std::string& path, std::string& node) {
    const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr), &std::free);
    if (!real) {
        return cannotOpen(path, errno);
    }
    node = real.get();
    return std::nullopt;
}

std::optional<LineFault> Tty::open(const std::string& node, const std::optional<LineRecord>& left) {
    static_cast<void>(giveBack());
    sys::UniqueFd fd(::open(node.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) {
        return cannotOpen(node, errno);
    }
    struct stat info {};
    auto found = TtySettings::of(fd.get());
    if (!found || fstat(fd.get(), &info) < 0) {
        return errno == ENOTTY ? LineFault{Reason::EngineFailed, cat(node, " is no serial line")}
                               : cannotOpen(node, errno);
    }
    int alone = 0;
    if (ioctl(fd.get(), TIOCGEXCL, &alone) == 0 && alone != 0) { // the superuser may open it all the same
        return cannotOpen(node, EBUSY);
    }
    node_ = node;
    device_ = info.st_rdev;
    mode_ = info.st_mode & 07777U;
    ioctl(fd.get(), TIOCGETD, &discipline_);
    found_ = found;
    if (left && left->applied.alike(*found)) {
        found_ = left->found;
        discipline_ = left->discipline;
        mode_ = left->mode;
    }
    fd_ = std::move(fd);
    return std::nullopt;
}

std::optional<LineFault> Tty::prepare(const core::SerialSection& serial) {
    int terminal = N_TTY;
    ioctl(fd_.get(), TIOCSETD, &terminal);
    const TtySettings wanted = found_->forPpp(serial.speed, serial.flowControl, true);
    if (const int error = wanted.applyTo(fd_.get()); error != 0) {
        return error == EIO ? cannotOpen(node_, error)
                            : LineFault{Reason::EngineFailed, cat("cannot set ", node_, " to ", serial.speed,
                                                                  " bit/s: ", words(error))};
    }
    applied_ = TtySettings::of(fd_.get()).value_or(wanted);
    if (const auto fault = speedFault(node_, serial.speed, applied_->speed())) {
        return fault;
    }
    flush();
    int lines = TIOCM_DTR | TIOCM_RTS;
    ioctl(fd_.get(), TIOCMBIS, &lines); // a pseudo terminal has none
    return std::nullopt;
}

LineRecord Tty::record() const {
    return {*found_, applied_.value_or(*found_), discipline_, mode_, 0, 0};
}

std::optional<bool> Tty::carrier() const {
    int lines = 0;
    if (ioctl(fd_.get(), TIOCMGET, &lines) < 0) {
        return std::nullopt;
    }
    return (lines & TIOCM_CAR) != 0;
}

void Tty::lookAtModemLines() {
    if (const auto now = TtySettings::of(fd_.get())) {
        now->withLocal(false).applyTo(fd_.get());
    }
}

void Tty::flush() {
    ioctl(fd_.get(), TCFLSH, TCIOFLUSH);
}

void Tty::claim(bool alone) {
    ioctl(fd_.get(), alone ? TIOCEXCL : TIOCNXCL);
}

std::optional<LineFault> Tty::speedFault(const std::string& node, std::uint32_t asked,
                                         std::uint32_t applied) {
    constexpr std::uint64_t kPercent = 3;
    const std::uint64_t off = asked > applied ? asked - applied : applied - asked;
    if (off * 100 <= asked * kPercent) {
        return std::nullopt;
    }
    return LineFault{Reason::EngineFailed, cat(node, " cannot do ", asked, " bit/s (/serial/speed): it set ",
                                               applied, " bit/s instead")};
}

void Tty::dropDead() {
    if (fd_ && !TtySettings::of(fd_.get())) {
        fd_.reset();
    }
}

bool Tty::vanished() {
    struct stat info {};
    if (stat(node_.c_str(), &info) < 0 || info.st_rdev != device_) {
        return true;
    }
    // A line that was hung up is dead for those who had it open; whether it is there is for a new open to
    // say.
    dropDead();
    const sys::UniqueFd again(::open(node_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    return !again && (errno == ENXIO || errno == ENODEV || errno == EIO || errno == ENOENT);
}

bool Tty::giveBack() {
    if (!found_) {
        return true;
    }
    const TtySettings found = *std::exchange(found_, {});
    dropDead();
    if (!fd_) { // hung up: only a new open reaches the line, if it is there at all
        sys::UniqueFd again(::open(node_.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
        if (!again) {
            return errno != EBUSY && errno != EPERM && errno != EACCES;
        }
        struct stat info {};
        if (fstat(again.get(), &info) < 0 || info.st_rdev != device_) {
            return true;
        }
        fd_ = std::move(again);
    }
    flush(); // else the last close waits for a line that takes nothing
    ioctl(fd_.get(), TIOCSETD, &discipline_);
    ioctl(fd_.get(), TIOCNXCL);
    const bool applied = found.applyTo(fd_.get()) == 0;
    fchmod(fd_.get(), mode_);
    fd_.reset();
    return applied;
}

} // namespace ppp::engine
