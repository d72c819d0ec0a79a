// SPDX-License-Identifier: LGPL-2.1-or-later
// lab_line: a serial line between two pseudo-terminals that is slow, or swallows bytes, as a terminal server
// with software flow control does or an old multiplexer. Both directions are alike.
#include "descriptor.hpp"

#include <array>
#include <bitset>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <fcntl.h>
#include <getopt.h>
#include <optional>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/signalfd.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace ppp::lab {

namespace {

using Clock = std::chrono::steady_clock;
using Swallowed = std::bitset<256>;

constexpr std::size_t kQueue = 4096; // bytes on their way; more is not taken from a terminal
constexpr std::size_t kChunk = 512;
constexpr int kBitsPerByte = 10; // start, eight, stop
constexpr std::chrono::milliseconds kTick{20};

[[noreturn]] void failed(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// One end: a raw terminal under a name of its own, kept open so that it outlives those who use it.
class End {
public:
    explicit End(std::string link)
        : link_(std::move(link)), master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)),
          slave_(openSlave(master_.get())) {
        unlink(link_.c_str());
        if (symlink(ptsname(master_.get()), link_.c_str()) != 0) {
            failed(link_);
        }
    }
    ~End() { unlink(link_.c_str()); }
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    int get() const { return master_.get(); }

private:
    static int openSlave(int master) {
        if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
            failed("pseudo-terminal");
        }
        const int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
        termios settings{};
        if (slave < 0 || tcgetattr(slave, &settings) != 0) {
            failed("pseudo-terminal");
        }
        cfmakeraw(&settings);
        tcsetattr(slave, TCSANOW, &settings);
        return slave;
    }

    std::string link_;
    Descriptor master_, slave_;
};

class Direction {
public:
    Direction(const char* name, const End& from, const End& to, const Swallowed& swallowed, int baud)
        : name_(name), from_(from), to_(to), swallowed_(swallowed), baud_(baud) {}

    bool hasRoom() const { return queue_.size() < kQueue; }
    bool waits() const { return !queue_.empty(); }
    const End& from() const { return from_; }

    void take() {
        std::array<unsigned char, kChunk> bytes;
        const ssize_t size = read(from_.get(), bytes.data(), bytes.size());
        if (size > 0 && queue_.empty()) {
            last_ = Clock::now(); // an idle line saves up nothing
            credit_ = 0;
        }
        for (ssize_t at = 0; at < size; ++at) {
            const unsigned char byte = bytes[static_cast<std::size_t>(at)];
            if (!swallowed_.test(byte)) {
                queue_.push_back(byte);
            } else if (!told_.test(byte)) {
                told_.set(byte);
                std::printf("swallowed %s %02x\n", name_, byte);
                std::fflush(stdout);
            }
        }
    }

    void give() {
        std::size_t most = queue_.size();
        if (baud_ > 0) {
            const auto now = Clock::now();
            credit_ += std::chrono::duration<double>(now - last_).count() * baud_ / kBitsPerByte;
            last_ = now;
            most = std::min(most, static_cast<std::size_t>(credit_));
            credit_ -= static_cast<double>(most);
        }
        for (std::size_t left = most; left > 0;) {
            const std::string chunk(queue_.begin(),
                                    queue_.begin() + static_cast<long>(std::min(left, kChunk)));
            const ssize_t size = write(to_.get(), chunk.data(), chunk.size());
            if (size <= 0) { // nobody reads there: lost, as on a line
                queue_.erase(queue_.begin(), queue_.begin() + static_cast<long>(left));
                return;
            }
            queue_.erase(queue_.begin(), queue_.begin() + size);
            left -= static_cast<std::size_t>(size);
        }
    }

private:
    const char* name_;
    const End& from_;
    const End& to_;
    const Swallowed& swallowed_;
    Swallowed told_;
    int baud_; // 0: as fast as it goes
    std::deque<char> queue_;
    double credit_ = 0; // bytes
    Clock::time_point last_{};
};

struct Settings {
    std::string near, far;
    Swallowed swallowed;
    int baud = 0;
};

void run(const Settings& settings, int signals) {
    const End near(settings.near), far(settings.far);
    Direction there("there", near, far, settings.swallowed, settings.baud);
    Direction back("back", far, near, settings.swallowed, settings.baud);
    std::puts("ready");
    std::fflush(stdout);
    while (true) {
        std::array<pollfd, 3> wanted{pollfd{signals, POLLIN, 0},
                                     pollfd{there.hasRoom() ? near.get() : -1, POLLIN, 0},
                                     pollfd{back.hasRoom() ? far.get() : -1, POLLIN, 0}};
        const bool busy = there.waits() || back.waits();
        if (poll(wanted.data(), wanted.size(), busy ? static_cast<int>(kTick.count()) : -1) < 0 &&
            errno != EINTR) {
            failed("poll");
        }
        if ((wanted[0].revents & POLLIN) != 0) {
            return;
        }
        if ((wanted[1].revents & POLLIN) != 0) {
            there.take();
        }
        if ((wanted[2].revents & POLLIN) != 0) {
            back.take();
        }
        there.give();
        back.give();
    }
}

// "11,13,80-9f": hexadecimal.
void parseSwallowed(const std::string& text, Swallowed& out) {
    for (std::size_t at = 0; at < text.size();) {
        std::size_t used = 0;
        const std::size_t first = std::stoul(text.substr(at), &used, 16);
        at += used;
        std::size_t last = first;
        if (at < text.size() && text[at] == '-') {
            last = std::stoul(text.substr(at + 1), &used, 16);
            at += used + 1;
        }
        for (std::size_t byte = first; byte <= last; ++byte) {
            out.set(byte);
        }
        if (at < text.size() && text[at++] != ',') {
            throw std::invalid_argument("not a list of bytes: " + text);
        }
    }
}

Settings parse(int count, char** arguments) {
    constexpr option kOptions[] = {{"near", required_argument, nullptr, 'n'},
                                   {"far", required_argument, nullptr, 'f'},
                                   {"swallow", required_argument, nullptr, 's'},
                                   {"baud", required_argument, nullptr, 'b'},
                                   {nullptr, 0, nullptr, 0}};
    Settings out;
    for (int letter = 0; (letter = getopt_long(count, arguments, "", kOptions, nullptr)) != -1;) {
        switch (letter) {
        case 'n':
            out.near = optarg;
            break;
        case 'f':
            out.far = optarg;
            break;
        case 's':
            parseSwallowed(optarg, out.swallowed);
            break;
        case 'b':
            out.baud = std::stoi(optarg);
            break;
        default:
            throw std::invalid_argument("unknown option");
        }
    }
    if (out.near.empty() || out.far.empty() || optind != count) {
        throw std::invalid_argument(
            "usage: lab_line --near PATH --far PATH [--swallow HEX[-HEX],...] [--baud N]");
    }
    return out;
}

} // namespace

} // namespace ppp::lab

int main(int count, char** arguments) {
    try {
        const ppp::lab::Settings settings = ppp::lab::parse(count, arguments);
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigprocmask(SIG_BLOCK, &signals, nullptr);
        const ppp::lab::Descriptor descriptor(signalfd(-1, &signals, SFD_CLOEXEC));
        ppp::lab::run(settings, descriptor.get());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lab_line: %s\n", error.what());
        return 2;
    }
}
