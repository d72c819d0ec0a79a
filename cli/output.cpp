// SPDX-License-Identifier: LGPL-2.1-or-later
// Lines to the two standard streams.
#include "cli/output.hpp"

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
    out_ << text << '\n' << std::flush;
}

void Output::json(const nlohmann::json& value) const {
    const int indent = json_ == JsonStyle::Pretty ? 2 : -1;
    // Pure ASCII: what a peer wrote can neither move the cursor nor turn the direction of the text.
    line(value.dump(indent, ' ', true, nlohmann::json::error_handler_t::replace));
}

void Output::complain(std::string_view text) const {
    out_ << std::flush;
    err_ << text << '\n' << std::flush;
}

void Output::complain(std::string_view prefix, const Failure& local) const {
    const Failure failure = saidFromHere(local);
    const std::string where = failure.code() == ExitCode::Usage ? std::string{} : clean(whereWeAre());
    const std::string who = std::string(prefix) + (where.empty() ? "" : " at " + where);
    std::string_view rest = failure.what();
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        const std::string fault = clean(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (!fault.empty()) {
            complain(who + ": " + fault);
        }
    }
    if (!failure.hint().empty()) {
        complain("  " + clean(failure.hint()));
    }
}

} // namespace ppp::cli
