// SPDX-License-Identifier: LGPL-2.1-or-later
// Questions of org.ppp.SecretAgent, one at a time.
#include "cli/ask_agent.hpp"

#include <algorithm>
#include <utility>

#include "core/error.hpp"

namespace ppp::cli {

namespace {

constexpr const char* kPath = "/org/ppp/SecretAgent";

std::string nameIn(const AgentObject::Question& question) {
    const std::string told = text(question.hints, "name");
    return clean(told.empty() ? nameOf(question.path) : told);
}

std::string promptFor(const AgentObject::Question& question, const std::string& key) {
    const std::string user = clean(text(question.hints, "user"));
    const std::string what = key == "tunnel-secret" ? "Tunnel secret"
                             : user.empty()         ? "Password"
                                                    : "Password of " + user;
    return what + " for " + nameIn(question) + ": ";
}

sdbus::Error noSecrets(const std::string& why) {
    return bus::makeError(std::string(names::kErrorPrefix) + "NoSecrets", why);
}

} // namespace

AgentObject::AgentObject(sdbus::IConnection& bus) : AdaptorInterfaces(bus, sdbus::ObjectPath{kPath}) {
    registerAdaptor();
}

AgentObject::~AgentObject() {
    unregisterAdaptor();
}

void AgentObject::GetSecrets(Reply&& result, sdbus::ObjectPath connection, std::vector<std::string> keys,
                             Dictionary hints) {
    const bool known = !keys.empty() && std::all_of(keys.begin(), keys.end(), [](const std::string& key) {
        return key == "password" || key == "tunnel-secret";
    });
    if (!known) { // never a PIN, whoever asks
        result.returnError(noSecrets("pppctl does not ask a person for that"));
        return;
    }
    questions.push_back({++lastId_, connection, std::move(keys), std::move(hints), std::move(result)});
}

void AgentObject::Cancel(const sdbus::ObjectPath& connection) {
    for (auto it = questions.begin(); it != questions.end();) {
        if (it->path == connection) {
            it->reply.returnError(noSecrets("called off"));
            it = questions.erase(it);
        } else {
            ++it;
        }
    }
}

AskAgent::AskAgent(Client& client, const Output& output) : output_(output), object_(client.bus()) {
    if (!prompt_.possible()) {
        throw Failure(ExitCode::Usage, "--ask needs a terminal to ask at, and there is none",
                      "Store the password (pppctl set-secret NAME --password-stdin), then leave --ask away.");
    }
    client.manager().RegisterSecretAgent(sdbus::ObjectPath{kPath});
}

AgentObject::Question* AskAgent::current() {
    auto& all = object_.questions;
    const auto found =
        std::find_if(all.begin(), all.end(), [this](const auto& one) { return one.id == shown_; });
    return found == all.end() ? nullptr : &*found;
}

bool AskAgent::restless() const {
    const auto& all = object_.questions;
    return shown_ == 0
               ? !all.empty()
               : std::none_of(all.begin(), all.end(), [this](const auto& one) { return one.id == shown_; });
}

void AskAgent::show() {
    if (!restless()) {
        return;
    }
    if (shown_ != 0) {
        prompt_.callOff();
        given_.clear();
        shown_ = 0;
        output_.complain("  no longer asked for");
    }
    if (object_.questions.empty()) {
        return;
    }
    const auto& question = object_.questions.front();
    shown_ = question.id;
    key_ = 0;
    if (const std::string why = clean(text(question.hints, "text")); !why.empty()) {
        output_.complain(nameIn(question) + ": " + why);
    }
    ask();
}

void AskAgent::ask() {
    const auto* question = current();
    prompt_.ask(promptFor(*question, question->keys[key_]));
}

void AskAgent::input() {
    const std::optional<core::Secret> secret = prompt_.answer();
    auto* question = current();
    if (question == nullptr) {
        return; // called off meanwhile: show() says so
    }
    if (!secret || secret->view().empty()) {
        refuse("nothing was entered");
        return;
    }
    const std::string& key = question->keys[key_];
    try {
        core::checkSecret(key, secret->view());
    } catch (const core::Error& error) {
        output_.complain(error.what());
        ask();
        return;
    }
    given_.insert_or_assign(key, secret->copy());
    if (++key_ < question->keys.size()) {
        ask();
        return;
    }
    Dictionary values;
    for (const auto& [name, one] : given_) {
        values.merge(secretsForBus(one, name.c_str()));
    }
    question->reply.returnResults(values);
    given_.clear();
    object_.questions.remove_if([this](const auto& one) { return one.id == shown_; });
    shown_ = 0;
}

void AskAgent::refuse(const std::string& why) {
    current()->reply.returnError(noSecrets(why));
    given_.clear();
    object_.questions.remove_if([this](const auto& one) { return one.id == shown_; });
    shown_ = 0;
}

} // namespace ppp::cli
