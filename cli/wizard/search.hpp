// SPDX-License-Identifier: LGPL-2.1-or-later
// The lines of this machine: Ethernet interfaces on which an access concentrator answers, ttys on which a
// modem does, and of all others why they are none.
#pragma once

#include <string>
#include <vector>

#include "cli/client.hpp"

namespace ppp::cli {

/// An Ethernet interface of the machine (netdevice(7)).
struct EthernetPort {
    std::string name;
    bool up = false;      ///< IFF_UP
    bool carrier = false; ///< IFF_LOWER_UP
};
/// In the kernel's order, without those of wireless networks. Empty where the kernel does not say.
std::vector<EthernetPort> ethernetPorts();

struct Line {
    std::string type;            ///< pppoe or serial
    std::string place;           ///< the interface, or the device
    std::string what;            ///< who answers, for a person
    std::string concentrator;    ///< its name, where only this one is meant
    std::string concentratorMac; ///< its address, where it has no name of its own
};

/// Where nothing was found, and why.
struct Blank {
    std::string place;
    std::string why;
};

struct Found {
    std::vector<Line> lines;
    std::vector<Blank> blanks;
};

/// What the concentrators that answered on an interface make: one line; where there are several, a line for
/// all of them and then one each.
std::vector<Line> linesOf(const std::string& interface, const std::vector<Dictionary>& concentrators);
/// One tty of DiscoverSerial: a line or a blank of `found`.
void sortTty(const Dictionary& tty, Found& found);

struct SearchOrder {
    bool ethernet = true;
    bool serial = true;
    std::vector<EthernetPort> ports; ///< where to look for concentrators
};

/// Looks everywhere at once; takes 4 s, with very many interfaces a multiple of it. Throws Interrupted when
/// interruptFd becomes readable, sdbus::Error where the daemon cannot be reached or does not let us.
Found search(Client& client, const SearchOrder& order, int interruptFd);

} // namespace ppp::cli
