// SPDX-License-Identifier: LGPL-2.1-or-later
// A serial line in our hands: opened without waiting, made fit for PPP, given back as it was found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/profile.hpp"
#include "core/reason.hpp"
#include "engine/serial/line_record.hpp"
#include "engine/serial/tty_settings.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::engine {

/// Why something cannot be done with a line.
struct LineFault {
    core::Reason reason;
    std::string words;
    bool passing = false; ///< the machine was only short of something
};

class Tty {
public:
    Tty() = default;
    Tty(const Tty&) = delete;
    Tty& operator=(const Tty&) = delete;
    ~Tty() { static_cast<void>(giveBack()); }

    /// The node that a path leads to through all links; a fault where there is none.
    static std::optional<LineFault> resolve(const std::string& path, std::string& node);

    /// `node`: resolved. Opens it without waiting for a carrier and keeps what it finds; `left` is of an
    /// engine that was killed: what it found counts where the line is as it made it.
    std::optional<LineFault> open(const std::string& node, const std::optional<LineRecord>& left);
    /// Settings for PPP, with CLOCAL until lookAtModemLines().
    std::optional<LineFault> prepare(const core::SerialSection& serial);
    /// What has to be given back, with no pppd in it.
    LineRecord record() const;

    /// Whether there is a carrier; nothing where the line has no such thing (a pseudo terminal).
    std::optional<bool> carrier() const;
    /// From here on the kernel hangs up when the carrier goes; for lines that have one. pppd has to have set
    /// its own settings by then.
    void lookAtModemLines();
    /// Throws away what was not sent or read.
    void flush();
    /// Whether others may open the line: nobody while we talk, everybody before pppd does (it may not pass
    /// over this, and claims the line itself).
    void claim(bool alone);

    /// Whether the device is gone: the node, or what it stood for. Lets go of a line that was hung up.
    bool vanished();
    /// Line discipline, settings and permissions as they were found; closes. Does not wait for the other end.
    /// False where the line is there and could not be reached.
    [[nodiscard]] bool giveBack();

    bool held() const { return found_.has_value(); } ///< from open() to giveBack()
    int fd() const { return fd_.get(); }
    const std::string& node() const { return node_; }

    /// Why a line that was asked for one speed and has another cannot be used; nothing within 3 %, which
    /// bytes of ten bits bear.
    static std::optional<LineFault> speedFault(const std::string& node, std::uint32_t asked,
                                               std::uint32_t applied);

private:
    /// Closes a line that was hung up: it is dead for us, and while we have it open pppd's claim keeps others
    /// from it, a new open of our own too.
    void dropDead();

    std::string node_;
    sys::UniqueFd fd_;
    std::uint64_t device_ = 0; // st_rdev
    std::optional<TtySettings> found_, applied_;
    int discipline_ = 0;
    std::uint32_t mode_ = 0;
};

} // namespace ppp::engine
