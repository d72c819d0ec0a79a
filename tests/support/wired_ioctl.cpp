// SPDX-License-Identifier: LGPL-2.1-or-later
// Modem wires for a pseudo terminal, which has none: a test says by the terminal's height whether there is a
// carrier. Linked in with --wrap=ioctl.
#include <cstdarg>

#include <sys/ioctl.h>

extern "C" {
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...); // NOLINT

int __wrap_ioctl(int fd, unsigned long request, ...) { // NOLINT
    va_list rest;
    va_start(rest, request);
    void* argument = va_arg(rest, void*);
    va_end(rest);
    if (request == TIOCMGET) {
        winsize size{};
        const int result = __real_ioctl(fd, TIOCGWINSZ, &size);
        *static_cast<int*>(argument) = size.ws_row != 0 ? TIOCM_CAR : 0;
        return result;
    }
    return request == TIOCMBIS || request == TIOCMBIC ? 0 : __real_ioctl(fd, request, argument);
}
}
