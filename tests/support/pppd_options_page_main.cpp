// SPDX-License-Identifier: LGPL-2.1-or-later
// Prints data/doc/pppd-options.md.
#include <iostream>

#include "support/pppd_options_page.hpp"

int main() {
    std::cout << ppp::test::pppdOptionsPage();
    return 0;
}
