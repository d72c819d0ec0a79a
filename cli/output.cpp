// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines to the two standard streams.
#include "cli/output.hpp"

#include <algorithm>
#include <utility>

#include "cli/remote.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr std::size_t kLineLimit = 4096; // bytes

} // namespace

std::string clean(std::string_view foreign) {
    return core::text::harmless(foreign, kLineLimit);
}

std::string cleanLines(std::string_view foreign) {
    std::string out;
    for (std::size_t i = 0; i < foreign.size(); ++i) {
        const auto byte = static_cast<unsigned char>(foreign[i]);
        const bool control = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7f;
        const bool c1 =
            byte == 0xc2 && i + 1 < foreign.size() && static_cast<unsigned char>(foreign[i + 1]) < 0xa0;
        if (control || c1) {
            out += '?';
            i += c1 ? 1 : 0;
        } else {
            out += foreign[i];
        }
    }
    return out;
}

void Output::line(std::string_view text) const {
    if (wantsJson()) {
        answer_->messages.push_back(text);
        return;
    }
    raw(shown(text, look_));
}

void Output::raw(std::string_view text) const {
    out_ << text << '\n' << std::flush;
}

void Output::print(const nlohmann::json& value) const {
    const int indent = json_ == JsonStyle::Pretty ? 2 : -1;
    // Pure ASCII: what a peer wrote can neither move the cursor nor turn the direction of the text.
    raw(value.dump(indent, ' ', true, nlohmann::json::error_handler_t::replace));
}

void Output::json(const nlohmann::json& value) const {
    answer_->printed = true;
    print(value);
}

void Output::tell(nlohmann::json result) const {
    answer_->connections.push_back(std::move(result));
}

void Output::refuse(const Failure& failure) const {
    answer_->error = toJson(failure);
    say("pppctl", failure, false);
}

void Output::conclude(std::string_view verb, ExitCode code) const {
    if (wantsJson() && (!answer_->printed || !answer_->error.is_null())) {
        print(answer_->whole(verb, code));
    }
}

ExitCode Output::ending(std::string_view program, ExitCode code) const {
    out_ << std::flush;
    if (!broken()) {
        return code;
    }
    complain(program, Failure(ExitCode::Failed, "standard output cannot be written to"));
    return worse(code, ExitCode::Failed);
}

void Output::complain(std::string_view text) const {
    sayLine(text, true);
}

void Output::complain(std::string_view prefix, const Failure& failure) const {
    say(prefix, failure, true);
}

void Output::sayLine(std::string_view text, bool gather) const {
    out_ << std::flush;
    err_ << shown(text, look_) << '\n' << std::flush;
    if (gather && wantsJson()) {
        answer_->complaints.push_back(text.substr(std::min(text.find_first_not_of(' '), text.size())));
    }
}

void Output::say(std::string_view prefix, const Failure& local, bool gather) const {
    const Failure failure = saidFromHere(local);
    const std::string where = failure.code() == ExitCode::Usage ? std::string{} : clean(whereWeAre());
    const std::string who = std::string(prefix) + (where.empty() ? "" : " at " + where);
    std::string_view rest = failure.what();
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const std::string fault = clean(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (!fault.empty()) {
            sayLine(who + ": " + fault, gather);
        }
    }
    if (!failure.hint().empty()) {
        sayLine("  " + clean(failure.hint()), gather);
    }
}

} // namespace ppp::cli
