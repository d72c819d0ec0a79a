// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of formats that pppctl import knows.
#include "cli/import/import.hpp"

namespace ppp::cli::importing {

const std::vector<Format>& formats() {
    static const std::vector<Format> table{
        {"peers", "pppd options, /etc/ppp/peers/NAME", looksLikePeers, readPeers},
        {"rp-pppoe", "rp-pppoe, /etc/ppp/pppoe.conf", looksLikeRpPppoe, readRpPppoe},
        {"ifcfg", "Red Hat, /etc/sysconfig/network-scripts/ifcfg-ppp0", looksLikeIfcfg, readIfcfg},
        {"networkmanager", "NetworkManager, *.nmconnection: pppoe, gsm, L2TP", looksLikeNetworkManager,
         readNetworkManager},
        {"xl2tpd", "xl2tpd.conf, each [lac NAME]", looksLikeXl2tpd, readXl2tpd},
        {"wvdial", "wvdial.conf, each [Dialer NAME] with a number", looksLikeWvdial, readWvdial},
        {"netctl", "netctl, /etc/netctl/NAME: pppoe, mobile_ppp", looksLikeNetctl, readNetctl},
    };
    return table;
}

const Format* findFormat(std::string_view name) {
    for (const Format& format : formats()) {
        if (format.name == name) {
            return &format;
        }
    }
    return nullptr;
}

const Format* detectFormat(std::string_view path, std::string_view text) {
    const Format* best = nullptr;
    Likeness likeness = Likeness::No;
    for (const Format& format : formats()) {
        if (const Likeness its = format.detect(path, text); its > likeness) {
            best = &format;
            likeness = its;
        }
    }
    return best;
}

} // namespace ppp::cli::importing
