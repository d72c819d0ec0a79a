// SPDX-License-Identifier: LGPL-2.1-or-later
// struct termios2, TCGETS2 and TCSETS2.
#include "engine/serial/tty_settings.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

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

/// The kernel takes any number with BOTHER; where there is a name for the speed that is used, because other
/// programs (stty, pppd's SPEED) know no other.
tcflag_t speedBits(std::uint32_t speed) {
    constexpr std::pair<std::uint32_t, unsigned> kNamed[] = {
        {50, B50},           {75, B75},           {110, B110},         {134, B134},
        {150, B150},         {200, B200},         {300, B300},         {600, B600},
        {1200, B1200},       {1800, B1800},       {2400, B2400},       {4800, B4800},
        {9600, B9600},       {19200, B19200},     {38400, B38400},     {57600, B57600},
        {115200, B115200},   {230400, B230400},   {460800, B460800},   {500000, B500000},
        {576000, B576000},   {921600, B921600},   {1000000, B1000000}, {1152000, B1152000},
        {1500000, B1500000}, {2000000, B2000000}, {2500000, B2500000}, {3000000, B3000000},
        {3500000, B3500000}, {4000000, B4000000}};
    for (const auto& [value, bits] : kNamed) {
        if (value == speed) {
            return bits;
        }
    }
    return static_cast<tcflag_t>(BOTHER);
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
    const tcflag_t bits = speedBits(speed); // in both halves: the C library takes them for one another's
    raw.c_cflag = bits | (bits << IBSHIFT) |
                  static_cast<tcflag_t>(CS8 | CREAD | (rtscts ? CRTSCTS : 0) | (local ? CLOCAL : HUPCL));
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
