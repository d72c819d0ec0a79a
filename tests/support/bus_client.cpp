// SPDX-License-Identifier: LGPL-2.1-or-later
// A client of the bus and nothing more: bus_client [UID]. Prints its unique name, leaves when its input ends.
#include <cstdio>
#include <cstdlib>
#include <string>

#include <unistd.h>

#include "dbus/sdbus_compat.hpp"

int main(int argc, char** argv) {
    if (argc > 1) {
        const auto uid = static_cast<uid_t>(std::stoul(argv[1]));
        if (setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0) {
            std::perror("bus_client");
            return EXIT_FAILURE;
        }
    }
    const auto bus = sdbus::createSystemBusConnection();
    std::printf("%s\n", std::string(bus->getUniqueName()).c_str());
    std::fflush(stdout);
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return EXIT_SUCCESS;
}
