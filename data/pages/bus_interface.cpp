// SPDX-License-Identifier: LGPL-2.1-or-later
// A reader for D-Bus introspection XML with comments, as small as our own files allow.
#include "bus_interface.hpp"

#include <map>
#include <sstream>
#include <stdexcept>

#include "core/text.hpp"

namespace ppp::pages {

namespace {

using core::text::cat;
using Attributes = std::map<std::string, std::string>;

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{}
                                           : line.substr(first, line.find_last_not_of(" \t") + 1 - first);
}

Comment parseComment(const std::string& raw) {
    Comment out;
    std::istringstream lines(raw);
    bool paragraph = false;
    for (std::string raw_line; std::getline(lines, raw_line);) {
        const std::string line(trimmed(raw_line));
        const std::size_t colon = line.find(": ");
        if (out.symbol.empty()) {
            if (!line.empty() && line.back() != ':') {
                return {}; // no comment on a member
            }
            out.symbol = line.substr(0, line.empty() ? 0 : line.size() - 1);
        } else if (out.text.empty() && line.starts_with('@') && colon != std::string::npos) {
            out.parameters.emplace_back(line.substr(1, colon - 1), line.substr(colon + 2));
        } else if (line.empty()) {
            paragraph = false;
        } else {
            out.text += cat(out.text.empty() ? "" : paragraph ? " " : "\n", line);
            paragraph = true;
        }
    }
    return out;
}

/// `name="value"` after the element's own name.
Attributes parseAttributes(std::string_view tag) {
    Attributes out;
    for (std::size_t at = tag.find('='); at != std::string_view::npos; at = tag.find('=')) {
        const std::size_t name = tag.find_last_of(" \t\n", at) + 1;
        const std::size_t open = at + 1;
        const std::size_t close = tag.find(tag[open], open + 1);
        if (close == std::string_view::npos) {
            throw std::runtime_error("an attribute without its end");
        }
        out[std::string(tag.substr(name, at - name))] = tag.substr(open + 1, close - open - 1);
        tag.remove_prefix(close + 1);
    }
    return out;
}

class Reader {
public:
    std::vector<Interface> read(std::string_view xml) {
        for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at)) {
            const bool comment = xml.substr(at).starts_with("<!--");
            const std::string_view end = comment ? "-->" : ">";
            const std::size_t close = xml.find(end, at);
            if (close == std::string_view::npos) {
                throw std::runtime_error(cat("no ", end, " after: ", xml.substr(at, 40)));
            }
            if (comment) {
                comment_ = parseComment(std::string(xml.substr(at + 4, close - at - 4)));
            } else {
                element(xml.substr(at + 1, close - at - 1));
            }
            at = close + end.size();
        }
        return std::move(out_);
    }

private:
    void element(std::string_view tag) {
        if (tag.starts_with('/') || tag.starts_with('!') || tag.starts_with('?')) {
            return;
        }
        const std::string name(tag.substr(0, tag.find_first_of(" \t\n/")));
        Attributes attributes = parseAttributes(tag);
        if (name == "interface") {
            out_.push_back({attributes["name"], std::exchange(comment_, {}), {}});
        } else if (name == "method") {
            begin(Member::Kind::Method, attributes);
        } else if (name == "signal") {
            begin(Member::Kind::Signal, attributes);
        } else if (name == "property") {
            begin(Member::Kind::Property, attributes);
        } else if (name == "arg") {
            Member& member = out_.back().members.back();
            const bool in = member.kind == Member::Kind::Method && attributes["direction"] != "out";
            member.arguments.push_back({attributes["name"], attributes["type"], in});
        } else if (name != "node" && name != "annotation") {
            throw std::runtime_error(cat("an element <", name, "> is unknown here"));
        }
    }

    void begin(Member::Kind kind, Attributes& attributes) {
        out_.back().members.push_back(
            {kind, attributes["name"], attributes["type"], {}, std::exchange(comment_, {})});
    }

    std::vector<Interface> out_;
    Comment comment_;
};

std::string listed(const Member& member, bool in) {
    std::string out;
    for (const Argument& argument : member.arguments) {
        if (argument.in == in) {
            out += cat(out.empty() ? "" : ", ", argument.type, " ", argument.name);
        }
    }
    return out;
}

} // namespace

std::vector<Interface> readInterfaces(std::string_view xml) {
    return Reader().read(xml);
}

std::string signature(const Member& member) {
    if (member.kind == Member::Kind::Property) {
        return member.type;
    }
    if (member.kind == Member::Kind::Signal) {
        return cat("(", listed(member, false), ")");
    }
    const std::string results = listed(member, false);
    return cat("(", listed(member, true), ")", results.empty() ? "" : " → ", results);
}

} // namespace ppp::pages
