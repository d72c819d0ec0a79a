// SPDX-License-Identifier: LGPL-2.1-or-later
// make_page SOURCES TEMPLATE OUTPUT: fills a template, at build time. make_page --pppd-options: prints
// data/doc/pppd-options.md.
#include <exception>
#include <fstream>
#include <iostream>
#include <string_view>

#include "parts.hpp"

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--pppd-options") {
        std::cout << ppp::pages::pppdOptionsMarkdown();
        return 0;
    }
    if (argc != 4) {
        std::cerr << "usage: make_page SOURCES TEMPLATE OUTPUT | --pppd-options\n";
        return 2;
    }
    try {
        const std::string page = ppp::pages::filled(ppp::pages::readFile(argv[2]), argv[1]);
        std::ofstream out(argv[3], std::ios::binary | std::ios::trunc);
        out << page;
        out.close();
        if (!out) {
            std::cerr << "make_page: cannot write " << argv[3] << '\n';
            return 1;
        }
    } catch (const std::exception& error) {
        std::cerr << "make_page: " << argv[2] << ": " << error.what() << '\n';
        return 1;
    }
    return 0;
}
