// SPDX-License-Identifier: LGPL-2.1-or-later
// Counting and asking.
#include "service/gate.hpp"

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::service {

std::unique_ptr<CallCounter::Place> CallCounter::enter(const std::string& sender) {
    std::size_t& count = pending_[sender];
    if (count >= core::limits::kPendingCallsPerSender) {
        throw core::Error(core::ErrorCode::LimitExceeded,
                          core::text::cat("you have ", count, " calls pending already"));
    }
    ++count;
    return std::make_unique<Place>(*this, sender);
}

void CallCounter::leave(const std::string& sender) {
    const auto found = pending_.find(sender);
    if (found != pending_.end() && --found->second == 0) {
        pending_.erase(found);
    }
}

void Gate::ask(const std::string& sender, const char* action, const std::string& connection, bool interactive,
               std::function<void(const core::Error* refusal)> then) {
    std::map<std::string, std::string> details;
    if (!connection.empty()) {
        details["connection"] = connection;
    }
    const std::uint64_t id = ++lastQuestion_;
    questions_[id] =
        authority_.check(sender, action, details, interactive,
                         [this, id, action, then = std::move(then)](core::Authority::Decision decision,
                                                                    const std::string& why) {
                             const auto question = std::move(questions_[id]);
                             questions_.erase(id);
                             if (decision == core::Authority::Decision::Allowed) {
                                 then(nullptr);
                                 return;
                             }
                             const core::Error refusal(core::ErrorCode::NotAuthorized,
                                                       core::text::cat("not authorised for ", action,
                                                                       why.empty() ? "" : ": ", why));
                             then(&refusal);
                         });
}

} // namespace ppp::service
