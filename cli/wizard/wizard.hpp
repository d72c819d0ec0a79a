// SPDX-License-Identifier: LGPL-2.1-or-later
// `pppctl add` with a person at the terminal: finds the lines, asks for what it cannot find out, stores,
// tries, and helps where that fails.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/client.hpp"
#include "cli/output.hpp"
#include "cli/wizard/dialog.hpp"
#include "cli/wizard/order.hpp"
#include "cli/wizard/search.hpp"
#include "core/secret.hpp"

namespace ppp::cli {

/// Whatever ends it before the person has said that the connection is to stay (Ctrl-C, the end of the
/// terminal, an error) takes it away again. Only SIGKILL leaves it behind, then with profile and secrets as
/// they were stored.
class Wizard {
public:
    Wizard(const Output& output, WizardOrder order) : output_(output), order_(std::move(order)) {}
    /// Throws Failure, sdbus::Error. LinkFailed where the link did not come up, whether it was kept or not.
    ExitCode run();

private:
    struct Trouble {
        ExitCode code = ExitCode::LinkFailed;
        std::string reason, text; ///< as Reason and ReasonText; empty where the link tells none
    };
    enum class Next { Try, Line, Keep, Remove };

    ExitCode guide();

    // The line
    void askUsableLine();
    void forgetLine();
    void askLine();
    void showFound(const Found& found) const;
    bool pick(const Found& found);
    void askByHand(const std::vector<EthernetPort>& ports);

    // What belongs to it
    void askDialling();
    void askAccount();
    void askUser();

    // The connection
    std::string freeName() const;
    void store();
    ExitCode attempt();
    std::optional<Trouble> trouble(ExitCode code);
    void rest();
    Next askNext(const Trouble& trouble);
    void renewSecret(const char* key, const std::string& question);
    void renewUser();
    void remove();
    ExitCode finish();
    void tellNext(bool autoconnect) const;
    void takeBack() noexcept;

    /// Calls a method of the connection and waits for its answer; throws Interrupted, sdbus::Error.
    template <typename... Arguments> void call(const std::string& method, const Arguments&... arguments);

    const Output& output_;
    WizardOrder order_;
    std::unique_ptr<Client> client_;
    std::unique_ptr<Dialog> dialog_;
    ProfileFlags flags_;
    std::string name_;
    core::Secret password_; ///< empty: none
    std::string path_;      ///< of the connection once it is stored
    bool settled_ = false;  ///< it is to stay
    bool byHand_ = false;   ///< the line was not found but told
};

} // namespace ppp::cli
