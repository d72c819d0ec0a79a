// SPDX-License-Identifier: LGPL-2.1-or-later
// lab_modem: a modem on a pseudo-terminal that behaves as a script says, for tests and the lab's scenarios.
#include "modem.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <getopt.h>
#include <string>
#include <sys/signalfd.h>

int main(int count, char** arguments) {
    constexpr option kOptions[] = {{"link", required_argument, nullptr, 'l'},
                                   {"script", required_argument, nullptr, 's'},
                                   {nullptr, 0, nullptr, 0}};
    std::string link, script;
    for (int letter = 0; (letter = getopt_long(count, arguments, "", kOptions, nullptr)) != -1;) {
        if (letter == 'l') {
            link = optarg;
        } else if (letter == 's') {
            script = optarg;
        }
    }
    if (link.empty() || script.empty() || optind != count) {
        std::fputs("usage: lab_modem --link PATH --script FILE\n"
                   "SIGUSR1 drops the line, SIGUSR2 is power off and on, SIGHUP reads the script again, "
                   "SIGTERM ends it.\n",
                   stderr);
        return 2;
    }
    try {
        sigset_t signals;
        sigemptyset(&signals);
        for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGHUP}) {
            sigaddset(&signals, signal);
        }
        sigprocmask(SIG_BLOCK, &signals, nullptr);
        const ppp::lab::Descriptor descriptor(signalfd(-1, &signals, SFD_CLOEXEC));
        ppp::lab::Modem modem(link, script);
        modem.run(descriptor.get());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "lab_modem: %s\n", error.what());
        return 2;
    }
}
