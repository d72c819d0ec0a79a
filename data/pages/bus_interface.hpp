// SPDX-License-Identifier: LGPL-2.1-or-later
// What the XML in dbus/ declares, and what its comments say of it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ppp::pages {

/// A comment: "Symbol:", lines "@name: text", an empty line, the text; as gdbus-codegen(1) has it.
struct Comment {
    std::string symbol;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string text; ///< one line a paragraph
};

struct Argument {
    std::string name, type;
    bool in = true; ///< of a signal: out
};

struct Member {
    enum class Kind { Method, Signal, Property };
    Kind kind = Kind::Method;
    std::string name;
    std::string type; ///< of a property
    std::vector<Argument> arguments;
    Comment comment; ///< the last one before it; empty where another element stands between
};

struct Interface {
    std::string name;
    Comment comment;
    std::vector<Member> members;
};

/// The interfaces of one file. For our own well-formed files (tests/lint/markup): no entities, no CDATA.
/// Throws std::runtime_error for an element that is not of D-Bus introspection.
std::vector<Interface> readInterfaces(std::string_view xml);

/// "(s name, u max) → o connection" of a method, "(s name)" of a signal, "s" of a property.
std::string signature(const Member& member);

} // namespace ppp::pages
