// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that change what is stored: add, remove, set-secret, reload.
#include "cli/command.hpp"

#include <array>
#include <cctype>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>

#include "cli/client.hpp"
#include "cli/password.hpp"
#include "cli/profile_flags.hpp"
#include "cli/wizard/order.hpp"
#include "core/limits.hpp"
#include "core/profile_secrets.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

/// "-" is standard input.
std::string readFile(const std::string& path) {
    const std::string what = path == "-" ? "standard input" : path;
    std::ifstream file;
    if (path != "-") {
        file.open(path, std::ios::binary);
    }
    std::ostringstream bytes;
    std::istream& source = path == "-" ? std::cin : file;
    if (!source || !(bytes << source.rdbuf())) {
        throw Failure(ExitCode::Usage, "cannot read " + what);
    }
    if (bytes.str().size() > core::limits::kProfileSize) {
        throw Failure(ExitCode::Usage, what + " is larger than 64 KiB");
    }
    if (!core::text::isUtf8(bytes.str())) {
        throw Failure(ExitCode::Usage, what + " is not UTF-8");
    }
    return bytes.str();
}

class Add final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "What it shall be called: 1 to 64 of A-Z a-z 0-9 . _ -");
        declareProfile(verb);
        verb.add_flag("--password-stdin", password_.fromStdin, "Take the password from standard input");
        verb.add_flag("--no-password", password_.none, "Store no password");
        verb.add_flag("--no-try", noTry_, "Where it asks for what is missing: store, and do not dial");
        verb.footer(
            "At a terminal, what is missing is found out or asked for, and the connection is tried at once:\n"
            "pppctl add. Elsewhere NAME, --type and what belongs to the type are needed.");
    }

    ExitCode run(const Output& output) override {
        checkPlaces();
        if (password_.fromStdin && password_.none) {
            throw Failure(ExitCode::Usage, "--password-stdin and --no-password contradict each other");
        }
        if (password_.fromStdin && file_ == "-") {
            throw Failure(ExitCode::Usage, "standard input cannot hold both profile and password",
                          "Store the password afterwards: pppctl set-secret NAME --password-stdin");
        }
        if (file_.empty() && (name_.empty() || placeIsMissing()) && !password_.fromStdin && canAsk() &&
            !output.wantsJson()) {
            return runWizard(output, {name_, flags_, password_.none, noAutoconnect_, noTry_});
        }
        if (name_.empty()) {
            throw Failure(ExitCode::Usage, "NAME is missing",
                          "For example: pppctl add isp --type pppoe --interface eth0 --user USER");
        }
        const std::string profile = file_.empty() ? fromFlags() : fromFile();
        // Of one with faults the daemon tells them; nobody types a password for that.
        const auto parsed = core::parseProfile(profile);
        password_.none =
            !password_.fromStdin && (password_.none || !parsed.profile || !needsPassword(*parsed.profile));
        const std::string user = parsed.profile ? parsed.profile->auth.user : std::string();
        const auto password =
            obtainPassword(password_, "Password" + (user.empty() ? "" : " of " + clean(user)) + ": ");
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        try {
            client.manager().AddConnection(name_, profile,
                                           password ? secretsForBus(*password) : Dictionary{});
        } catch (const sdbus::Error& error) {
            if (contractWord(error) == "AlreadyExists") {
                throw Failure(ExitCode::Failed, error.getMessage(),
                              "See it: pppctl show " + name_ + "    Take it away: pppctl remove " + name_);
            }
            throw;
        }
        output.tell(resultOf(name_, "added", nullptr));
        output.line(name_ + " added; bring it up with: pppctl up " + name_);
        return ExitCode::Done;
    }

private:
    void declareProfile(CLI::App& verb) {
        verb.add_option("--type", flags_.type, "pppoe, serial or l2tp");
        verb.add_option("--interface", flags_.interface,
                        "The Ethernet interface that the PPPoE server is reached by");
        verb.add_option("--device", flags_.device, "The tty of the modem or cable");
        verb.add_option("--number", flags_.number, "What the modem dials; a plain cable has none");
        verb.add_option("--apn", flags_.apn,
                        "The access point of a mobile network; the SIM's own where missing");
        verb.add_option("--server", flags_.server, "The L2TP server, a name or an address");
        verb.add_option("--user", flags_.user, "The user name that the provider gave");
        verb.add_option("--service", flags_.service, "PPPoE service name");
        verb.add_option("--access-concentrator", flags_.accessConcentrator,
                        "Dial only the concentrator of this name");
        verb.add_option("--access-concentrator-mac", flags_.accessConcentratorMac,
                        "The same, by its address");
        verb.add_option("--vlan", flags_.vlan, "VLAN id");
        verb.add_option("--mtu", flags_.mtu, "Bytes");
        verb.add_option("--mru", flags_.mru, "Bytes");
        auto* yes =
            verb.add_flag("--autoconnect", flags_.autoconnect, "Bring it up at every boot and keep it up");
        verb.add_flag("--no-autoconnect", noAutoconnect_,
                      "Only when somebody asks for it; so nobody is asked")
            ->excludes(yes);
        verb.add_flag("--no-default-route", flags_.noDefaultRoute, "Leave the machine's default route alone");
        verb.add_option("--metric", flags_.metric, "Metric of its default route");
        verb.add_option("--priority", flags_.priority,
                        "Of several links the lowest has the default route (100)");
        verb.add_flag("--no-ipv6", flags_.noIpv6, "IPv4 only");
        verb.add_option("--dns", flags_.dns, "Use these DNS servers, not the peer's");
        verb.add_option("--set", flags_.settings, "Any key of a profile: /json/pointer=value")
            ->allow_extra_args(false);
        verb.add_option("--profile,--file", file_,
                        "Take the whole profile from this file; -: standard input");
    }

    bool saysMore() const {
        return flags_.autoconnect || flags_.noDefaultRoute || flags_.noIpv6 || flags_.vlan || flags_.mtu ||
               flags_.mru || flags_.metric || flags_.priority || !flags_.dns.empty() ||
               !flags_.settings.empty() || !flags_.type.empty() || !flags_.interface.empty() ||
               !flags_.device.empty() || !flags_.number.empty() || !flags_.server.empty() ||
               !flags_.user.empty() || !flags_.service.empty() || !flags_.accessConcentrator.empty() ||
               !flags_.accessConcentratorMac.empty() || !flags_.apn.empty();
    }

    std::string fromFile() const {
        if (saysMore()) {
            throw Failure(ExitCode::Usage, "--profile is the whole profile: no other flag can change it",
                          "Change the profile itself instead.");
        }
        return readFile(file_);
    }

    /// What a type stands on.
    struct Place {
        const char *type, *flag, *what;
        const std::string& value;
    };
    std::array<Place, 3> places() const {
        return {{{"pppoe", "--interface", "The Ethernet interface that the PPPoE server is reached by.",
                  flags_.interface},
                 {"serial", "--device", "The tty of the modem or cable; pppctl discover --serial lists them.",
                  flags_.device},
                 {"l2tp", "--server", "The L2TP server, a name or an address.", flags_.server}}};
    }

    bool placeIsMissing() const {
        for (const Place& place : places()) {
            if (flags_.type == place.type) {
                return place.value.empty();
            }
        }
        return true;
    }

    /// What contradicts itself, at a terminal or not.
    void checkPlaces() const {
        bool known = flags_.type.empty();
        const char* said = nullptr;
        for (const Place& place : places()) {
            const bool its = flags_.type == place.type;
            known = known || its;
            if (!its && !place.value.empty() && !flags_.type.empty()) {
                throw Failure(ExitCode::Usage,
                              core::text::cat(place.flag, " is for connections of type ", place.type));
            }
            if (!place.value.empty() && said != nullptr) {
                throw Failure(ExitCode::Usage,
                              core::text::cat(said, " and ", place.flag, " are of different types"));
            }
            said = place.value.empty() ? said : place.flag;
        }
        if (!known) {
            throw Failure(ExitCode::Usage, "there is no type '" + flags_.type + "'",
                          "It is pppoe, serial or l2tp.");
        }
    }

    std::string fromFlags() const {
        if (flags_.type.empty()) {
            throw Failure(ExitCode::Usage, "--type is missing",
                          "For example: pppctl add " + name_ + " --type pppoe --interface eth0 --user USER");
        }
        for (const Place& place : places()) {
            if (flags_.type == place.type && place.value.empty()) {
                throw Failure(ExitCode::Usage, core::text::cat(place.flag, " is missing"), place.what);
            }
        }
        return profileFrom(flags_);
    }

    bool noAutoconnect_ = false, noTry_ = false;
    std::string name_;
    std::string file_;
    ProfileFlags flags_;
    PasswordFlags password_;
};

class Remove final : public Command {
public:
    void declare(CLI::App& verb) override { verb.add_option("NAME", name_, "The connection")->required(); }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        client.open(client.pathOf(name_))->Remove();
        output.tell(resultOf(name_, "removed", nullptr));
        output.line(name_ + " removed");
        return ExitCode::Done;
    }

private:
    std::string name_;
};

class SetSecret final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        auto* which = verb.add_option_group("which", "Which secret; the password where nothing is said");
        which->require_option(0, 1);
        which->add_flag("--password-stdin", password_, "The password, from standard input");
        which->add_flag(
            "--peer-password", askPeer_,
            "What the peer has to prove (auth.require), where it is not the password; asks for it");
        which->add_flag("--peer-password-stdin", peer_, "The same, from standard input");
        which->add_flag("--tunnel-secret", askTunnel_, "The secret of the L2TP tunnel; asks for it");
        which->add_flag("--tunnel-secret-stdin", tunnel_,
                        "The secret of the L2TP tunnel, from standard input");
        which->add_flag("--pin", askPin_, "The PIN of the modem's SIM; asks for it");
        which->add_flag("--pin-stdin", pin_, "The PIN of the modem's SIM, from standard input");
        which->add_flag("--clear", clear_, "Forget all that is stored: password, PIN and the others");
    }

    ExitCode run(const Output& output) override {
        if (clear_) {
            return clear(output);
        }
        const bool tunnel = tunnel_ || askTunnel_;
        const SecretKind kind = pin_ || askPin_     ? SecretKind{"pin", "PIN"}
                                : peer_ || askPeer_ ? SecretKind{"peer-password", "peer's password"}
                                : tunnel            ? SecretKind{"tunnel-secret", "tunnel secret"}
                                                    : SecretKind{"password", "password"};
        std::string prompt = core::text::cat(kind.what, " of ", clean(name_), ": ");
        prompt[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(prompt[0])));
        const auto secret = obtainSecret(kind, {password_ || peer_ || tunnel_ || pin_, false}, prompt);
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        client.open(client.pathOf(name_))->SetSecrets(secretsForBus(*secret, kind.key));
        auto result = resultOf(name_, "secret-stored", nullptr);
        result["secret"] = kind.key;
        output.tell(std::move(result));
        output.line(core::text::cat(name_, ": ", kind.what, " stored"));
        return ExitCode::Done;
    }

private:
    ExitCode clear(const Output& output) {
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        client.open(client.pathOf(name_))->ClearSecrets();
        output.tell(resultOf(name_, "secrets-cleared", nullptr));
        output.line(name_ + ": nothing secret is stored any more");
        return ExitCode::Done;
    }

    std::string name_;
    bool password_ = false, peer_ = false, askPeer_ = false, tunnel_ = false, askTunnel_ = false,
         pin_ = false, askPin_ = false, clear_ = false;
};

class Reload final : public Command {
public:
    void declare(CLI::App& /*verb*/) override {}

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Never);
        client.allowForQuestions();
        client.manager().Reload();
        output.line("profiles read again");
        for (const auto& link : client.connections()) {
            const std::string name = clean(link.text("Name"));
            const std::string faults = faultsOf(link);
            if (!faults.empty()) {
                const Failure failure(ExitCode::Failed, faults);
                output.tell(resultOf(link.text("Name"), "invalid", &link, &failure));
                output.complain(name, failure);
            } else if (link.flag("NeedsRedial")) {
                output.tell(resultOf(name, "needs-redial", &link));
                output.line(
                    core::text::cat(name, " has changed; it takes effect with: pppctl redial ", name));
            }
        }
        return ExitCode::Done;
    }

private:
    /// Why its stored profile cannot be dialled with, a line each; empty: it can.
    static std::string faultsOf(const Snapshot& link) {
        if (link.text("State") == "failed" && link.text("Reason") == "profile-invalid") {
            return link.text("ReasonText");
        }
        return text(dictionary(link.properties, "Details"), "profile-faults");
    }
};

} // namespace

std::unique_ptr<Command> makeAdd() {
    return std::make_unique<Add>();
}

std::unique_ptr<Command> makeRemove() {
    return std::make_unique<Remove>();
}

std::unique_ptr<Command> makeSetSecret() {
    return std::make_unique<SetSecret>();
}

std::unique_ptr<Command> makeReload() {
    return std::make_unique<Reload>();
}

} // namespace ppp::cli
