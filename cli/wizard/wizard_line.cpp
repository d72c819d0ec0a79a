// SPDX-License-Identifier: LGPL-2.1-or-later
// Which line it shall be: one of those found, or one that the person names.
#include <charconv>

#include "cli/format.hpp"
#include "cli/remote.hpp"
#include "cli/table.hpp"
#include "cli/wizard/wizard.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr unsigned kLastVlan = 4094; // IEEE 802.1Q, table 9-2

std::string names(const std::vector<EthernetPort>& ports) {
    std::vector<std::string> out;
    for (const auto& port : ports) {
        out.push_back(clean(port.name));
    }
    return join(out);
}

void inferType(ProfileFlags& flags) {
    if (flags.type.empty()) {
        flags.type = !flags.interface.empty() ? "pppoe"
                     : !flags.device.empty()  ? "serial"
                     : !flags.server.empty()  ? "l2tp"
                                              : "";
    }
}

bool hasPlace(const ProfileFlags& flags) {
    return flags.type == "pppoe"    ? !flags.interface.empty()
           : flags.type == "serial" ? !flags.device.empty()
                                    : flags.type == "l2tp" && !flags.server.empty();
}

/// Lines of the table, indented; the first column of each row is its key.
void show(const Output& output, const std::vector<std::vector<Cell>>& rows) {
    const std::size_t width = terminalWidth();
    for (const auto& line : layOut(rows, width > 2 ? width - 2 : width, output.colours())) {
        output.line("  " + line);
    }
}

} // namespace

void Wizard::askLine() {
    byHand_ = false;
    inferType(flags_);
    if (hasPlace(flags_)) {
        return;
    }
    if (flags_.type == "l2tp") {
        flags_.server = dialog_->ask("L2TP server, a name or an address", {});
        return;
    }
    while (true) {
        const bool here = whereWeAre().empty(); // of another machine the interfaces are not known
        SearchOrder order{here && flags_.type != "serial", flags_.type != "pppoe",
                          here ? ethernetPorts() : std::vector<EthernetPort>{}};
        if (!order.ethernet && !order.serial) {
            askByHand(order.ports);
            return;
        }
        std::vector<std::string> where;
        if (order.ethernet && !order.ports.empty()) {
            where.push_back("PPPoE on " + names(order.ports));
        }
        if (order.serial) {
            where.emplace_back("modems on the ttys");
        }
        output_.line("Looking for lines, some seconds: " + join(where, " and ") + " …");
        Found found = search(*client_, order, dialog_->interruptFd());
        if (!here && flags_.type != "serial") {
            found.blanks.push_back(
                {"PPPoE", "not looked for on another machine: name its interface by hand"});
        }
        showFound(found);
        if (!found.lines.empty() && pick(found)) {
            return;
        }
        if (found.lines.empty() &&
            dialog_->choose("What now?", {{"h", "enter a line by hand"}, {"a", "look again"}}, "h") == "a") {
            continue;
        }
        askByHand(order.ports);
        return;
    }
}

void Wizard::showFound(const Found& found) const {
    std::vector<std::vector<Cell>> rows;
    for (const auto& line : found.lines) {
        rows.push_back({{std::to_string(rows.size() + 1), Colour::Bold}, {clean(line.place)}, {line.what}});
    }
    std::vector<std::vector<Cell>> blanks;
    for (const auto& blank : found.blanks) {
        blanks.push_back({{clean(blank.place), Colour::Dim}, {blank.why, Colour::Dim}});
    }
    output_.line("");
    output_.line(rows.empty() ? "No line was found." : "Lines found:");
    show(output_, rows);
    if (!blanks.empty()) {
        output_.line(rows.empty() ? "This is what was looked at:" : "Nothing here:");
        show(output_, blanks);
    }
    output_.line("");
}

/// False where the person wants none of them.
bool Wizard::pick(const Found& found) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < found.lines.size(); ++i) {
        keys.push_back(std::to_string(i + 1));
    }
    keys.emplace_back("h");
    const std::string key = dialog_->askKey("Which line? (h: another one, by hand)", keys, "1");
    if (key == "h") {
        return false;
    }
    const Line& line = found.lines[std::stoul(key) - 1];
    flags_.type = line.type;
    (line.type == "serial" ? flags_.device : flags_.interface) = line.place;
    if (!line.concentrator.empty() || !line.concentratorMac.empty()) {
        flags_.accessConcentrator = line.concentrator;
        flags_.accessConcentratorMac = line.concentratorMac;
    }
    return true;
}

void Wizard::askByHand(const std::vector<EthernetPort>& ports) {
    byHand_ = true;
    if (flags_.type.empty()) {
        const std::string kind = dialog_->choose("What kind of line?",
                                                 {{"1", "PPPoE, over Ethernet: DSL, fibre"},
                                                  {"2", "a modem or a serial cable"},
                                                  {"3", "an L2TP tunnel"}},
                                                 "1");
        flags_.type = kind == "1" ? "pppoe" : kind == "2" ? "serial" : "l2tp";
    }
    if (flags_.type == "serial") {
        flags_.device = dialog_->ask("Device of the modem or cable, such as /dev/ttyUSB0", {});
    } else if (flags_.type == "l2tp") {
        flags_.server = dialog_->ask("L2TP server, a name or an address", {});
    } else {
        flags_.interface =
            dialog_->ask("Ethernet interface", ports.size() == 1 ? ports.front().name : std::string());
        while (!flags_.vlan) {
            const std::string said =
                dialog_->ask("VLAN id that the provider wants (none: no VLAN)", {}, true);
            unsigned id = 0;
            const auto [end, error] = std::from_chars(said.data(), said.data() + said.size(), id);
            if (said.empty()) {
                return;
            }
            if (error == std::errc() && end == said.data() + said.size() && id >= 1 && id <= kLastVlan) {
                flags_.vlan = id;
            } else {
                output_.line(core::text::cat("  It is a number from 1 to ", kLastVlan, "."));
            }
        }
    }
}

} // namespace ppp::cli
