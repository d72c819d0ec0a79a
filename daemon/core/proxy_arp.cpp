// SPDX-License-Identifier: LGPL-2.1-or-later
// Record first, kernel second; giving back the other way round.
#include "core/proxy_arp.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/notes.hpp"
#include "core/text.hpp"

namespace ppp::core {

using nlohmann::json;

bool ProxyArp::claimProxy(const std::string& connection, const std::string& address, std::string& error) {
    const auto place = neighbours_.placeFor(address, error);
    const auto mine = std::find_if(claims_.begin(), claims_.end(),
                                   [&](const Claim& claim) { return claim.connection == connection; });
    if (mine != claims_.end() && (!place || mine->entry != *place)) {
        releaseProxy(connection);
    }
    if (!place) {
        error =
            error.empty() ? text::cat("no interface has a network with the peer's address ", address) : error;
        return false;
    }
    const Claim claim{connection, *place};
    const bool known = std::find(claims_.begin(), claims_.end(), claim) != claims_.end();
    if (!known) {
        if (neighbours_.owner(*place) == Neighbours::Owner::Other) { // as wanted, and not ours to take back
            error = neighbours_.hindrance(*place);
            return true;
        }
        claims_.push_back(claim);
        if (!save(error)) {
            claims_.pop_back();
            error = text::cat("what cannot be recorded is not done: ", error);
            return false;
        }
    }
    if (!neighbours_.add(*place, error)) {
        error = text::cat(address, " on ", place->name, ": ", error);
        return false;
    }
    error = neighbours_.hindrance(*place);
    return true;
}

/// Of another connection, too: two links may have the same peer.
bool ProxyArp::shared(const Claim& claim) const {
    return std::any_of(claims_.begin(), claims_.end(), [&](const Claim& other) {
        return other.connection != claim.connection && other.entry == claim.entry;
    });
}

void ProxyArp::releaseProxy(const std::string& connection) {
    const auto found = std::find_if(claims_.begin(), claims_.end(),
                                    [&](const Claim& claim) { return claim.connection == connection; });
    if (found == claims_.end()) {
        return;
    }
    std::string error;
    if (!shared(*found) && !neighbours_.remove(found->entry, error)) {
        journal_.log(Severity::Warning, connection,
                     text::cat("cannot remove the proxy ARP entry for ", found->entry.address, " on ",
                               found->entry.name, ": ", error));
        return; // and stays on record
    }
    claims_.erase(found);
    if (!save(error)) {
        journal_.log(Severity::Warning, connection,
                     text::cat("cannot write the record of proxy ARP: ", error));
    }
}

void ProxyArp::settle(const std::function<bool(const std::string&)>& exists) {
    std::vector<std::string> strange;
    for (const Claim& claim : claims_) {
        if (!exists(claim.connection)) {
            strange.push_back(claim.connection);
        }
    }
    for (const std::string& connection : strange) {
        releaseProxy(connection);
    }
}

bool ProxyArp::save(std::string& error) try {
    if (claims_.empty()) {
        records_.remove(kRecord);
        return true;
    }
    json list = json::array();
    for (const Claim& claim : claims_) {
        list.push_back({{"connection", claim.connection},
                        {"interface", claim.entry.interface},
                        {"name", claim.entry.name},
                        {"address", claim.entry.address}});
    }
    records_.save(kRecord, json{{"entries", list}}.dump());
    return true;
} catch (const std::exception& e) {
    error = e.what();
    return false;
}

void ProxyArp::recover(const std::string& text) {
    const json j = parseNotes(text, true);
    if (!j.is_object() || !j.contains("entries") || !j["entries"].is_array()) {
        return;
    }
    for (const json& one : j["entries"]) {
        try {
            claims_.push_back(
                {one.at("connection"), {one.at("interface"), one.at("name"), one.at("address")}});
        } catch (const std::exception&) {
            continue;
        }
    }
}

} // namespace ppp::core
