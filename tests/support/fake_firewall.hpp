// SPDX-License-Identifier: LGPL-2.1-or-later
// A firewall with zones and a kernel with proxy ARP entries, for the core's tests: values in maps.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ports_neighbours.hpp"
#include "core/ports_zone.hpp"

namespace ppp::test {

class FakeFirewall final : public core::FirewallZones {
public:
    bool running() const override { return runs; }
    void bind(const std::string& interface, const std::string& zone, Done done) override {
        ask("bind " + interface + " " + zone, std::move(done), [this, interface, zone] {
            zones[interface] = zone;
            return std::string();
        });
    }
    void unbind(const std::string& interface, const std::string& zone, Done done) override {
        ask("unbind " + interface + " " + zone, std::move(done), [this, interface, zone] {
            if (zones.contains(interface) && zones[interface] == zone) {
                zones.erase(interface);
            }
            return std::string();
        });
    }
    void zoneOf(const std::string& interface,
                std::function<void(const std::string&, const std::string&)> done) override {
        pending.emplace_back([this, interface, done = std::move(done)] {
            const auto found = zones.find(interface);
            done(error, found == zones.end() ? "" : found->second);
        });
    }
    void onFirewallChanged(std::function<void()> callback) override { changed = std::move(callback); }
    std::optional<std::uint32_t> groupNumber(const std::string& name) override {
        const auto found = names.find(name);
        return found == names.end() ? std::nullopt : std::optional(found->second);
    }
    bool setGroup(std::uint32_t interface, std::uint32_t group, std::string& words) override {
        calls.push_back("group " + std::to_string(interface) + " " + std::to_string(group));
        if (!error.empty()) {
            words = error;
            return false;
        }
        groups[interface] = group;
        return true;
    }
    /// Answers what was asked so far, and what is asked meanwhile.
    void answer() {
        while (!pending.empty() && !hangs) {
            auto next = std::move(pending.front());
            pending.erase(pending.begin());
            next();
        }
    }
    /// It ends, or starts anew: what it was told at run time is gone.
    void restart(bool up) {
        runs = up;
        zones.clear();
        pending.clear();
        changed();
    }

    bool runs = false, hangs = false;
    std::map<std::string, std::string> zones; ///< by interface
    std::map<std::string, std::uint32_t> names{{"wan", 17}};
    std::map<std::uint32_t, std::uint32_t> groups; ///< by index
    std::vector<std::string> calls;
    std::vector<std::function<void()>> pending;
    std::function<void()> changed;
    std::string error; ///< what everything is answered with

private:
    void ask(std::string call, Done done, std::function<std::string()> work) {
        calls.push_back(std::move(call));
        pending.emplace_back(
            [this, done = std::move(done), work = std::move(work)] { done(error.empty() ? work() : error); });
    }
};

class FakeNeighbours final : public core::Neighbours {
public:
    std::optional<core::ProxyEntry> placeFor(const std::string& address, std::string& error) override {
        error.clear();
        return lan == 0 ? std::nullopt : std::optional(core::ProxyEntry{lan, "lan0", address});
    }
    Owner owner(const core::ProxyEntry& entry) override {
        const bool there = std::find(entries.begin(), entries.end(), entry) != entries.end();
        return !there ? Owner::Nobody : others ? Owner::Other : Owner::Ours;
    }
    bool add(const core::ProxyEntry& entry, std::string& error) override {
        if (refuse) {
            error = "refused in this test";
            return false;
        }
        if (owner(entry) == Owner::Nobody) {
            entries.push_back(entry);
        }
        return true;
    }
    bool remove(const core::ProxyEntry& entry, std::string&) override {
        std::erase(entries, entry);
        return true;
    }
    std::string hindrance(const core::ProxyEntry&) override { return hinders; }

    std::uint32_t lan = 0; ///< index of the interface with the peer's network; 0: there is none
    std::vector<core::ProxyEntry> entries;
    bool refuse = false;
    bool others = false; ///< the entries that are there are somebody else's
    std::string hinders;
};

} // namespace ppp::test
