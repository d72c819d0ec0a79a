// SPDX-License-Identifier: LGPL-2.1-or-later
// The settings of a tty as the kernel keeps them, with any speed. The only place that knows the kernel's own
// structure, which the C library's clashes with.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/profile.hpp"

namespace ppp::engine {

/// A copy of a tty's settings; opaque.
class TtySettings {
public:
    /// Nothing with errno set: ENOTTY where it is no tty.
    static std::optional<TtySettings> of(int fd);
    /// At once: does not wait for output. 0 or errno.
    int applyTo(int fd) const;

    /// What PPP needs: 8 bits, no parity, nothing interpreted; the speed in bit/s, whatever the kernel can
    /// do. `local`: modem lines are not looked at (CLOCAL) and DTR stays up at the last close.
    TtySettings forPpp(std::uint32_t speed, core::FlowControl flow, bool local) const;
    TtySettings withLocal(bool local) const;

    /// Equal, whatever they say of modem lines.
    bool alike(const TtySettings& other) const;
    std::uint32_t speed() const; ///< bit/s, output
    bool local() const;

    std::string toHex() const;
    static std::optional<TtySettings> fromHex(std::string_view hex);
    bool operator==(const TtySettings&) const = default;

private:
    static constexpr std::size_t kSize = 44; // struct termios2 of every architecture but a few: checked
    std::array<std::uint8_t, kSize> bytes_{};
};

} // namespace ppp::engine
