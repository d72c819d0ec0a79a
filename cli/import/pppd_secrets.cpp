// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks passwords up in chap-secrets and pap-secrets by pppd's rules (pppd(8), AUTHENTICATION).
#include <algorithm>
#include <array>

#include "cli/import/pppd_secrets.hpp"
#include "cli/import/words.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

using core::text::cat;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::string_view kChap = "/etc/ppp/chap-secrets";
constexpr std::string_view kPap = "/etc/ppp/pap-secrets";

struct Line {
    unsigned number = 0;
    std::vector<std::string> words;
};

std::vector<Line> lines(std::string_view text) {
    std::vector<Line> out;
    PppdWords words(text);
    while (const auto word = words.next()) {
        if (word->first || out.empty()) {
            out.push_back({word->line, {}});
        }
        out.back().words.push_back(word->text);
    }
    return out;
}

struct Found {
    Place place;
    core::Secret secret;
};

std::string text(const Connection& connection, std::string_view pointer) {
    const Json value = connection.at(pointer);
    return value.is_string() ? value.get<std::string>() : std::string();
}

bool refuses(const Connection& connection, std::string_view method) {
    const Json list = connection.at("/auth/refuse");
    return list.is_array() && std::find(list.begin(), list.end(), Json(std::string(method))) != list.end();
}

/// One file looked through for one pair of names.
class Search {
public:
    Search(Connection& connection, const Reader& read) : connection_(connection), read_(read) {}

    std::optional<Found> in(std::string_view path, std::string_view client, std::string_view server) {
        const Reading reading = read_(std::string(path));
        if (!reading.text) {
            if (!reading.absent) {
                connection_.note({std::string(path), 0}, path, Verdict::NotTaken, reading.trouble);
            }
            return std::nullopt;
        }
        const auto match = bestSecret(*reading.text, client, server);
        if (!match) {
            return std::nullopt;
        }
        const Place place{std::string(path), match->line};
        std::string_view secret = match->secret.view();
        if (!secret.starts_with("@/")) {
            return Found{place, match->secret.copy()};
        }
        const std::string file(secret.substr(1));
        const Reading other = read_(file);
        if (!other.text) {
            connection_.note(place, "@" + file, Verdict::NotTaken, other.trouble);
            return std::nullopt;
        }
        const auto word = PppdWords(*other.text).next();
        return word ? std::optional(Found{{file, word->line}, core::Secret(word->text)}) : std::nullopt;
    }

private:
    Connection& connection_;
    const Reader& read_;
};

} // namespace

std::optional<SecretLine> bestSecret(std::string_view file, std::string_view client,
                                     std::string_view server) {
    std::optional<SecretLine> best;
    int bestFit = -1;
    for (const Line& line : lines(file)) {
        if (line.words.size() < 3) {
            continue;
        }
        const bool anyClient = line.words[0] == "*";
        const bool anyServer = line.words[1] == "*";
        const bool fits = (anyClient || line.words[0] == client) &&
                          (anyServer || server.empty() || line.words[1] == server);
        // Debian's pap-secrets has `* hostname "" *`: for callers, and no password of ours.
        if (anyClient && line.words[2].empty()) {
            continue;
        }
        const int fit = (anyClient ? 0 : 2) + (anyServer ? 0 : 1); // NONWILD_CLIENT, NONWILD_SERVER
        if (fits && fit > bestFit) {
            bestFit = fit;
            best = SecretLine{line.number, core::Secret(line.words[2])};
        }
    }
    return best;
}

void takeSecretsOf(Connection& connection, std::string_view server, const SecretFiles& files,
                   const Reader& read) {
    const std::string user = text(connection, "/auth/user");
    const std::string chap = files.chap.empty() ? std::string(kChap) : files.chap;
    const std::string pap = files.pap.empty() ? std::string(kPap) : files.pap;
    Search search(connection, read);
    if (connection.at("/auth/require").is_array() && !server.empty()) {
        for (const auto& file : {chap, pap}) {
            if (auto found = search.in(file, server, user);
                found && !connection.secrets.contains("peer-password")) {
                connection.note(found->place, cat("the secret of ", server), Verdict::Taken,
                                "the secret `peer-password`");
                connection.keep("peer-password", found->secret.view());
            }
        }
    }
    if (user.empty()) {
        return;
    }
    auto best = search.in(chap, user, server);
    auto other = search.in(pap, user, server);
    if (!best ||
        (refuses(connection, "chap") && refuses(connection, "mschap") && refuses(connection, "mschapv2"))) {
        std::swap(best, other);
    }
    if (!best) {
        std::swap(best, other);
    }
    const std::string what = "the secret of " + user;
    if (!best) {
        if (!connection.secrets.contains("password")) {
            connection.note({chap, 0}, what, Verdict::NotTaken, cat("there is none in ", chap, " and ", pap));
        }
        return;
    }
    if (const auto kept = connection.secrets.find("password"); kept != connection.secrets.end()) {
        const bool same = kept->second.view() == best->secret.view();
        return connection.note(best->place, what, same ? Verdict::Default : Verdict::NotTaken,
                               same ? "it is known already" : "another one is said elsewhere, and is kept");
    }
    connection.note(best->place, what, Verdict::Taken, "the secret `password`");
    connection.keep("password", best->secret.view());
    if (other) {
        const bool same = other->secret.view() == best->secret.view();
        connection.note(other->place, what, same ? Verdict::Default : Verdict::NotTaken,
                        same ? "it is known already"
                             : cat("it differs from the one in ", best->place.file,
                                   ", and a connection has one password"));
    }
}

void takeSecrets(Connection& connection, std::string_view server, const Reader& read) {
    takeSecretsOf(connection, server, {}, read);
}

} // namespace ppp::cli::importing
