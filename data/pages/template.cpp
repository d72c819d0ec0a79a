// SPDX-License-Identifier: LGPL-2.1-or-later
// Templates of pages, and the parts that they name.
#include "parts.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/text.hpp"

namespace ppp::pages {

namespace {

using core::text::cat;

std::string interfacePartOf(const std::string& name, const std::string& sources) {
    for (const Interface& interface : readInterfaces(readFile(cat(sources, "/dbus/", name, ".xml")))) {
        if (interface.name == name) {
            return interfacePart(interface);
        }
    }
    throw std::runtime_error(cat("there is no interface ", name));
}

std::string part(const std::string& word, const std::string& argument, const std::string& sources) {
    if (word == "INTERFACE") {
        return interfacePartOf(argument, sources);
    }
    if (word == "KEYS") {
        return keysPart(nlohmann::json::parse(readFile(sources + "/data/ppp-manager-profile.schema.json")));
    }
    if (word == "PPPD-OPTIONS") {
        return pppdOptionsPart();
    }
    if (word == "REASONS") {
        return reasonsPart();
    }
    if (word == "CATALOG") {
        return catalogPart();
    }
    throw std::runtime_error(cat("a template names an unknown part: ", word));
}

} // namespace

std::string readFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    if (!file || !(out << file.rdbuf())) {
        throw std::runtime_error(cat("cannot read ", path));
    }
    return out.str();
}

std::string filled(const std::string& pageTemplate, const std::string& sources) {
    std::string out;
    std::istringstream lines(pageTemplate);
    for (std::string line; std::getline(lines, line);) {
        if (line.size() > 2 && line.front() == '@' && line.back() == '@') {
            const std::string inner = line.substr(1, line.size() - 2);
            const std::size_t blank = inner.find(' ');
            out += part(inner.substr(0, blank), blank == std::string::npos ? "" : inner.substr(blank + 1),
                        sources);
        } else {
            out += line + "\n";
        }
    }
    return out;
}

} // namespace ppp::pages
