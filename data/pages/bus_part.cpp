// SPDX-License-Identifier: LGPL-2.1-or-later
// An interface of the bus as a part of org.ppp.Manager(5).
#include "parts.hpp"

#include <sstream>

#include "core/text.hpp"
#include "roff.hpp"

namespace ppp::pages {

namespace {

using core::text::cat;

/// A line a paragraph, with the macro between that keeps them where they are.
std::string paragraphs(const std::string& text, std::string_view between) {
    std::string out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        out += cat(out.empty() ? "" : between, roff(line), "\n");
    }
    return out;
}

std::string memberPart(const Member& member) {
    std::string out = cat(".TP\n", bold(member.name), " ", roff(signature(member)), "\n",
                          paragraphs(member.comment.text, ".IP\n"));
    std::string arguments;
    for (const auto& [name, text] : member.comment.parameters) {
        arguments += entry(italic(name), text);
    }
    return arguments.empty() ? out : out + indented(arguments);
}

} // namespace

std::string interfacePart(const Interface& interface) {
    std::string out = paragraphs(interface.comment.text, ".PP\n");
    const std::pair<Member::Kind, const char*> kinds[] = {{Member::Kind::Method, "Methods"},
                                                          {Member::Kind::Property, "Properties"},
                                                          {Member::Kind::Signal, "Signals"}};
    for (const auto& [kind, heading] : kinds) {
        std::string members;
        for (const Member& member : interface.members) {
            members += member.kind == kind ? memberPart(member) : "";
        }
        out += members.empty() ? "" : cat(".SS ", heading, "\n", members);
    }
    return out;
}

} // namespace ppp::pages
