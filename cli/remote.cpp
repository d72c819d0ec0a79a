// SPDX-License-Identifier: LGPL-2.1-or-later
// The address of a bus behind ssh, and how failures behind it are told.
#include "cli/remote.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <string_view>

namespace ppp::cli {

namespace {

constexpr const char* kAddress = "DBUS_SYSTEM_BUS_ADDRESS"; // D-Bus specification, "System message bus"
constexpr const char* kWhere = "PPPCTL_HOST";

[[noreturn]] void noHost(const std::string& where) {
    throw Failure(ExitCode::Usage, "'" + where + "' names no host",
                  "-H takes what ssh takes, for example root@router1 or admin@192.0.2.1:2222.");
}

/// D-Bus specification, "Server Addresses": all but these are escaped.
std::string escaped(std::string_view value) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::string_view plain = "-_/.*";
    std::string out;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x80 && std::isalnum(byte) != 0) || plain.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 15U];
        }
    }
    return out;
}

struct Place {
    std::string host; ///< with the user
    std::string port; ///< empty: ssh's choice
};

/// An IPv6 address with a port stands in brackets; without a port it may stand as it is.
Place placeOf(const std::string& where) {
    const std::size_t at = where.rfind('@');
    const std::string user = at == std::string::npos ? std::string{} : where.substr(0, at + 1);
    std::string host = where.substr(user.size());
    std::string port;
    const bool brackets = !host.empty() && host.front() == '[';
    const std::size_t close = host.find(']');
    const std::size_t colon = brackets ? (close == std::string::npos ? close : close + 1) : host.find(':');
    if (brackets && close == std::string::npos) {
        noHost(where);
    }
    if (colon < host.size() && (brackets || host.find(':', colon + 1) == std::string::npos)) {
        port = host.substr(colon + 1);
        const bool number =
            !port.empty() && port.size() <= 5 &&
            std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (host[colon] != ':' || !number) {
            noHost(where);
        }
        host.resize(colon);
    }
    if (brackets) {
        host = host.substr(1, close - 1);
    }
    if (host.empty() || host.front() == '-' || user == "@") {
        noHost(where);
    }
    return {user + host, port};
}

bool hasSsh() {
    const char* path = std::getenv("PATH");
    std::string_view left = path != nullptr ? path : "/usr/bin:/bin";
    while (!left.empty()) {
        const auto end = std::min(left.find(':'), left.size());
        if (access((std::string(left.substr(0, end)) + "/ssh").c_str(), X_OK) == 0) {
            return true;
        }
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return false;
}

std::string replaced(std::string text, std::string_view what, const std::string& with) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

} // namespace

std::string remoteBusAddress(const std::string& where) {
    const bool odd = std::any_of(where.begin(), where.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f;
    });
    if (where.empty() || where.front() == '-' || odd) {
        noHost(where);
    }
    const Place place = placeOf(where);
    std::string out = "unixexec:path=ssh,argv1=-xT";
    int next = 2;
    const auto add = [&](const std::string& word) {
        out += ",argv" + std::to_string(next++) + "=" + escaped(word);
    };
    if (!place.port.empty()) {
        add("-p");
        add(place.port);
    }
    for (const std::string& word : {std::string("--"), place.host, std::string("systemd-stdio-bridge")}) {
        add(word);
    }
    return out;
}

void goTo(const std::string& where) {
    const std::string address = remoteBusAddress(where);
    if (!hasSsh()) {
        throw Failure(ExitCode::Failed, "-H needs ssh, which is not on this machine",
                      "Install it: package openssh-client.");
    }
    setenv(kAddress, address.c_str(), 1);
    setenv(kWhere, where.c_str(), 1);
}

std::string whereWeAre() {
    const char* where = std::getenv(kWhere);
    const char* address = std::getenv(kAddress);
    const bool remote = where != nullptr && address != nullptr &&
                        std::string_view(address).substr(0, 18) == "unixexec:path=ssh,";
    return remote ? where : std::string{};
}

Failure saidFromHere(const Failure& failure) {
    const std::string where = whereWeAre();
    if (where.empty() || failure.code() == ExitCode::Usage) {
        return failure;
    }
    std::string hint = replaced(failure.hint(), "systemctl ", "systemctl -H " + where + " ");
    hint = replaced(std::move(hint), "pppctl ", "pppctl -H " + where + " ");
    if (failure.code() == ExitCode::NotAuthorized) {
        hint = "Log in there as root, or as a member of its group dip: pppctl -H root@" +
               where.substr(where.rfind('@') + 1); // npos + 1 is 0
    }
    return {failure.code(), failure.what(), std::move(hint)};
}

} // namespace ppp::cli
