// SPDX-License-Identifier: LGPL-2.1-or-later
// rude_lns ADDRESS SECRET-FILE SEED LOCAL POOL: a hostile tunnel server at UDP port 1701 of that address. The
// file has user name and password, a line each; LOCAL and POOL are the addresses that it gives itself and the
// customer.
#include "descriptor.hpp"
#include "rude_lns.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>

namespace {

using namespace ppp::lab;

std::uint32_t address(const char* text) {
    in_addr out{};
    if (inet_pton(AF_INET, text, &out) != 1) {
        throw std::invalid_argument(std::string("no address: ") + text);
    }
    return ntohl(out.s_addr);
}

[[noreturn]] void failed(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

Script scriptOf(char** arguments) {
    Script script;
    script.concentrators.push_back({"lns", {}, Milliseconds(0)});
    std::ifstream file(arguments[2]);
    if (!std::getline(file, script.user) || !std::getline(file, script.password)) {
        throw std::invalid_argument("no user name and password");
    }
    script.local = address(arguments[4]);
    script.pool = address(arguments[5]);
    script.dns = {script.local};
    script.restart = Milliseconds(1000);
    return script;
}

void run(char** arguments) {
    const Descriptor server(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(1701);
    here.sin_addr.s_addr = htonl(address(arguments[1]));
    if (server.get() < 0 || bind(server.get(), reinterpret_cast<const sockaddr*>(&here), sizeof(here)) != 0) {
        failed("socket");
    }
    sockaddr_in customer{};
    RudeLns lns(
        scriptOf(arguments), static_cast<std::uint32_t>(std::stoul(arguments[3])),
        [&](const Bytes& datagram) {
            sendto(server.get(), datagram.data(), datagram.size(), 0,
                   reinterpret_cast<const sockaddr*>(&customer), sizeof(customer));
        },
        [](const std::string& line) { std::puts(line.c_str()); });
    std::array<std::uint8_t, 65536> buffer{};
    while (true) {
        int wait = -1;
        if (const auto next = lns.deadline()) {
            const auto left = std::chrono::ceil<Milliseconds>(*next - Clock::now()).count();
            wait = static_cast<int>(std::max<std::int64_t>(left, 0));
        }
        pollfd polled{server.get(), POLLIN, 0};
        if (poll(&polled, 1, wait) < 0 && errno != EINTR) {
            failed("poll");
        }
        if ((polled.revents & POLLIN) != 0) {
            socklen_t length = sizeof(customer);
            const ssize_t size = recvfrom(server.get(), buffer.data(), buffer.size(), 0,
                                          reinterpret_cast<sockaddr*>(&customer), &length);
            lns.receive(View(buffer).first(static_cast<std::size_t>(std::max<ssize_t>(size, 0))),
                        Clock::now());
        }
        lns.tick(Clock::now());
        std::fflush(stdout);
    }
}

} // namespace

int main(int count, char** arguments) {
    try {
        if (count != 6) {
            throw std::invalid_argument("ADDRESS SECRET-FILE SEED LOCAL POOL");
        }
        run(arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rude_lns: %s\n", error.what());
        return 2;
    }
}
