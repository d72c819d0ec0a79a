// SPDX-License-Identifier: LGPL-2.1-or-later
// What is stored, as fakes: profiles with their secrets, records, stories.
#pragma once

#include <algorithm>
#include <cerrno>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/ports.hpp"

namespace ppp::test {

using namespace core;

class FakeProfiles final : public ProfileStore {
public:
    std::vector<Stored> loadAll() override {
        std::vector<Stored> out;
        for (const auto& [name, json] : profiles) {
            out.push_back({name, json, ""});
        }
        return out;
    }
    std::optional<Stored> stored(const std::string& name) override {
        const auto found = profiles.find(name);
        return found == profiles.end() ? std::nullopt : std::optional(Stored{name, found->second, ""});
    }
    void saveProfile(const std::string& name, const std::string& json) override {
        if (full) {
            throw Error(ErrorCode::Failed, "cannot store the profile: No space left on device");
        }
        profiles[name] = json;
    }
    void saveNew(const std::string& name, const std::string& json, const Secrets& values) override {
        saveProfile(name, json);
        pinStates.erase(name);
        secrets[name] = copy(values);
    }
    void removeBoth(const std::string& name) override {
        profiles.erase(name);
        secrets.erase(name);
    }
    Secrets loadSecrets(const std::string& name) override {
        if (busy) {
            throw Error(ErrorCode::Busy, "cannot read the secrets: Too many open files");
        }
        const auto found = secrets.find(name);
        return found == secrets.end() ? Secrets{} : copy(found->second);
    }
    Secrets storedSecrets(const std::string& name) override { return loadSecrets(name); }
    void saveSecrets(const std::string& name, const Secrets& values) override {
        secrets[name] = copy(values);
    }
    void removeSecrets(const std::string& name) override { secrets.erase(name); }
    PinState pinState(const std::string& name) override {
        return pinStates.try_emplace(name, PinState::Fresh).first->second;
    }
    void savePinState(const std::string& name, PinState state) override {
        if (full) {
            throw Error(ErrorCode::Failed, "cannot store what becomes of the PIN: No space left on device");
        }
        pinStates[name] = state;
    }
    void password(const std::string& name, const std::string& word) {
        secrets[name].insert_or_assign("password", Secret(word));
    }

    std::map<std::string, std::string> profiles;
    std::map<std::string, Secrets> secrets;
    std::map<std::string, PinState> pinStates; ///< as on disk: kept from one life to the next
    bool busy = false;
    bool full = false;
};

class FakeRecords final : public RecordStore {
public:
    void save(const std::string& name, const std::string& json) override {
        if (full) {
            throw std::system_error(ENOSPC, std::generic_category());
        }
        records[name] = json;
    }
    void remove(const std::string& name) override { records.erase(name); }
    std::vector<std::pair<std::string, std::string>> loadAll() override {
        return {records.begin(), records.end()};
    }
    std::map<std::string, std::string> records;
    bool full = false;
};

class FakeStories final : public StoryStore {
public:
    std::vector<std::string> names() override {
        std::vector<std::string> out;
        for (const auto& [name, text] : stories) {
            out.push_back(name);
        }
        return out;
    }
    std::string load(const std::string& name) override {
        const auto found = stories.find(name);
        return found == stories.end() ? "" : found->second;
    }
    void append(const std::string& name, const std::string& lines) override {
        if (full) { // as a disk that fills up in the middle of a line
            stories[name] += lines.substr(0, lines.size() / 2);
            refuse();
        }
        stories[name] += lines;
    }
    void replace(const std::string& name, const std::string& lines) override {
        if (full) {
            refuse();
        }
        ++replaced;
        stories[name] = lines;
    }
    void remove(const std::string& name) override { stories.erase(name); }

    std::map<std::string, std::string> stories;
    bool full = false;
    int replaced = 0;

private:
    [[noreturn]] static void refuse() { throw std::system_error(ENOSPC, std::generic_category()); }
};

} // namespace ppp::test
