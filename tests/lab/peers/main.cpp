// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp_concentrator: a PPPoE access concentrator that behaves as its command line says, for the lab's
// scenarios.
#include "concentrator.hpp"
#include "digest.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <sys/signalfd.h>

int main(int count, char** arguments) {
    try {
        if (count > 1 && std::string_view(arguments[1]) == "--help") {
            std::fputs(ppp::lab::usage(), stdout);
            return 0;
        }
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGUSR1);
        sigprocmask(SIG_BLOCK, &signals, nullptr);
        const ppp::lab::Descriptor signalDescriptor(signalfd(-1, &signals, SFD_CLOEXEC));
        ppp::lab::Concentrator concentrator(ppp::lab::parseCommandLine(count, arguments));
        ppp::lab::md5({}); // or the first customer waits for the kernel to load it
        concentrator.run(signalDescriptor.get());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ppp_concentrator: %s\n", error.what());
        return 2;
    }
}
