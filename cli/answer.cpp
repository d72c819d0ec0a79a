// SPDX-License-Identifier: LGPL-2.1-or-later
// The keys of the answer; they are stable.
#include "cli/answer.hpp"

#include "cli/client.hpp"
#include "cli/json.hpp"
#include "core/reason.hpp"

namespace ppp::cli {

std::string_view kindOf(ExitCode code) {
    switch (code) {
    case ExitCode::Done:
        return "done";
    case ExitCode::Failed:
        return "failed";
    case ExitCode::Usage:
        return "usage";
    case ExitCode::NoSuchConnection:
        return "no-such-connection";
    case ExitCode::NotAuthorized:
        return "not-authorized";
    case ExitCode::LinkFailed:
        return "link-failed";
    case ExitCode::TimedOut:
        return "timed-out";
    case ExitCode::Unreachable:
        return "unreachable";
    case ExitCode::Interrupted:
        return "interrupted";
    }
    return "failed";
}

nlohmann::json toJson(const Failure& failure) {
    std::string reason;
    std::string text = failure.what();
    const auto colon = text.find(": ");
    const std::string word = text.substr(0, colon);
    if (failure.code() == ExitCode::LinkFailed && !word.empty() && core::reasonFromWire(word)) {
        reason = word;
        text = colon == std::string::npos ? "" : text.substr(colon + 2);
    }
    return {{"exit-code", static_cast<int>(failure.code())},
            {"kind", kindOf(failure.code())},
            {"reason", reason},
            {"text", text},
            {"hint", failure.hint()}};
}

nlohmann::json resultOf(const std::string& name, std::string_view outcome, const Snapshot* link,
                        const Failure* failure) {
    return {{"name", name},
            {"outcome", outcome},
            {"error", failure != nullptr ? toJson(*failure) : nlohmann::json()},
            {"connection", link != nullptr ? toJson(link->properties) : nlohmann::json()}};
}

nlohmann::json Answer::whole(std::string_view verb, ExitCode code) const {
    return {{"verb", verb.empty() ? nlohmann::json() : nlohmann::json(verb)},
            {"exit-code", static_cast<int>(code)},
            {"connections", connections},
            {"messages", messages},
            {"complaints", complaints},
            {"error", error}};
}

} // namespace ppp::cli
