// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-manager-hooks: runs the hooks of one folder for the daemon, which starts it outside its sandbox. The
// order comes on standard input (core/hook_order.hpp), the report goes to standard output.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <getopt.h>
#include <iostream>
#include <iterator>
#include <string>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "core/hook_order.hpp"
#include "core/notes.hpp"
#include "hooks/hook_folder.hpp"
#include "hooks/order_book.hpp"

namespace {

using namespace ppp;

struct Arguments {
    std::string state; ///< where the number of the last order is kept; empty: nowhere
    std::string root;  ///< what stands for "/"
    uid_t owner = 0;   ///< whom hooks have to belong to
};

Arguments parse(int argc, char** argv) {
    Arguments out;
    constexpr option kOptions[] = {{"state", required_argument, nullptr, 's'},
                                   {"root", required_argument, nullptr, 'r'},
                                   {"owner", required_argument, nullptr, 'o'},
                                   {nullptr, 0, nullptr, 0}};
    int letter = 0;
    while ((letter = getopt_long(argc, argv, "", kOptions, nullptr)) != -1) {
        switch (letter) {
        case 's':
            out.state = optarg;
            break;
        case 'r':
            out.root = optarg;
            break;
        case 'o':
            out.owner = static_cast<uid_t>(std::strtoul(optarg, nullptr, 10));
            break;
        default:
            std::fputs("usage: ppp-manager-hooks [--state FILE] [--root DIR] [--owner UID] < ORDER\n",
                       stderr);
            std::exit(2);
        }
    }
    return out;
}

} // namespace

int main(int argc, char** argv) try {
    const Arguments arguments = parse(argc, argv);
    std::signal(SIGPIPE, SIG_IGN); // who has asked may be gone
    umask(022);
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    const core::HookOrder order = core::hookOrderFrom(core::parseNotes(text));
    std::uint32_t ran = 0;
    hooks::OrderBook book(arguments.state, order.all);
    if (book.begin(order.number)) {
        const hooks::TrustedTree tree(arguments.root, arguments.owner);
        ran = hooks::HookFolder(tree, order, [](const core::HookFailure& failure) {
                  std::cout << core::failureLine(failure) << std::flush;
              }).run();
    }
    std::cout << core::endLine(ran) << std::flush;
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << error.what() << std::endl;
    return EXIT_FAILURE;
}
