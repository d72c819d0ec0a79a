// SPDX-License-Identifier: LGPL-2.1-or-later
// A short talk with what may be a modem.
#include "sys/serial_probe.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/error_words.hpp"
#include "sys/serial_ports.hpp"

namespace ppp::sys {

namespace {

constexpr std::chrono::seconds kAgain(1);
constexpr int kReadsAtOnce = 16;

} // namespace

SerialProbe::SerialProbe(EventLoop& loop, core::SerialPort& port, const std::string& locks,
                         std::uint32_t speed, std::uint64_t until, std::function<void()> done)
    : loop_(loop), port_(port), until_(until), done_(std::move(done)) {
    if (!take(locks, speed)) {
        giveBack();
        end_ = loop_.defer([this] { finish(); }, priority::kNormal);
        return;
    }
    readable_ = loop_.io(line_.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
    end_ = loop_.timerBoot(until_, [this] { finish(); });
    ask();
}

bool SerialProbe::take(const std::string& locks, std::uint32_t speed) {
    const std::string node = nodeOf(port_.device);
    const auto lock = lock_.acquire(locks, node);
    if (lock.got == LineLock::Got::Busy)
        port_.heldBy = lock.words;
    else if (lock.got == LineLock::Got::Refused)
        port_.error = lock.words;
    return lock.got == LineLock::Got::Held && open(node, speed);
}

void SerialProbe::giveBack() {
    readable_.reset();
    if (line_) {
        tcflush(line_.get(), TCIOFLUSH);
        if (std::exchange(changed_, false))
            tcsetattr(line_.get(), TCSANOW, &before_);
    }
    line_.reset();
    lock_.release();
}

bool SerialProbe::open(const std::string& node, std::uint32_t speed) {
    line_.reset(::open(node.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!line_) {
        if (errno == EBUSY)
            port_.heldBy = "a program that has it for itself";
        else
            port_.error = errorWords(errno);
        return false;
    }
    int exclusive = 0; // who may do everything may open such a line, too
    if (ioctl(line_.get(), TIOCGEXCL, &exclusive) == 0 && exclusive != 0) {
        port_.heldBy = "a program that has it for itself";
        return false;
    }
    if (tcgetattr(line_.get(), &before_) != 0) {
        port_.error = errorWords(errno);
        return false;
    }
    termios raw = before_;
    cfmakeraw(&raw);
    raw.c_cflag |= CLOCAL | CREAD;
    raw.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS); // a modem that is off would hold our AT back
    if (cfsetspeed(&raw, speed) != 0)
        cfsetspeed(&raw, B115200);
    if (tcsetattr(line_.get(), TCSANOW, &raw) != 0) {
        port_.error = errorWords(errno);
        return false;
    }
    changed_ = true;
    tcflush(line_.get(), TCIOFLUSH);
    return true;
}

void SerialProbe::ask() {
    send("AT\r");
    repeat_ = loop_.after(kAgain, [this] { ask(); });
}

/// What does not go out at once is not needed: AT is said again.
void SerialProbe::send(std::string_view text) {
    if (write(line_.get(), text.data(), text.size()) < 0 && errno != EAGAIN && errno != EINTR) {
        port_.error = errorWords(errno);
        end_ = loop_.defer([this] { finish(); }, priority::kNormal);
    }
}

void SerialProbe::readable() {
    std::array<char, 256> bytes;
    for (int n = 0; n < kReadsAtOnce && done_; ++n) {
        const ssize_t size = read(line_.get(), bytes.data(), bytes.size());
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (size <= 0) {
            port_.error = size == 0 ? "the line hung up" : errorWords(errno);
            return finish();
        }
        for (ssize_t at = 0; at < size && done_; ++at)
            if (const auto line = lines_.take(bytes[static_cast<std::size_t>(at)]))
                onLine(*line);
    }
}

void SerialProbe::onLine(const std::string& line) {
    const auto result = core::modemResult(line);
    if (!port_.answers) {
        if (result != core::ModemResult::Ok)
            return;
        port_.answers = true;
        repeat_.reset();
        send("ATI\r");
        return;
    }
    // "0" is an OK in numbers, and some modems say to ATI nothing but a number.
    if (result == core::ModemResult::Ok || result == core::ModemResult::Faulty)
        return finish();
    if (!result && line != "ATI" && line != "AT" && port_.model.size() < core::limits::kModemText) {
        port_.model += port_.model.empty() ? "" : " ";
        port_.model += core::text::harmless(line, core::limits::kModemText - port_.model.size());
    }
}

/// `done` may destroy us.
void SerialProbe::finish() {
    giveBack();
    repeat_.reset();
    end_.reset();
    const auto done = std::exchange(done_, {});
    if (done)
        done();
}

} // namespace ppp::sys
