// SPDX-License-Identifier: LGPL-2.1-or-later
// The house of the connections.
#include "core/manager.hpp"

#include <set>
#include <utility>

#include "core/limits.hpp"
#include "core/pin_guard.hpp"
#include "core/text.hpp"

namespace ppp::core {

void requireValid(const std::string& json) {
    const ParsedProfile parsed = parseProfile(json);
    if (!parsed.profile) {
        throw Error(ErrorCode::InvalidProfile, describe(parsed.faults));
    }
}

namespace {
constexpr Duration kBurial = std::chrono::seconds(1);
}

Manager::Manager(const Ports& ports)
    : ports_(ports), routing_(ports_.network, ports_.records, ports_.journal),
      moving_(ports_.network, ports_.records, ports_.journal), clamping_(ports_, [this] { announceAll(); }),
      zones_(ports_.firewall, ports_.records, ports_.journal),
      proxies_(ports_.neighbours, ports_.records, ports_.journal), pacer_(ports_.clock),
      agents_(ports_.clock, ports_.agents, ports_.journal, [this] { agentCame(); }) {
    ports_.network.listen(this);
    ports_.dns.onResolverChanged([this] {
        for (const auto& [name, connection] : connections_) {
            connection->resolverChanged();
        }
        if (observer_ != nullptr) {
            observer_->managerChanged();
        }
    });
    ports_.redials.onChange([this](const std::string& name) {
        if (Connection* connection = find(name)) {
            connectionChanged(*connection);
        }
    });
    ports_.firewall.onFirewallChanged([this] {
        zones_.firewallChanged();
        for (const auto& [name, connection] : connections_) {
            connection->firewallChanged();
        }
    });
}

Manager::~Manager() {
    ports_.network.listen(nullptr);
    ports_.redials.onChange({});
    ports_.firewall.onFirewallChanged([] {});
    ports_.dns.onResolverChanged([] {});
}

Connection& Manager::make(const std::string& name) {
    auto& slot = connections_[name];
    ConnectionHost& host = *this;
    slot = std::make_unique<Connection>(name, ports_, host);
    if (auto gone = strayHooksOf(name)) {
        slot->inheritHooks(std::move(gone));
    }
    if (asleep_) {
        slot->sleep([](const auto&) {});
    }
    if (closing_) {
        slot->shutdown([](const auto&) {});
    }
    return *slot;
}

bool Manager::named(const ProfileStore::Stored& stored) const {
    if (validName(stored.name)) {
        return true;
    }
    ports_.journal.log(Severity::Warning, "",
                       text::cat("profile file \"", text::harmless(stored.name, 128),
                                 "\" is ignored: ", stored.error.empty() ? "no valid name" : stored.error));
    return false;
}

void Manager::tellTooMany() const {
    ports_.journal.log(Severity::Error, "",
                       text::cat("more than ", limits::kConnections, " profiles; the rest is ignored"));
}

void Manager::load() {
    for (const auto& stored : ports_.profiles.loadAll()) {
        if (!named(stored)) {
            continue;
        }
        if (connections_.size() >= limits::kConnections) {
            tellTooMany();
            break;
        }
        make(stored.name).setProfile(stored.json, stored.error);
    }
}

std::vector<Connection*> Manager::connections() const {
    std::vector<Connection*> out;
    for (const auto& [name, connection] : connections_) {
        out.push_back(connection.get());
    }
    return out;
}

Connection* Manager::find(const std::string& name) const {
    const auto found = connections_.find(name);
    return found == connections_.end() ? nullptr : found->second.get();
}

Connection& Manager::get(const std::string& name) const {
    if (Connection* found = find(name)) {
        return *found;
    }
    std::vector<std::string_view> names;
    for (const auto& [known, connection] : connections_) {
        names.push_back(known);
    }
    const auto near = text::nearest(name, names);
    throw Error(ErrorCode::NoSuchConnection,
                text::cat("there is no connection \"", text::harmless(name, limits::kNameLength), "\"",
                          near ? text::cat("; did you mean \"", *near, "\"?") : ""));
}

void Manager::checkNew(const std::string& name, const std::string& json, const Secrets& secrets) const {
    if (!validName(name)) {
        throw Error(ErrorCode::InvalidName, text::cat("\"", text::harmless(name, 2 * limits::kNameLength),
                                                      "\" is no name: expected 1 to ", limits::kNameLength,
                                                      " of A-Z a-z 0-9 . _ - and no dot in front"));
    }
    if (find(name) != nullptr) {
        throw Error(ErrorCode::AlreadyExists, text::cat("there is a connection \"", name, "\" already"));
    }
    if (connections_.size() >= limits::kConnections) {
        throw Error(ErrorCode::LimitExceeded,
                    text::cat("there are ", limits::kConnections, " connections already"));
    }
    requireValid(json);
    for (const auto& [key, secret] : secrets) {
        checkSecret(key, secret.view());
        checkPin(key, secret.view());
    }
}

/// What somebody wrote into the folder, and nobody has read yet, is not replaced unseen. `known`: what was
/// read; null: nothing.
void Manager::requireRead(const std::string& name, const std::string* known,
                          const std::string& wanted) const {
    const auto stored = ports_.profiles.stored(name);
    const bool same = stored && stored->error.empty() && stored->json == wanted; // renamed, but not flushed
    if (stored && !same && (known == nullptr || stored->json != *known)) {
        throw Error(ErrorCode::Failed, text::cat("connections/", name, ".json was written by somebody else",
                                                 stored->error.empty() ? "" : " (" + stored->error + ")",
                                                 " and is not read yet; Reload (pppctl reload) reads it"));
    }
}

Connection& Manager::add(const std::string& name, const std::string& json, const Secrets& secrets) {
    checkNew(name, json, secrets);
    requireRead(name, nullptr, json);
    ports_.profiles.saveNew(name, json, secrets);
    Connection& connection = make(name);
    connection.setProfile(json);
    if (observer_ != nullptr) {
        observer_->connectionAdded(connection);
    }
    connection.begin(std::nullopt);
    return connection;
}

void Manager::reload() {
    std::set<std::string> present;
    bool tooMany = false;
    for (const auto& stored : ports_.profiles.loadAll()) {
        if (!named(stored)) {
            continue;
        }
        present.insert(stored.name);
        Connection* const known = find(stored.name);
        if (known != nullptr && known->leaving()) {
            readAgain_ = true; // a new one takes its place when it is gone
        } else if (known != nullptr) {
            known->setProfile(stored.json, stored.error);
        } else if (connections_.size() < limits::kConnections) {
            Connection& connection = make(stored.name);
            connection.setProfile(stored.json, stored.error);
            if (observer_ != nullptr) {
                observer_->connectionAdded(connection);
            }
            connection.begin(std::nullopt);
        } else {
            tooMany = true;
        }
    }
    if (tooMany) {
        tellTooMany();
    }
    for (Connection* connection : connections()) {
        if (!present.contains(connection->name())) {
            const std::string name = connection->name();
            connection->leave();
            connection->down(true, [this, name](const auto&) { erase(name); });
        }
    }
}

void Manager::updateProfile(Connection& connection, const std::string& json) {
    connection.requireStays();
    requireValid(json);
    requireRead(connection.name(), &connection.profileText(), json);
    ports_.profiles.saveProfile(connection.name(), json);
    connection.setProfile(json);
}

/// What is stored already. Nothing where it cannot be read: somebody may then set it right by new ones; but
/// not where the machine has no room to read it just now.
Secrets Manager::replaceableSecrets(const std::string& name) const {
    const auto replaced = [&](const std::exception& e) {
        ports_.journal.log(Severity::Warning, name,
                           text::cat("the old secrets cannot be read and are replaced: ", e.what()));
        return Secrets();
    };
    try {
        return ports_.profiles.storedSecrets(name);
    } catch (const Error& e) {
        if (e.code() == ErrorCode::Busy) {
            throw;
        }
        return replaced(e);
    } catch (const std::exception& e) {
        return replaced(e);
    }
}

void Manager::setSecrets(Connection& connection, const Secrets& secrets) {
    connection.requireStays();
    for (const auto& [key, secret] : secrets) {
        checkSecret(key, secret.view());
        checkPin(key, secret.view());
    }
    Secrets all = replaceableSecrets(connection.name());
    for (const auto& [key, secret] : secrets) {
        all[key] = secret.copy();
    }
    ports_.profiles.saveSecrets(connection.name(), all);
    if (secrets.find("pin") != secrets.end()) {
        forgetPin(connection.name(), ports_.profiles);
    }
    connection.secretsChanged(&secrets);
}

void Manager::clearSecrets(Connection& connection) {
    ports_.profiles.removeSecrets(connection.name());
    connection.secretsChanged();
}

void Manager::remove(const std::string& name, Done done) {
    Connection& connection = get(name);
    // First what may fail: then the link is as it was. What is left of a crash in between is a link without a
    // profile, which the next life takes down.
    ports_.profiles.removeBoth(name);
    connection.leave();
    connection.down(true, [this, name, done = std::move(done)](const auto&) {
        erase(name); // nothing to do where a reload was faster
        done(std::nullopt);
    });
}

void Manager::erase(const std::string& name) {
    const auto found = connections_.find(name);
    if (found == connections_.end()) {
        return;
    }
    if (observer_ != nullptr) {
        observer_->connectionRemoved(name);
    }
    // Its callback may run just now, and the bus shows it to the end of this turn.
    dying_.push_back(std::move(found->second));
    connections_.erase(found);
    moving_.release(name);
    ports_.redials.set(name, "");
    dying_.back()->forgetStory();
    keepHooks(dying_.back()->releaseHooks());
    try {
        ports_.records.remove(name);
    } catch (const std::exception& e) {
        ports_.journal.log(Severity::Error, name, text::cat("cannot remove the runtime record: ", e.what()));
    }
    burial_ = ports_.clock.at(ports_.clock.now() + kBurial, [this] {
        dying_.clear();
        std::erase_if(strayHooks_, [](const auto& one) { return one->quiet(); });
        readProfilesAgain();
    });
}

void Manager::readProfilesAgain() {
    if (std::exchange(readAgain_, false)) {
        try {
            reload();
        } catch (const std::exception& e) {
            ports_.journal.log(Severity::Error, "", text::cat("cannot read the profiles again: ", e.what()));
        }
    }
}

std::uint32_t Manager::redialAll(const std::string& origin) {
    std::uint32_t count = 0;
    for (Connection* connection : connections()) {
        if (connection->state() != State::Up) {
            continue;
        }
        try {
            connection->redial({false, origin}, [](const auto&) {});
            ++count;
        } catch (const Error& e) { // a profile that was spoilt under its link: the others are redialled
            ports_.journal.log(Severity::Warning, connection->name(), text::cat("not redialled: ", e.what()));
        }
    }
    return count;
}

namespace {

/// Calls `done` once `left` calls of the returned function have come.
Done afterAll(std::uint32_t left, std::function<void()> done) {
    auto remaining = std::make_shared<std::uint32_t>(left);
    return [remaining, done = std::move(done)](const auto&) {
        if (--*remaining == 0) {
            done();
        }
    };
}

} // namespace

std::uint32_t Manager::downAll(Done done) {
    std::vector<Connection*> running;
    for (Connection* connection : connections()) {
        if (connection->state() != State::Down && connection->profile()) {
            running.push_back(connection);
        }
    }
    const auto count = static_cast<std::uint32_t>(running.size());
    if (count == 0) {
        done(std::nullopt);
        return 0;
    }
    const Done each = afterAll(count, [done = std::move(done)] { done(std::nullopt); });
    for (Connection* connection : running) {
        connection->down(true, each);
    }
    return count;
}

void Manager::shutdown(std::function<void()> done) {
    closing_ = true;
    const auto all = connections();
    if (all.empty()) {
        done();
        return;
    }
    const Done each = afterAll(static_cast<std::uint32_t>(all.size()), std::move(done));
    for (Connection* connection : all) {
        connection->shutdown(each);
    }
}

void Manager::handOver() {
    for (Connection* connection : connections()) {
        connection->handOver();
    }
}

} // namespace ppp::core
