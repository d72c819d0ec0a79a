// SPDX-License-Identifier: LGPL-2.1-or-later
// One object per open question; all its ways to end go through finish().
#include "core/secret_agents.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

std::string listed(const std::vector<std::string>& keys) {
    std::string out;
    for (const std::string& key : keys) {
        out += (out.empty() ? "" : ", ") + key;
    }
    return out;
}

/// What is wrong with an answer; empty: it is what was asked for.
std::string faultOf(const Secrets& secrets, const std::vector<std::string>& keys) {
    for (const auto& [key, secret] : secrets) {
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
            return text::cat("it answered with \"", text::harmless(key, limits::kNameLength),
                             "\", which was not asked for");
        }
        if (secret.view().empty()) {
            return text::cat("its answer to \"", key, "\" is empty");
        }
        try {
            checkSecret(key, secret.view());
        } catch (const Error& error) {
            return error.what();
        }
    }
    for (const std::string& key : keys) {
        if (secrets.find(key) == secrets.end()) {
            return text::cat("\"", key, "\" is not in its answer");
        }
    }
    return {};
}

} // namespace

class SecretAgents::Question final : public Pending {
public:
    Question(SecretAgents& agents, AgentQuestion question, std::string caller,
             std::function<void(AgentOutcome)> done)
        : agents_(agents), question_(std::move(question)), caller_(std::move(caller)),
          done_(std::move(done)) {
        agents_.open_.insert(this);
    }
    ~Question() override {
        if (now_) {
            agents_.bus_.cancel(*now_, question_.connection);
        }
        agents_.open_.erase(this);
    }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    void askNext();
    void gone(const AgentAddress& agent);

private:
    void answered(AgentReply reply);
    void refused(const std::string& why);
    void finish(AgentOutcome outcome);

    SecretAgents& agents_;
    const AgentQuestion question_;
    const std::string caller_;
    std::function<void(AgentOutcome)> done_;
    std::set<AgentAddress> asked_;
    std::optional<AgentAddress> now_; ///< who is being asked
    std::uint32_t uid_ = 0;           ///< and for whom it speaks
    std::unique_ptr<Pending> call_;
    std::unique_ptr<Timer> limit_, end_;
    AgentOutcome outcome_;
};

void SecretAgents::Question::askNext() {
    const Agent* agent = agents_.next(caller_, asked_);
    if (agent == nullptr) {
        // In a turn of its own: who asked may still be in the call that asks.
        end_ = agents_.clock_.at(agents_.clock_.now(), [this] { finish(std::move(outcome_)); });
        return;
    }
    now_ = agent->address;
    uid_ = agent->uid;
    asked_.insert(*now_);
    agents_.journal_.log(Severity::Notice, question_.connection,
                         text::cat("asks the secret agent of user ", uid_, " (", now_->owner, ") for ",
                                   listed(question_.keys)));
    limit_ = agents_.clock_.at(agents_.clock_.now() + kPatience, [this] {
        call_.reset();
        agents_.bus_.cancel(*now_, question_.connection);
        refused(text::cat("did not answer within ",
                          std::chrono::duration_cast<std::chrono::seconds>(kPatience).count(), " s"));
    });
    call_ = agents_.bus_.ask(*now_, question_, [this](AgentReply reply) { answered(std::move(reply)); });
}

void SecretAgents::Question::answered(AgentReply reply) {
    if (!reply.error.empty()) {
        outcome_.declined = outcome_.declined || reply.declined;
        refused(text::cat(reply.declined ? "gave none: " : "did not answer: ", reply.error));
        return;
    }
    if (const std::string fault = faultOf(reply.secrets, question_.keys); !fault.empty()) {
        refused(text::cat("is not taken seriously: ", fault));
        return;
    }
    now_.reset();
    finish({std::move(reply.secrets), {}, false});
}

void SecretAgents::Question::gone(const AgentAddress& agent) {
    if (now_ == agent) {
        refused("has left the bus");
    }
}

void SecretAgents::Question::refused(const std::string& why) {
    const std::string line = text::cat("the secret agent of user ", uid_, " (", now_->owner, ") ", why);
    agents_.journal_.log(Severity::Notice, question_.connection, line);
    outcome_.why = line;
    now_.reset();
    limit_.reset();
    const auto over = std::move(call_); // its callback may be what runs
    askNext();
}

void SecretAgents::Question::finish(AgentOutcome outcome) {
    limit_.reset();
    const auto done = std::exchange(done_, nullptr);
    done(std::move(outcome)); // may destroy this
}

SecretAgents::SecretAgents(Clock& clock, AgentBus& bus, Journal& journal, std::function<void()> came)
    : clock_(clock), bus_(bus), journal_(journal), came_(std::move(came)) {}

SecretAgents::~SecretAgents() = default;

void SecretAgents::requireRoom(const AgentAddress& agent, std::optional<std::uint32_t> uid) const {
    if (has(agent.owner)) {
        throw Error(ErrorCode::LimitExceeded, "you have a secret agent at another path already");
    }
    if (agents_.size() >= limits::kAgents) {
        throw Error(ErrorCode::LimitExceeded,
                    text::cat("there are ", agents_.size(), " secret agents already"));
    }
    const auto same = std::count_if(agents_.begin(), agents_.end(),
                                    [&](const Agent& one) { return uid && one.uid == *uid; });
    if (static_cast<std::size_t>(same) >= limits::kAgentsOfUser) {
        throw Error(ErrorCode::LimitExceeded,
                    text::cat("user ", *uid, " has ", same, " secret agents already"));
    }
}

void SecretAgents::enroll(const AgentAddress& agent, Done done) {
    const auto known = [this, agent] {
        return std::any_of(agents_.begin(), agents_.end(),
                           [&](const Agent& one) { return one.address == agent; });
    };
    if (known()) {
        done(std::nullopt);
        return;
    }
    requireRoom(agent, std::nullopt);
    const std::uint64_t id = ++lastLookup_;
    lookups_[id] = bus_.whoIs(
        agent.owner, [this, id, agent, known, done = std::move(done)](std::optional<std::uint32_t> uid) {
            const auto over = std::move(lookups_[id]);
            lookups_.erase(id);
            std::optional<Error> error;
            try {
                if (!uid) {
                    throw Error(ErrorCode::Failed, "who you are is not known to the bus");
                }
                if (!known()) {
                    requireRoom(agent, uid);
                    add(agent, *uid);
                }
            } catch (const Error& e) {
                error = e;
            }
            done(error);
            if (!error) {
                came_();
            }
        });
}

void SecretAgents::add(const AgentAddress& agent, std::uint32_t uid) {
    journal_.log(Severity::Info, "",
                 text::cat("user ", uid, " has a secret agent, ", agent.owner, " at ", agent.path));
    agents_.push_back({agent, uid, bus_.watch(agent.owner, [this, owner = agent.owner] { gone(owner); })});
}

void SecretAgents::dismiss(const AgentAddress& agent) {
    const bool there =
        std::any_of(agents_.begin(), agents_.end(), [&](const Agent& one) { return one.address == agent; });
    if (!there) {
        throw Error(ErrorCode::Failed, "you have registered no secret agent at this path");
    }
    gone(agent.owner);
}

void SecretAgents::gone(const std::string& owner) {
    const auto found = std::find_if(agents_.begin(), agents_.end(),
                                    [&](const Agent& one) { return one.address.owner == owner; });
    if (found == agents_.end()) {
        return;
    }
    const Agent agent = std::move(*found);
    agents_.erase(found);
    journal_.log(Severity::Info, "",
                 text::cat("the secret agent ", owner, " of user ", agent.uid, " is gone"));
    for (Question* question : std::vector<Question*>(open_.begin(), open_.end())) {
        question->gone(agent.address);
    }
    bus_.forget(agent.address);
}

bool SecretAgents::has(const std::string& owner) const {
    return std::any_of(agents_.begin(), agents_.end(),
                       [&](const Agent& one) { return one.address.owner == owner; });
}

const SecretAgents::Agent* SecretAgents::next(const std::string& caller,
                                              const std::set<AgentAddress>& asked) const {
    const Agent* found = nullptr;
    for (const Agent& agent : agents_) {
        if (asked.contains(agent.address)) {
            continue;
        }
        if (agent.address.owner == caller) {
            return &agent;
        }
        if (found == nullptr && bus_.active(agent.uid)) {
            found = &agent;
        }
    }
    return found;
}

bool SecretAgents::anybody(const std::string& caller) const {
    return next(caller, {}) != nullptr;
}

std::unique_ptr<Pending> SecretAgents::ask(AgentQuestion question, std::string caller,
                                           std::function<void(AgentOutcome)> done) {
    auto open = std::make_unique<Question>(*this, std::move(question), std::move(caller), std::move(done));
    open->askNext();
    return open;
}

} // namespace ppp::core
