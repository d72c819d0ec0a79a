// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus connection and its one-step loop.
#include "cli/client.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <string_view>
#include <system_error>

#include "cli/remote.hpp"
#include "cli/suggest.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

constexpr std::chrono::minutes kQuestionTime{5};

std::unique_ptr<sdbus::IConnection> connect() {
    try {
        return sdbus::createSystemBusConnection();
    } catch (const sdbus::Error& error) {
        if (const std::string where = whereWeAre(); !where.empty()) {
            throw Failure(ExitCode::Unreachable,
                          "the system bus of " + where + " cannot be reached over ssh: " + error.getMessage(),
                          "What ssh said stands above. It has to log in and to find systemd-stdio-bridge "
                          "(package systemd) there; try: ssh " +
                              where.substr(0, where.rfind(':')) + " systemd-stdio-bridge --version");
        }
        throw Failure(ExitCode::Unreachable, "the system bus cannot be reached: " + error.getMessage(),
                      "Is dbus running? See: systemctl status dbus.service");
    }
}

int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// poll(2)'s milliseconds until the earlier of both, rounded up; -1: no limit.
int pollTimeout(std::optional<Clock::time_point> deadline, std::optional<std::uint64_t> busDeadline) {
    const auto now = Clock::now().time_since_epoch();
    std::optional<std::chrono::nanoseconds> left;
    if (deadline) {
        left = deadline->time_since_epoch() - now;
    }
    if (busDeadline) {
        const auto untilBus = std::chrono::nanoseconds(std::chrono::microseconds(*busDeadline)) - now;
        left = left ? std::min(*left, untilBus) : untilBus;
    }
    if (!left) {
        return -1;
    }
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(*left).count();
    return static_cast<int>(std::clamp<long long>(whole, 0, 60'000));
}

} // namespace

std::string nameOf(const std::string& path) {
    const std::string_view prefix = names::kConnectionPrefix;
    if (path.compare(0, prefix.size(), prefix) != 0) {
        return {};
    }
    const std::string_view label = std::string_view(path).substr(prefix.size());
    std::string out;
    for (std::size_t i = 0; i < label.size(); ++i) {
        const int high = label[i] == '_' && i + 2 < label.size() ? hexDigit(label[i + 1]) : -1;
        const int low = high >= 0 ? hexDigit(label[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += label[i];
        }
    }
    return out;
}

Client::Client(Start start) : start_(start), bus_(connect()) {
    if (start == Start::Never && !daemonRuns()) {
        throw Failure(ExitCode::Unreachable, kNotRunning, kStartHint);
    }
    manager_ = std::make_unique<ManagerProxy>(*bus_);
}

void Client::allowForQuestions() {
    bus_->setMethodCallTimeout(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(kQuestionTime).count()));
}

std::vector<Snapshot> Client::connections() {
    const auto root =
        sdbus::createProxy(*bus_, bus::ServiceName{whereToLook()}, sdbus::ObjectPath{names::kRootPath});
    std::map<sdbus::ObjectPath, std::map<std::string, Dictionary>> objects;
    root->callMethod("GetManagedObjects")
        .onInterface("org.freedesktop.DBus.ObjectManager")
        .storeResultsTo(objects);
    std::vector<Snapshot> out;
    for (auto& [path, interfaces] : objects) {
        const auto found = interfaces.find(names::kConnectionInterface);
        if (found != interfaces.end()) {
            out.push_back({path, std::move(found->second)});
        }
    }
    std::sort(out.begin(), out.end(),
              [](const Snapshot& a, const Snapshot& b) { return a.text("Name") < b.text("Name"); });
    return out;
}

Snapshot Client::snapshot(const std::string& path) {
    const auto proxy = sdbus::createProxy(*bus_, bus::ServiceName{whereToLook()}, sdbus::ObjectPath{path});
    Snapshot out{path, {}};
    proxy->callMethod("GetAll")
        .onInterface("org.freedesktop.DBus.Properties")
        .withArguments(std::string(names::kConnectionInterface))
        .storeResultsTo(out.properties);
    return out;
}

std::string Client::pathOf(const std::string& name) {
    ManagerProxy manager(*bus_, whereToLook());
    try {
        return manager.GetConnection(name);
    } catch (const sdbus::Error& error) {
        const std::string word = contractWord(error);
        if (word != "NoSuchConnection" && word != "InvalidName") {
            throw;
        }
    }
    const auto known = manager.ListConnections();
    std::vector<std::string_view> candidates;
    candidates.reserve(known.size());
    for (const auto& connection : known) {
        candidates.emplace_back(std::get<0>(connection));
    }
    throw Failure(ExitCode::NoSuchConnection, "there is no connection '" + name + "'",
                  connectionHint(name, candidates));
}

std::unique_ptr<ConnectionProxy> Client::open(const std::string& path) {
    return std::make_unique<ConnectionProxy>(*bus_, path);
}

Client::Wake Client::step(std::optional<Clock::time_point> deadline, int interruptFd, int inputFd) {
    const auto data = bus::pollData(*bus_);
    std::array<pollfd, 4> fds{{{data.fd, data.events, 0},
                               {data.wakeFd, POLLIN, 0},
                               {interruptFd, POLLIN, 0},
                               {inputFd, POLLIN, 0}}}; // poll(2) skips negative ones
    const int ready = poll(fds.data(), fds.size(), pollTimeout(deadline, data.deadline));
    if (ready < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "poll");
    }
    if (ready > 0 && fds[2].revents != 0) {
        return Wake::Interrupt;
    }
    if (ready > 0 && fds[3].revents != 0) {
        return Wake::Input;
    }
    bool handled = false;
    while (bus::processOne(*bus_)) {
        handled = true;
    }
    const bool late = deadline && Clock::now() >= *deadline;
    return late && !handled ? Wake::Deadline : Wake::Bus;
}

std::string Client::whereToLook() {
    if (start_ == Start::Allowed) {
        return names::kBusName;
    }
    const auto broker = sdbus::createProxy(*bus_, bus::ServiceName{"org.freedesktop.DBus"},
                                           sdbus::ObjectPath{"/org/freedesktop/DBus"});
    std::string owner;
    broker->callMethod("GetNameOwner")
        .onInterface("org.freedesktop.DBus")
        .withArguments(std::string(names::kBusName))
        .storeResultsTo(owner);
    return owner;
}

bool Client::daemonRuns() {
    const auto broker = sdbus::createProxy(*bus_, bus::ServiceName{"org.freedesktop.DBus"},
                                           sdbus::ObjectPath{"/org/freedesktop/DBus"});
    bool owned = false;
    broker->callMethod("NameHasOwner")
        .onInterface("org.freedesktop.DBus")
        .withArguments(std::string(names::kBusName))
        .storeResultsTo(owned);
    return owned;
}

} // namespace ppp::cli
