// SPDX-License-Identifier: LGPL-2.1-or-later
// struct termios2, TCGETS2 and TCSETS2.
#include "engine/serial/tty_settings.hpp"

#include <cerrno>
#include <cstring>

#include <asm/ioctls.h>
#include <asm/termbits.h>

extern "C" int ioctl(int fd, unsigned long request, ...) noexcept; // sys/ioctl.h has the C library's termios

namespace ppp::engine {
namespace {

termios2 load(const std::uint8_t* bytes) {
    termios2 out{};
    std::memcpy(&out, bytes, sizeof out);
    return out;
}

} // namespace

std::optional<TtySettings> TtySettings::of(int fd) {
    static_assert(sizeof(termios2) == kSize);
    termios2 raw{};
    if (ioctl(fd, TCGETS2, &raw) < 0) {
        return std::nullopt;
    }
    TtySettings out;
    std::memcpy(out.bytes_.data(), &raw, sizeof raw);
    return out;
}

int TtySettings::applyTo(int fd) const {
    termios2 raw = load(bytes_.data());
    while (ioctl(fd, TCSETS2, &raw) < 0) {
        if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

TtySettings TtySettings::forPpp(std::uint32_t speed, core::FlowControl flow, bool local) const {
    termios2 raw = load(bytes_.data());
    const bool rtscts = flow == core::FlowControl::RtsCts;
    const bool xonxoff = flow == core::FlowControl::XonXoff;
    raw.c_iflag = static_cast<tcflag_t>(IGNBRK | IGNPAR | (xonxoff ? IXON | IXOFF : 0));
    raw.c_oflag = 0;
    raw.c_lflag = 0;
    raw.c_cflag = static_cast<tcflag_t>(CS8 | CREAD | BOTHER | (BOTHER << IBSHIFT) | (rtscts ? CRTSCTS : 0) |
                                        (local ? CLOCAL : HUPCL));
    raw.c_ispeed = raw.c_ospeed = speed;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSTART] = 0x11;
    raw.c_cc[VSTOP] = 0x13;
    TtySettings out;
    std::memcpy(out.bytes_.data(), &raw, sizeof raw);
    return out;
}

TtySettings TtySettings::withLocal(bool local) const {
    termios2 raw = load(bytes_.data());
    raw.c_cflag = (raw.c_cflag & ~static_cast<tcflag_t>(CLOCAL)) | static_cast<tcflag_t>(local ? CLOCAL : 0);
    TtySettings out;
    std::memcpy(out.bytes_.data(), &raw, sizeof raw);
    return out;
}

bool TtySettings::alike(const TtySettings& other) const {
    termios2 one = load(bytes_.data());
    termios2 two = load(other.bytes_.data());
    one.c_cflag |= static_cast<tcflag_t>(CLOCAL | HUPCL);
    two.c_cflag |= static_cast<tcflag_t>(CLOCAL | HUPCL);
    return std::memcmp(&one, &two, sizeof one) == 0;
}

std::uint32_t TtySettings::speed() const {
    return load(bytes_.data()).c_ospeed;
}

bool TtySettings::local() const {
    return (load(bytes_.data()).c_cflag & static_cast<tcflag_t>(CLOCAL)) != 0;
}

std::string TtySettings::toHex() const {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : bytes_) {
        out += {kDigits[byte >> 4], kDigits[byte & 15]};
    }
    return out;
}

std::optional<TtySettings> TtySettings::fromHex(std::string_view hex) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    TtySettings out;
    if (hex.size() != 2 * kSize) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < kSize; ++i) {
        const auto high = kDigits.find(hex[2 * i]);
        const auto low = kDigits.find(hex[2 * i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) {
            return std::nullopt;
        }
        out.bytes_.at(i) = static_cast<std::uint8_t>(high * 16 + low);
    }
    return out;
}

} // namespace ppp::engine
