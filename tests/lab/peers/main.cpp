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
#include <system_error>

namespace {

// Or the first customer waits until the kernel has loaded it; one that has none is good for PAP.
void loadDigest() try { ppp::lab::md5({}); } catch (const std::system_error&) {
}

} // namespace

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
        loadDigest();
        concentrator.run(signalDescriptor.get());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ppp_concentrator: %s\n", error.what());
        return 2;
    }
}
