// SPDX-License-Identifier: LGPL-2.1-or-later
// The one door for calls that change or reveal something: counts a sender's pending calls and asks the
// authority.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <tuple>

#include "core/services.hpp"
#include "core/waiters.hpp"
#include "service/values.hpp"

namespace ppp::service {

/// How many calls each sender has pending; more than limits::kPendingCallsPerSender are refused.
class CallCounter {
public:
    /// Gives the place back when it is destroyed.
    class Place {
    public:
        Place(CallCounter& counter, std::string sender) : counter_(counter), sender_(std::move(sender)) {}
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;
        ~Place() { counter_.leave(sender_); }

    private:
        CallCounter& counter_;
        std::string sender_;
    };
    /// Throws core::Error{LimitExceeded}.
    std::unique_ptr<Place> enter(const std::string& sender);

private:
    void leave(const std::string& sender);
    std::map<std::string, std::size_t> pending_;
};

/// The answer to one method call that is given later. Copies share the one answer, because std::function must
/// be copyable.
template <typename... Values> class Reply {
public:
    Reply(sdbus::Result<Values...>&& result, std::unique_ptr<CallCounter::Place> place)
        : shared_(std::make_shared<Shared>(Shared{std::move(result), std::move(place), false})) {}

    /// Throws where the bus cannot carry the values; the call is then still to be answered.
    void answer(const Values&... values) const {
        if (!shared_->answered) {
            shared_->result.returnResults(values...);
            shared_->answered = true;
            shared_->place.reset();
        }
    }
    void refuse(const core::Error& error) const { refuse(toBusError(error)); }
    void refuse(const sdbus::Error& error) const {
        if (!std::exchange(shared_->answered, true)) {
            shared_->result.returnError(error);
            shared_->place.reset();
        }
    }
    /// Runs an action; what it throws becomes the answer.
    template <typename Action> void attempt(Action&& action) const {
        try {
            action();
        } catch (const sdbus::Error& error) {
            refuse(error);
        } catch (const core::Error& error) {
            refuse(error);
        } catch (const std::exception& error) {
            refuse(core::Error(core::ErrorCode::Failed, error.what()));
        }
    }

private:
    struct Shared {
        sdbus::Result<Values...> result;
        std::unique_ptr<CallCounter::Place> place;
        bool answered;
    };
    std::shared_ptr<Shared> shared_;
};

/// Answers with the outcome of what core was asked for.
inline core::Done answering(const Reply<>& reply) {
    return [reply](const std::optional<core::Error>& error) {
        if (error) {
            reply.refuse(*error);
        } else {
            reply.answer();
        }
    };
}

class Gate {
public:
    explicit Gate(core::Authority& authority) : authority_(authority) {}

    /// Takes the call in: counts it. Call first in a handler. Throws core::Error{LimitExceeded}.
    template <typename... Values>
    Reply<Values...> admit(const std::string& sender, sdbus::Result<Values...>&& result) {
        return {std::move(result), counter_.enter(sender)};
    }

    /// Runs `act` when the sender may do `action`, else answers NotAuthorized. `connection` is shown to
    /// whoever is asked.
    template <typename... Values>
    void pass(const Reply<Values...>& reply, const std::string& sender, const char* action,
              const std::string& connection, bool interactive, std::function<void()> act) {
        ask(sender, action, connection, interactive,
            [reply, act = std::move(act)](const core::Error* refusal) {
                if (refusal != nullptr) {
                    reply.refuse(*refusal);
                } else {
                    reply.attempt(act);
                }
            });
    }

private:
    void ask(const std::string& sender, const char* action, const std::string& connection, bool interactive,
             std::function<void(const core::Error* refusal)> then);

    core::Authority& authority_;
    CallCounter counter_;
    std::map<std::uint64_t, std::unique_ptr<core::Pending>> questions_;
    std::uint64_t lastQuestion_ = 0;
};

} // namespace ppp::service
