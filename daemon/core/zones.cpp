// SPDX-License-Identifier: LGPL-2.1-or-later
// A list of claims, each on its way in, in force, or on its way out.
#include "core/zones.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/notes.hpp"
#include "core/text.hpp"

namespace ppp::core {

using nlohmann::json;

Zones::Entry* Zones::held(const std::string& connection) {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return !entry.leaving && entry.claim.connection == connection;
    });
    return found == entries_.end() ? nullptr : &*found;
}

Zones::Entry* Zones::byId(std::uint64_t id) {
    const auto found =
        std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.id == id; });
    return found == entries_.end() ? nullptr : &*found;
}

/// The entry of a claim. Another one of the same interface name has lost its interface already, or is
/// leaving: what was there before it is what was there before this one.
Zones::Entry& Zones::take(const ZoneClaim& claim) {
    if (Entry* mine = held(claim.connection);
        mine != nullptr && (mine->claim.interface != claim.interface || mine->claim.index != claim.index)) {
        leave(mine->id, {});
    }
    Entry entry;
    entry.claim = claim;
    entry.grouped = !firewall_.running();
    entry.id = ++lastId_;
    for (const Entry& old : entries_) {
        if (old.claim.interface == claim.interface && old.before) {
            entry.before = old.before;
        }
        std::string error;
        if (old.claim.index == claim.index && old.grouped && !entry.grouped &&
            !firewall_.setGroup(claim.index, 0, error)) {
            journal_.log(Severity::Warning, claim.connection,
                         text::cat("cannot set the group of ", claim.interface, " back: ", error));
        }
    }
    std::erase_if(entries_, [&](const Entry& old) { return old.claim.interface == claim.interface; });
    entries_.push_back(std::move(entry));
    return entries_.back();
}

bool Zones::claimZone(const ZoneClaim& claim, std::string& error, Answer later) {
    error.clear();
    Entry& entry = take(claim);
    const std::uint64_t id = entry.id;
    if (!save(error)) {
        error = text::cat("what cannot be recorded is not done: ", error);
        forget(id);
        return true;
    }
    if (entry.grouped) {
        return group(entry, error), true;
    }
    entry.before ? bind(id, later) : ask(id, later);
    return false;
}

bool Zones::group(Entry& entry, std::string& error) {
    const auto number = firewall_.groupNumber(entry.claim.zone);
    if (!number) {
        error = text::cat("firewalld does not run, and there is no interface group \"", entry.claim.zone,
                          "\" (/etc/iproute2/group)");
        forget(entry.id);
        return false;
    }
    return firewall_.setGroup(entry.claim.index, *number, error);
}

/// The zone that the interface's name has by the firewall's own configuration, to be given back.
void Zones::ask(std::uint64_t id, const Answer& later) {
    firewall_.zoneOf(byId(id)->claim.interface, [this, id, later, alive = std::weak_ptr<int>(alive_)](
                                                    const std::string& error, const std::string& zone) {
        if (alive.expired()) {
            return;
        }
        Entry* entry = byId(id);
        if (entry == nullptr || entry->leaving) {
            later("superseded by a later request");
            return;
        }
        std::string words = error;
        if (words.empty()) {
            entry->before = zone;
            if (save(words)) {
                bind(id, later);
                return;
            }
        }
        later(words);
    });
}

void Zones::bind(std::uint64_t id, const Answer& later) {
    const ZoneClaim& claim = byId(id)->claim;
    firewall_.bind(claim.interface, claim.zone,
                   [later, alive = std::weak_ptr<int>(alive_)](const std::string& error) {
                       if (!alive.expired()) {
                           later(error);
                       }
                   });
}

bool Zones::releaseZone(const std::string& connection, Answer later) {
    Entry* entry = held(connection);
    return entry == nullptr || leave(entry->id, later);
}

/// True where it is done at once.
bool Zones::leave(std::uint64_t id, const Answer& later) {
    Entry& entry = *byId(id);
    std::string error;
    if (entry.grouped) {
        if (!firewall_.setGroup(entry.claim.index, 0, error)) {
            journal_.log(Severity::Warning, entry.claim.connection,
                         text::cat("cannot set the group of ", entry.claim.interface, " back: ", error));
        }
        forget(id);
        return true;
    }
    // A firewall that is gone has forgotten; and before it was asked nothing was changed.
    if (!firewall_.running() || !entry.before || *entry.before == entry.claim.zone) {
        forget(id);
        return true;
    }
    entry.leaving = true;
    save(error); // also as it was it would be taken back
    const auto done = [this, id, later, alive = std::weak_ptr<int>(alive_)](const std::string& words) {
        if (alive.expired()) {
            return;
        }
        left(id, words);
        if (later) {
            later(words);
        }
    };
    if (entry.before->empty()) {
        firewall_.unbind(entry.claim.interface, entry.claim.zone, done);
    } else {
        firewall_.bind(entry.claim.interface, *entry.before, done);
    }
    return false;
}

void Zones::left(std::uint64_t id, const std::string& error) {
    const Entry* entry = byId(id);
    if (entry == nullptr) {
        return; // its interface's name is another one's by now
    }
    if (error.empty()) {
        forget(id);
        return;
    }
    journal_.log(Severity::Warning, entry->claim.connection,
                 text::cat("cannot take ", entry->claim.interface, " out of the firewall's zone ",
                           entry->claim.zone, ": ", error));
}

void Zones::forget(std::uint64_t id) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.id == id; });
    std::string error;
    if (!save(error)) {
        journal_.log(Severity::Warning, "", text::cat("cannot write the record of the zones: ", error));
    }
}

void Zones::firewallChanged() {
    std::vector<std::uint64_t> late;
    for (const Entry& entry : entries_) {
        if (entry.leaving) {
            late.push_back(entry.id);
        }
    }
    for (const std::uint64_t id : late) {
        leave(id, {});
    }
}

void Zones::settle(const std::function<bool(const std::string&)>& exists) {
    std::vector<std::uint64_t> strange;
    for (const Entry& entry : entries_) {
        if (entry.leaving || !exists(entry.claim.connection)) {
            strange.push_back(entry.id);
        }
    }
    for (const std::uint64_t id : strange) {
        if (byId(id) != nullptr) {
            leave(id, {});
        }
    }
}

bool Zones::save(std::string& error) try {
    if (entries_.empty()) {
        records_.remove(kRecord);
        return true;
    }
    json list = json::array();
    for (const Entry& entry : entries_) {
        json one = {{"connection", entry.claim.connection},
                    {"interface", entry.claim.interface},
                    {"index", entry.claim.index},
                    {"zone", entry.claim.zone},
                    {"grouped", entry.grouped},
                    {"leaving", entry.leaving}};
        if (entry.before) {
            one["before"] = *entry.before;
        }
        list.push_back(std::move(one));
    }
    records_.save(kRecord, json{{"zones", list}}.dump());
    return true;
} catch (const std::exception& e) {
    error = e.what();
    return false;
}

void Zones::recover(const std::string& text) {
    const json j = parseNotes(text, true);
    if (!j.is_object() || !j.contains("zones") || !j["zones"].is_array()) {
        return;
    }
    for (const json& one : j["zones"]) {
        try {
            Entry entry;
            entry.claim = {one.at("connection"), one.at("interface"), one.at("index"), one.at("zone")};
            entry.grouped = one.at("grouped");
            entry.leaving = one.at("leaving");
            if (one.contains("before")) {
                entry.before = one["before"].get<std::string>();
            }
            entry.id = ++lastId_;
            entries_.push_back(std::move(entry));
        } catch (const std::exception&) {
            continue;
        }
    }
}

} // namespace ppp::core
