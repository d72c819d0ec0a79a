// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of formats that pppctl import knows.
#include "cli/import/import.hpp"

namespace ppp::cli::import {

const std::vector<Format>& formats() {
    static const std::vector<Format> table{
        {"peers", "pppd options, /etc/ppp/peers/NAME", looksLikePeers, readPeers},
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

} // namespace ppp::cli::import
