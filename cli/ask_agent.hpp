// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl as a secret agent: the daemon asks, a person at the terminal answers, without echo.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/output.hpp"
#include "cli/password.hpp"
#include "org_ppp_secretagent_adaptor.hpp"

namespace ppp::cli {

/// The object on the bus; questions wait in it until somebody has answered or called them off.
// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor)
class AgentObject final : public sdbus::AdaptorInterfaces<org::ppp::SecretAgent_adaptor> {
public:
    using Reply = sdbus::Result<Dictionary>;
    struct Question {
        std::uint64_t id = 0;
        std::string path; ///< of the connection
        std::vector<std::string> keys;
        Dictionary hints;
        Reply reply;
    };

    explicit AgentObject(sdbus::IConnection& bus);
    ~AgentObject();
    AgentObject(const AgentObject&) = delete;
    AgentObject& operator=(const AgentObject&) = delete;

    std::list<Question> questions; ///< the oldest first

private:
    void GetSecrets(Reply&& result, sdbus::ObjectPath connection, std::vector<std::string> keys,
                    Dictionary hints) override;
    void Cancel(const sdbus::ObjectPath& connection) override;
    std::uint64_t lastId_ = 0;
};

class AskAgent {
public:
    /// Registers with the daemon. Throws Failure{Usage} where there is no terminal, sdbus::Error.
    AskAgent(Client& client, const Output& output);

    /// Whether show() has something to do: a question came, or the one on the terminal was called off.
    bool restless() const;
    /// Brings the terminal in step with the questions; whatever else is shown on it steps aside before.
    void show();
    /// Something is being asked on the terminal.
    bool busy() const { return prompt_.open(); }
    /// Readable when the person has answered; -1 while nothing is asked.
    int fd() const { return prompt_.open() ? prompt_.fd() : -1; }
    /// fd() is readable.
    void input();
    /// The terminal as it was; nothing is asked any more. The daemon hears of it when pppctl leaves the bus.
    void leave() { prompt_.callOff(); }

private:
    void ask();
    void refuse(const std::string& why);
    AgentObject::Question* current();

    const Output& output_;
    PasswordPrompt prompt_;
    AgentObject object_;
    std::uint64_t shown_ = 0; ///< the question on the terminal; 0: none
    std::size_t key_ = 0;     ///< which of its keys
    std::map<std::string, core::Secret> given_;
};

} // namespace ppp::cli
