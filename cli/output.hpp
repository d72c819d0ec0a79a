// SPDX-License-Identifier: LGPL-2.1-or-later
// Where words go: results to standard output, faults to standard error, JSON where it was asked for. All text
// that came from outside passes through here before it reaches a terminal.
#pragma once

#include <iostream>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/failure.hpp"
#include "cli/terminal.hpp"

namespace ppp::cli {

enum class JsonStyle { None, Line, Pretty };

/// One line of foreign text, made harmless (core::text::harmless) and bounded.
std::string clean(std::string_view foreign);
/// Many lines, such as a profile: line ends, tabs and blanks stay, other control characters become '?'.
std::string cleanLines(std::string_view foreign);

class Output {
public:
    explicit Output(JsonStyle json) : json_(json), colours_(wantsColours()) {}

    bool wantsJson() const { return json_ != JsonStyle::None; }
    bool colours() const { return colours_; }
    std::string paint(std::string_view text, Colour colour) const {
        return cli::paint(text, colour, colours_);
    }

    /// A line on standard output, flushed.
    void line(std::string_view text) const;
    void json(const nlohmann::json& value) const;
    /// A line on standard error.
    void complain(std::string_view text) const;
    /// "PREFIX: text" for every line of the failure, then its hint.
    void complain(std::string_view prefix, const Failure& failure) const;

private:
    JsonStyle json_;
    bool colours_;
    std::ostream& out_ = std::cout;
    std::ostream& err_ = std::cerr;
};

} // namespace ppp::cli
