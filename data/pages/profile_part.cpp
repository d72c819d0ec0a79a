// SPDX-License-Identifier: LGPL-2.1-or-later
// The keys of a profile as a part of ppp-manager-profile(5).
#include "parts.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "core/profile_keys.hpp"
#include "core/text.hpp"
#include "roff.hpp"

namespace ppp::pages {

namespace {

using core::Key;
using core::KeyKind;
using core::text::cat;
using nlohmann::json;

/// The entry of a key in the schema: "/ipv4/routes/*/to" is properties, ipv4, properties, routes, items,
/// properties, to.
const json& schemaOf(const Key& key, const json& schema) {
    const json* at = &schema;
    std::istringstream steps{std::string(key.pointer.substr(1))};
    for (std::string step; std::getline(steps, step, '/');) {
        at = step == "*" ? &at->at("items") : &at->at("properties").at(step);
    }
    return *at;
}

std::string number(double value) {
    std::ostringstream out;
    out.precision(12);
    out << value;
    return out.str();
}

/// "/ipv4/routes/*/to" is written ipv4.routes[].to.
std::string shown(const Key& key) {
    std::string out(key.pointer.substr(1));
    for (std::size_t star = out.find("/*"); star != std::string::npos; star = out.find("/*")) {
        out.replace(star, 2, "[]");
    }
    std::replace(out.begin(), out.end(), '/', '.');
    return out;
}

std::string values(const Key& key) {
    const std::string range = cat(number(key.least), " to ", number(key.most));
    switch (key.kind) {
    case KeyKind::Integer:
        return cat("integer, ", range);
    case KeyKind::Number:
        return cat("number, ", range);
    case KeyKind::Time:
        return cat("time, ", range, " s");
    case KeyKind::WholeTime:
        return cat("time in whole seconds, ", range, " s");
    case KeyKind::Text: {
        const std::string expected = core::expectation(key);
        return cat(expected == "text" ? "text" : cat("text: ", expected), "; at most ", key.longest,
                   " bytes");
    }
    default:
        return core::expectation(key);
    }
}

std::string facts(const Key& key) {
    const std::string orNull = key.nullable ? ", or null" : "";
    const std::string standard = key.required           ? "required"
                                 : key.standard.empty() ? "no default"
                                                        : cat("default: ", key.standard);
    return cat(values(key), orNull, "; ", standard);
}

} // namespace

std::string keysPart(const json& schema) {
    std::string out = ".SS General\n";
    for (const Key& key : core::profileKeys()) {
        const std::string words = schemaOf(key, schema).at("description").get<std::string>();
        const std::string name = shown(key);
        if (words.empty()) {
            throw std::runtime_error(cat("the schema does not say what ", name, " means"));
        }
        if (key.kind == KeyKind::Section && name.find('.') == std::string::npos) {
            out += cat(".SS Section \"", roff(name), "\"\n", roff(words), "\n");
        } else if (key.kind == KeyKind::Section) {
            out += entry(bold(name), cat("Section. ", words));
        } else {
            out += cat(".TP\n", bold(name), "\n(", roff(facts(key)), ")\n.br\n", roff(words), "\n");
        }
    }
    return out;
}

} // namespace ppp::pages
