// SPDX-License-Identifier: LGPL-2.1-or-later
// The parts of the documentation that are made from the program's own tables, so that they cannot fall
// behind.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "bus_interface.hpp"

namespace ppp::pages {

/// man(7): methods, properties and signals of an interface, with their signatures.
std::string interfacePart(const Interface& interface);
/// man(7): every key of a profile; `schema` has the words, core's table all the rest. Throws where a key has
/// no words.
std::string keysPart(const nlohmann::json& schema);
/// man(7): every option of pppd and where a profile has it.
std::string pppdOptionsPart();
/// man(7): every reason of a failure: what it means, what helps, what follows.
std::string reasonsPart();
/// journalctl's catalog: an entry for each reason of a failure.
std::string catalogPart();

/// data/doc/pppd-options.md: the same as pppdOptionsPart(), as a page of its own.
std::string pppdOptionsMarkdown();

/// A template with each line "@WORD@" or "@WORD ARGUMENT@" exchanged for the part that it names; sources: the
/// folder with data/ and dbus/. Throws std::runtime_error for a word that is unknown, and for a file that
/// cannot be read.
std::string filled(const std::string& pageTemplate, const std::string& sources);

/// The whole file. Throws std::runtime_error.
std::string readFile(const std::string& path);

} // namespace ppp::pages
