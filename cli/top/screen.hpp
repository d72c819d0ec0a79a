// SPDX-License-Identifier: LGPL-2.1-or-later
// The whole terminal for a page that is drawn again and again; given back as it was, however the program
// ends, but for SIGKILL.
#pragma once

#include <csignal>
#include <termios.h>

#include <optional>
#include <string>
#include <vector>

namespace ppp::cli {

class Screen {
public:
    enum class Event { Quit, Up, Down, PageUp, PageDown, Home, Draw };

    /// Takes the terminal of standard output: alternate screen, no cursor (xterm, "ctlseqs"). Where standard
    /// input is a terminal, too, its keys come one by one and without echo. Throws std::system_error.
    Screen();
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    /// Readable when there is something for events().
    int fd() const { return epoll_; }
    /// What keys and signals ask for. Ctrl-Z gives the terminal back and stops the process in here; it goes
    /// on with Draw.
    std::vector<Event> events();
    /// SIGTERM, SIGHUP or SIGQUIT came: to be raised again once the terminal is given back. 0: none.
    int endingSignal() const { return ending_; }
    /// Draws the lines from the top; what else was there goes. False: nobody can see it any more.
    bool draw(const std::vector<std::string>& lines);

private:
    void watch(int fd) const;
    void enter();
    void leave();
    void suspend();
    void readSignals(std::vector<Event>& out);
    void readKeys(std::vector<Event>& out);

    sigset_t before_{};
    std::optional<termios> cooked_; ///< of standard input, where it is a terminal
    int signals_ = -1;
    int epoll_ = -1;
    int ending_ = 0;
    bool entered_ = false;
};

} // namespace ppp::cli
