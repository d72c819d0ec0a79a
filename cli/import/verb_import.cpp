// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl import: reads what another program was told about a connection, says what became of each part of it,
// and stores it.
#include "cli/command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/client.hpp"
#include "cli/import/disk.hpp"
#include "cli/import/import.hpp"
#include "cli/password.hpp"
#include "cli/profile_flags.hpp"
#include "core/profile.hpp"
#include "core/profile_secrets.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::text::cat;
using importing::Connection;
using importing::Entry;
using importing::Verdict;
using Json = nlohmann::ordered_json;

std::string formatNames() {
    std::string out;
    for (const auto& format : importing::formats()) {
        out += cat(out.empty() ? "" : "\n", format.name, ": ", format.what);
    }
    return out;
}

class Import final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("FILE", file_, "What to bring along: /etc/ppp/peers/provider, for example")
            ->required();
        verb.add_option("--name", name_, "What the connection shall be called; else as it is called there");
        verb.add_option("--section", section_, "Which connection, where the file has several");
        verb.add_option("--format", format_,
                        "What kind of file it is, where that cannot be told:\n" + formatNames());
        verb.add_flag("--dry-run", dryRun_, "Say what would become of it, and store nothing");
        verb.add_option("--set", settings_, "Any key of a profile: /json/pointer=value")
            ->allow_extra_args(false);
        verb.add_flag("--password-stdin", password_.fromStdin, "Take the password from standard input");
        verb.add_flag("--no-password", password_.none, "Store no password where none is found");
    }

    ExitCode run(const Output& output) override {
        if (password_.fromStdin && password_.none) {
            throw Failure(ExitCode::Usage, "--password-stdin and --no-password contradict each other");
        }
        const std::string path = std::filesystem::absolute(file_).lexically_normal().string();
        importing::Result result = read(path);
        Connection& found = choose(result, path);
        for (const std::string& setting : settings_) {
            applySetting(found.profile, setting);
        }
        if (!name_.empty()) {
            found.name = name_;
        }
        // What is wrong is judged with the settings of this call in place.
        importing::Result chosen;
        chosen.connections.push_back(std::move(found));
        Connection& connection = chosen.connections.front();
        importing::judge(chosen);
        settleTroubles(connection);
        checkName(connection);
        std::vector<Entry> report = std::move(result.report);
        report.insert(report.end(), connection.report.begin(), connection.report.end());
        if (!output.wantsJson()) {
            tell(output, path, report);
        }
        if (dryRun_) {
            return foretell(output, connection, report);
        }
        if (!connection.troubles.empty()) {
            throw Failure(ExitCode::Failed, lines(connection.troubles),
                          "Nothing was stored. What is missing can be said by --set /json/pointer=value.");
        }
        store(connection);
        if (output.wantsJson()) {
            output.json(page(connection, report, true));
        } else {
            output.line(cat(connection.name, " added; bring it up with: pppctl up ", connection.name));
        }
        return ExitCode::Done;
    }

private:
    importing::Result read(const std::string& path) const {
        const auto reading = importing::readDisk(path);
        if (!reading.text) {
            throw Failure(ExitCode::Failed, path + ": " + reading.trouble);
        }
        const importing::Format* const format =
            format_.empty() ? importing::detectFormat(path, *reading.text) : importing::findFormat(format_);
        if (format == nullptr) {
            throw Failure(ExitCode::Usage,
                          format_.empty() ? cat("it cannot be told what kind of file ", path, " is")
                                          : cat("there is no format '", format_, "'"),
                          "Say it by --format:\n" + formatNames());
        }
        return format->read({path, *reading.text, importing::readDisk});
    }

    Connection& choose(importing::Result& result, const std::string& path) const {
        std::vector<std::string> names;
        for (Connection& connection : result.connections) {
            if (connection.name == section_) {
                return connection;
            }
            names.push_back(clean(connection.name));
        }
        if (result.connections.empty()) {
            throw Failure(ExitCode::Failed, result.troubles.empty() ? cat("no connection was found in ", path)
                                                                    : lines(result.troubles));
        }
        if (!section_.empty()) {
            throw Failure(ExitCode::Usage, cat("there is no '", section_, "' in ", path),
                          "There is: " + lines(names, ", "));
        }
        if (names.size() > 1) {
            throw Failure(ExitCode::Usage, cat(path, " has several connections: ", lines(names, ", ")),
                          "Take one after the other: --section NAME");
        }
        return result.connections.front();
    }

    static std::string lines(const std::vector<std::string>& texts, std::string_view between = "\n") {
        std::string out;
        for (const std::string& text : texts) {
            out += cat(out.empty() ? "" : between, text);
        }
        return out;
    }

    /// A trouble that --set has cured is none: an importer that misses a key says so by a sentence that names
    /// it.
    void settleTroubles(Connection& connection) const {
        std::erase_if(connection.troubles, [&](const std::string& trouble) {
            return std::any_of(settings_.begin(), settings_.end(), [&](const std::string& setting) {
                const std::string pointer = setting.substr(0, setting.find('='));
                return trouble.find(pointer) != std::string::npos && connection.has(pointer) &&
                       core::parseProfile(connection.profile.dump()).profile.has_value();
            });
        });
    }

    /// The type first, as a person would write it.
    static std::string asStored(const Connection& connection) {
        Json out = Json::object();
        out["type"] = connection.profile.value("type", Json());
        out.update(connection.profile);
        return out.dump(2, ' ', false, Json::error_handler_t::replace);
    }

    static void checkName(const Connection& connection) {
        if (!core::validName(connection.name)) {
            throw Failure(ExitCode::Usage, cat("'", clean(connection.name), "' can be no connection's name"),
                          "Choose one by --name: 1 to 64 of A-Z a-z 0-9 . _ -");
        }
    }

    static void tell(const Output& output, const std::string& path, const std::vector<Entry>& report) {
        struct Part {
            Verdict verdict;
            const char* heading;
            Colour colour;
        };
        constexpr std::array kParts{
            Part{Verdict::Taken, "Taken:", Colour::Green},
            Part{Verdict::Changed, "Changed:", Colour::Yellow},
            Part{Verdict::NotTaken, "Not taken:", Colour::Red},
            Part{Verdict::Default, "Needless, it is so anyway:", Colour::Dim},
        };
        for (const Part& part : kParts) {
            bool any = false;
            for (const Entry& entry : report) {
                if (entry.verdict != part.verdict) {
                    continue;
                }
                if (!any) {
                    output.line(output.paint(part.heading, part.colour));
                }
                any = true;
                const std::string file = entry.place.file == path ? "" : clean(entry.place.file) + " ";
                const std::string line = entry.place.line > 0 ? cat("line ", entry.place.line, ": ")
                                                              : std::string(file.empty() ? "" : ": ");
                output.line(cat("  ", file, line, entry.what, "  ->  ", entry.why));
            }
        }
    }

    static Json page(const Connection& connection, const std::vector<Entry>& report, bool stored) {
        Json rows = Json::array();
        Json secrets = Json::array();
        for (const Entry& entry : report) {
            rows.push_back({{"file", clean(entry.place.file)},
                            {"line", entry.place.line},
                            {"what", entry.what},
                            {"verdict", importing::wire(entry.verdict)},
                            {"why", entry.why}});
        }
        for (const auto& [key, secret] : connection.secrets) {
            secrets.push_back(key);
        }
        Json troubles = Json::array();
        for (const std::string& trouble : connection.troubles) {
            troubles.push_back(clean(trouble));
        }
        return {{"name", connection.name}, {"stored", stored}, {"profile", connection.profile},
                {"secrets", secrets},      {"report", rows},   {"troubles", troubles}};
    }

    static ExitCode foretell(const Output& output, const Connection& connection,
                             const std::vector<Entry>& report) {
        if (output.wantsJson()) {
            output.json(page(connection, report, false));
        } else {
            output.line(cat("The profile of ", connection.name, ":"));
            output.line(cleanLines(asStored(connection)));
            output.line(connection.secrets.empty() ? "without a secret" : "with its secret");
        }
        if (!connection.troubles.empty()) {
            output.complain("pppctl", Failure(ExitCode::Failed, lines(connection.troubles),
                                              "It could not be stored so."));
            return ExitCode::Failed;
        }
        return ExitCode::Done;
    }

    void store(const Connection& connection) {
        const std::string profile = asStored(connection) + "\n";
        const auto parsed = core::parseProfile(profile);
        Dictionary secrets;
        for (const auto& [key, secret] : connection.secrets) {
            secrets.merge(secretsForBus(secret, key.c_str()));
        }
        const bool wanted = parsed.profile && core::needsPassword(*parsed.profile) &&
                            !connection.secrets.contains("password");
        if (password_.fromStdin || (wanted && !password_.none)) {
            const std::string user = parsed.profile->auth.user;
            if (auto password = obtainPassword(
                    password_, cat("Password", user.empty() ? "" : " of " + clean(user), ": "))) {
                secrets.erase("password");
                secrets.merge(secretsForBus(*password));
            }
        }
        Client client(Client::Start::Allowed);
        client.allowForQuestions();
        try {
            client.manager().AddConnection(connection.name, profile, secrets);
        } catch (const sdbus::Error& error) {
            if (contractWord(error) == "AlreadyExists") {
                throw Failure(
                    ExitCode::Failed, error.getMessage(),
                    "Import it under another name: --name NAME    Or take the old one away: pppctl remove " +
                        connection.name);
            }
            throw;
        }
    }

    std::string file_, name_, section_, format_;
    std::vector<std::string> settings_;
    PasswordFlags password_;
    bool dryRun_ = false;
}; // namespace

} // namespace

std::unique_ptr<Command> makeImport() {
    return std::make_unique<Import>();
}

} // namespace ppp::cli
