// SPDX-License-Identifier: LGPL-2.1-or-later
// Where words go: results to standard output, faults to standard error, JSON where it was asked for. All text
// that came from outside passes through here before it reaches a terminal.
#pragma once

#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/answer.hpp"
#include "cli/failure.hpp"
#include "cli/look.hpp"
#include "cli/terminal.hpp"

namespace ppp::cli {

enum class JsonStyle { None, Line, Pretty };

/// One line of foreign text, made harmless (core::text::harmless) and bounded.
std::string clean(std::string_view foreign);
/// Many lines, such as a profile: line ends, tabs and blanks stay, other control characters become '?'.
std::string cleanLines(std::string_view foreign);

/// Where JSON is asked for, standard output has nothing else: words for it go into the answer instead, and
/// conclude() prints that of a verb that had no JSON of its own, or failed.
class Output {
public:
    explicit Output(JsonStyle json)
        : json_(json), look_(standardLook()), answer_(std::make_unique<Answer>()) {}

    /// Standard output takes no more: a full disk, or nobody reads and SIGPIPE is ignored, as in a service.
    bool broken() const { return out_.fail(); }
    bool wantsJson() const { return json_ != JsonStyle::None; }
    bool colours() const { return look_.colours && !wantsJson(); }
    const Look& look() const { return look_; }
    std::string paint(std::string_view text, Colour colour) const {
        return cli::paint(text, colour, colours());
    }

    /// A line on standard output, flushed.
    void line(std::string_view text) const;
    /// A line on standard output whatever the locale: the bytes of a file.
    void raw(std::string_view text) const;
    /// The JSON of a verb that looks.
    void json(const nlohmann::json& value) const;
    /// Help and version, which are no JSON ever, were on standard output: there is no answer beside them.
    void saidOtherwise() const { answer_->printed = true; }
    /// What became of one connection, for the answer: see resultOf().
    void tell(nlohmann::json result) const;
    /// The failure of the verb as a whole: on standard error, and in the answer.
    void refuse(const Failure& failure) const;
    /// At the end, once. verb: empty where it is not known.
    void conclude(std::string_view verb, ExitCode code) const;
    /// What the process ends with, and a line on standard error where its output was cut off: that is no
    /// success, whatever the verb made of it.
    ExitCode ending(std::string_view program, ExitCode code) const;
    /// A line on standard error.
    void complain(std::string_view text) const;
    /// "PREFIX: text" for every line of the failure, then its hint.
    void complain(std::string_view prefix, const Failure& failure) const;

private:
    void print(const nlohmann::json& value) const;
    void say(std::string_view prefix, const Failure& failure, bool gather) const;
    void sayLine(std::string_view text, bool gather) const;

    JsonStyle json_;
    Look look_;
    std::unique_ptr<Answer> answer_; ///< grows while the rest stays as it is
    std::ostream& out_ = std::cout;
    std::ostream& err_ = std::cerr;
};

} // namespace ppp::cli
