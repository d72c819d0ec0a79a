// SPDX-License-Identifier: LGPL-2.1-or-later
// termios(3), signalfd(2) and xterm's control sequences.
#include "cli/top/screen.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <iostream>
#include <string_view>
#include <system_error>
#include <utility>

namespace ppp::cli {

namespace {

sigset_t wantedSignals() {
    sigset_t out;
    sigemptyset(&out);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH}) {
        sigaddset(&out, number);
    }
    return out;
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Cursor keys come as CSI or as SS3, by the terminal's mode.
constexpr std::array<std::pair<std::string_view, Screen::Event>, 11> kKeys{{
    {"q", Screen::Event::Quit},
    {"Q", Screen::Event::Quit},
    {"k", Screen::Event::Up},
    {"j", Screen::Event::Down},
    {"\033[A", Screen::Event::Up},
    {"\033OA", Screen::Event::Up},
    {"\033[B", Screen::Event::Down},
    {"\033OB", Screen::Event::Down},
    {"\033[5~", Screen::Event::PageUp},
    {"\033[6~", Screen::Event::PageDown},
    {"g", Screen::Event::Home},
}};

} // namespace

Screen::Screen() {
    const sigset_t wanted = wantedSignals();
    sigprocmask(SIG_BLOCK, &wanted, &before_);
    signals_ = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    termios now{};
    if (isatty(STDIN_FILENO) != 0 && tcgetattr(STDIN_FILENO, &now) == 0) {
        cooked_ = now;
    }
    if (signals_ < 0 || epoll_ < 0) {
        const int code = errno;
        close(signals_);
        close(epoll_);
        sigprocmask(SIG_SETMASK, &before_, nullptr);
        throw std::system_error(code, std::generic_category(), "signalfd");
    }
    watch(signals_);
    if (cooked_) {
        watch(STDIN_FILENO);
    }
    enter();
}

Screen::~Screen() {
    leave();
    signalfd_siginfo taken{};
    while (read(signals_, &taken, sizeof taken) > 0) { // what was seen must not kill us on the way out
    }
    close(signals_);
    close(epoll_);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void Screen::watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("epoll");
    }
}

void Screen::enter() {
    if (cooked_) {
        termios raw = *cooked_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO); // ISIG stays: Ctrl-C and Ctrl-Z are signals
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    std::cout << "\033[?1049h\033[?25l" << std::flush;
    entered_ = true;
}

void Screen::leave() {
    if (!std::exchange(entered_, false)) {
        return;
    }
    std::cout.clear();
    std::cout << "\033[?25h\033[?1049l" << std::flush;
    if (cooked_) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &*cooked_);
    }
}

void Screen::suspend() {
    leave();
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    raise(SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, nullptr); // stops here until SIGCONT
    sigprocmask(SIG_BLOCK, &stop, nullptr);
    enter();
}

std::vector<Screen::Event> Screen::events() {
    std::vector<Event> out;
    readSignals(out);
    if (cooked_) {
        readKeys(out);
    }
    return out;
}

void Screen::readSignals(std::vector<Event>& out) {
    signalfd_siginfo taken{};
    while (read(signals_, &taken, sizeof taken) == static_cast<ssize_t>(sizeof taken)) {
        const int number = static_cast<int>(taken.ssi_signo);
        if (number == SIGTSTP) {
            suspend();
            out.push_back(Event::Draw);
        } else if (number == SIGWINCH || number == SIGCONT) {
            out.push_back(Event::Draw);
        } else {
            ending_ = number == SIGINT ? ending_ : number;
            out.push_back(Event::Quit);
        }
    }
}

void Screen::readKeys(std::vector<Event>& out) {
    epoll_event ready{};
    std::array<char, 256> bytes{};
    const auto got = read(STDIN_FILENO, bytes.data(), bytes.size()); // VMIN 0: does not wait
    if (got < 0 && errno != EAGAIN && errno != EINTR) {
        out.push_back(Event::Quit); // EIO: the terminal is gone
        return;
    }
    if (got == 0 && epoll_wait(epoll_, &ready, 1, 0) == 1 && ready.data.fd == STDIN_FILENO) {
        out.push_back(Event::Quit); // readable for ever, and nothing to read: hung up
        return;
    }
    std::string_view left(bytes.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    while (!left.empty()) {
        std::size_t used = 1;
        for (const auto& [key, event] : kKeys) {
            if (left.substr(0, key.size()) == key) {
                out.push_back(event);
                used = key.size();
                break;
            }
        }
        left.remove_prefix(used);
    }
}

bool Screen::draw(const std::vector<std::string>& lines) {
    std::string page = "\033[H";
    bool first = true;
    for (const auto& line : lines) {
        page += std::exchange(first, false) ? "" : "\r\n";
        page += line + "\033[K";
    }
    std::cout << page << "\033[J" << std::flush;
    return static_cast<bool>(std::cout);
}

} // namespace ppp::cli
