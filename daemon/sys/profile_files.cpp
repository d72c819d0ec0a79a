// SPDX-License-Identifier: LGPL-2.1-or-later
// The stored profiles and secrets.
#include "sys/profile_files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/file_io.hpp"
#include "sys/secrets_json.hpp"

namespace ppp::sys {

namespace {

namespace limits = core::limits;
using core::text::cat;
using file_io::Durability;

constexpr std::string_view kSuffix = ".json";
constexpr std::string_view kPending = ".pending-"; // and the name of the secrets file it may become
constexpr std::array<std::string_view, 4> kSecretKeys{"password", "peer-password", "tunnel-secret", "pin"};
constexpr std::string_view kPinState = ".pin";
constexpr std::size_t kPinStateSize = 16;
// In the order of PinState; one that is fresh has no file.
constexpr std::array<std::string_view, 4> kPinStates{"", "trying\n", "accepted\n", "refused\n"};
constexpr std::size_t kCredentialSize = limits::kSecretSize + 1; // and its newline

[[noreturn]] void fail(const std::string& text) {
    throw core::Error(core::ErrorCode::Failed, text);
}

/// For want of what the process or the machine has too little of just now: the same will work later.
bool passing(const std::error_code& error) {
    return error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
           error == std::errc::not_enough_memory;
}

/// What the file system says becomes "cannot <what>: No space left on device".
template <typename Action> auto tell(const std::string& what, Action action) {
    try {
        return action();
    } catch (const std::system_error& e) {
        throw core::Error(passing(e.code()) ? core::ErrorCode::Busy : core::ErrorCode::Failed,
                          cat("cannot ", what, ": ", e.code().message()));
    }
}

std::string fileOf(const std::string& name) {
    if (!core::validName(name))
        throw core::Error(core::ErrorCode::InvalidName,
                          cat("\"", core::text::harmless(name, limits::kNameLength), "\" is no valid name"));
    return name + std::string(kSuffix);
}

/// Hidden files are editors' and our own unfinished ones; "x.json~", "#x.json#" and the like do not end in
/// .json.
std::optional<std::string> profileName(const std::string& file) {
    if (file.starts_with(".") || !file.ends_with(kSuffix))
        return std::nullopt;
    return file.substr(0, file.size() - kSuffix.size());
}

void readProfile(const UniqueFd& folder, const std::string& file, core::ProfileStore::Stored& stored) {
    try {
        const auto content = file_io::read(folder, file, limits::kProfileSize);
        if (content.tooLong)
            stored.error = cat("the file is longer than ", limits::kProfileSize, " bytes");
        else if (!content.exists)
            stored.error = "the file is a link to nowhere";
        stored.json.assign(content.bytes.begin(), content.bytes.end());
    } catch (const std::system_error& e) {
        stored.error = e.code() == std::errc::invalid_argument ? "not a regular file" : e.code().message();
        stored.error = "the file cannot be read: " + stored.error;
    }
}

std::string octal(mode_t mode) {
    std::array<char, 8> digits{};
    std::snprintf(digits.data(), digits.size(), "%04o", mode & 07777U);
    return digits.data();
}

/// Why a secret must not be taken from there, or put there; empty: it may.
std::string openToOthers(const struct stat& status, const std::string& path, const char* mode) {
    if ((status.st_mode & 077) != 0)
        return cat(path, " has mode ", octal(status.st_mode),
                   " and is open to others than its owner; run: chmod ", mode, " ", path);
    if (status.st_uid != 0 && status.st_uid != geteuid())
        return cat(path, " belongs to another user (", status.st_uid, "); run: chown root ", path,
                   " and chmod ", mode, " ", path);
    return {};
}

void requirePrivate(const UniqueFd& folder, const std::string& path) {
    struct stat status {};
    if (fstat(folder.get(), &status) < 0)
        throw std::system_error(errno, std::generic_category());
    if (const auto why = openToOthers(status, path, "700"); !why.empty())
        fail(why);
}

/// Wipes on every way out.
struct WipedContent : file_io::Content {
    explicit WipedContent(file_io::Content&& content) : file_io::Content(std::move(content)) {}
    WipedContent(const WipedContent&) = delete;
    WipedContent& operator=(const WipedContent&) = delete;
    ~WipedContent() { file_io::wipe(bytes); }
    std::string_view view() const { return {bytes.data(), bytes.size()}; }
};

core::Secrets secretsOfFile(const std::string& folderPath, const std::string& name) {
    const std::string file = fileOf(name);
    const UniqueFd folder = file_io::openFolder(folderPath);
    if (!folder)
        return {};
    const WipedContent content(file_io::read(folder, file, limits::kProfileSize));
    if (!content.exists)
        return {};
    requirePrivate(folder, folderPath);
    if (const auto why = openToOthers(content.status, folderPath + "/" + file, "600"); !why.empty())
        fail(why);
    if (content.tooLong)
        fail(cat("the secrets file of ", name, " is longer than ", limits::kProfileSize, " bytes"));
    try {
        return secretsFromJson(content.view());
    } catch (const core::Error& e) {
        fail(cat("the secrets file of ", name, " is broken: ", e.what()));
    }
}

std::optional<core::Secret> credential(const UniqueFd& folder, const std::string& name,
                                       std::string_view key) {
    const WipedContent content(file_io::read(folder, cat(name, ".", key), kCredentialSize));
    if (!content.exists)
        return std::nullopt;
    std::string_view bytes = content.view();
    if (bytes.ends_with('\n'))
        bytes.remove_suffix(1);
    try {
        if (content.tooLong)
            fail(cat("longer than ", limits::kSecretSize, " bytes"));
        core::checkSecret(key, bytes);
    } catch (const core::Error& e) {
        fail(cat("the credential ", name, ".", key, " is broken: ", e.what()));
    }
    return core::Secret(bytes);
}

} // namespace

ProfileFiles::ProfileFiles(std::string folder, std::string credentials)
    : connections_(folder + "/connections"), secrets_(std::move(folder) + "/secrets"),
      credentials_(std::move(credentials)) {
    for (const std::string& path : {connections_, secrets_})
        try {
            if (const UniqueFd opened = file_io::openFolder(path))
                file_io::removeLeftovers(opened);
        } catch (const std::system_error&) {
            continue; // loadAll() reports a folder that cannot be read; leftovers harm nobody
        }
    try {
        settlePending();
    } catch (const std::system_error&) {
        return; // tried again at the next start
    }
}

void ProfileFiles::settlePending() {
    const UniqueFd secrets = file_io::openFolder(secrets_);
    const UniqueFd profiles = file_io::openFolder(connections_);
    if (!secrets)
        return;
    for (const std::string& pending : file_io::list(secrets)) {
        if (!pending.starts_with(kPending))
            continue;
        const std::string file = pending.substr(kPending.size());
        if (profiles && faccessat(profiles.get(), file.c_str(), F_OK, 0) == 0)
            file_io::rename(secrets, pending, file, Durability::Disk);
        else
            file_io::remove(secrets, pending, Durability::Disk);
    }
}

void ProfileFiles::saveNew(const std::string& name, const std::string& json, const core::Secrets& secrets) {
    const std::string file = fileOf(name);
    savePinState(name, core::PinState::Fresh);
    if (secrets.empty())
        return saveProfile(name, json);
    const std::string pending = std::string(kPending) + file;
    writeSecrets(pending, secrets);
    const auto drop = [&] {
        if (const UniqueFd folder = file_io::openFolder(secrets_))
            unlinkat(folder.get(), pending.c_str(), 0);
    };
    try {
        saveProfile(name, json);
    } catch (...) {
        drop();
        if (const UniqueFd folder = file_io::openFolder(connections_)) // it may be there, and not flushed
            unlinkat(folder.get(), file.c_str(), 0);
        throw;
    }
    try {
        tell("store the secrets",
             [&] { file_io::rename(file_io::openFolder(secrets_), pending, file, Durability::Disk); });
    } catch (...) {
        removeProfile(file);
        drop();
        throw;
    }
}

void ProfileFiles::removeBoth(const std::string& name) {
    const std::string file = fileOf(name);
    const std::string pending = std::string(kPending) + file;
    const UniqueFd folder = tell("remove the secrets", [&] { return file_io::openFolder(secrets_); });
    const bool had = folder && faccessat(folder.get(), file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    if (had)
        tell("remove the secrets", [&] { file_io::rename(folder, file, pending, Durability::Disk); });
    try {
        removeProfile(file);
    } catch (...) {
        if (had)
            renameat(folder.get(), pending.c_str(), folder.get(), file.c_str());
        throw;
    }
    if (had)
        tell("remove the secrets", [&] { file_io::remove(folder, pending, Durability::Disk); });
    if (folder)
        unlinkat(folder.get(), cat(name, kPinState).c_str(), 0); // what is left saveNew() removes
}

std::vector<core::ProfileStore::Stored> ProfileFiles::loadAll() {
    return tell("read the profiles", [&] {
        std::vector<Stored> out;
        const UniqueFd folder = file_io::openFolder(connections_);
        if (!folder)
            return out;
        for (const std::string& file : file_io::list(folder)) {
            const auto name = profileName(file);
            if (!name)
                continue;
            Stored stored{*name, {}, {}};
            if (!core::validName(*name)) {
                stored.name = core::text::harmless(*name, limits::kNameLength);
                stored.error =
                    "the file's name is no valid name of a connection: 1 to 64 of A-Z a-z 0-9 . _ -";
            } else {
                readProfile(folder, file, stored);
            }
            out.push_back(std::move(stored));
        }
        return out;
    });
}

std::optional<core::ProfileStore::Stored> ProfileFiles::stored(const std::string& name) {
    const std::string file = fileOf(name);
    return tell("read the profile", [&]() -> std::optional<Stored> {
        const UniqueFd folder = file_io::openFolder(connections_);
        if (!folder || faccessat(folder.get(), file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0)
            return std::nullopt;
        Stored out{name, {}, {}};
        readProfile(folder, file, out);
        return out;
    });
}

void ProfileFiles::saveProfile(const std::string& name, const std::string& json) {
    const std::string file = fileOf(name);
    tell("store the profile", [&] {
        const UniqueFd folder = file_io::makeFolder(connections_, 0755);
        struct stat old {};
        const bool replaces = fstatat(folder.get(), file.c_str(), &old, 0) == 0;
        // An administrator may have hidden it from others.
        const mode_t mode = replaces ? (old.st_mode & 0044) | 0600 : 0644;
        file_io::write(folder, file, json, mode, Durability::Disk);
    });
}

void ProfileFiles::removeProfile(const std::string& file) {
    tell("remove the profile", [&] {
        if (const UniqueFd folder = file_io::openFolder(connections_))
            file_io::remove(folder, file, Durability::Disk);
    });
}

core::Secrets ProfileFiles::loadSecrets(const std::string& name) {
    return tell("read the secrets of " + name, [&] {
        core::Secrets out = secretsOfFile(secrets_, name);
        const UniqueFd folder = credentials_.empty() ? UniqueFd() : file_io::openFolder(credentials_);
        if (folder)
            for (const std::string_view key : kSecretKeys)
                if (auto secret = credential(folder, name, key))
                    out.insert_or_assign(std::string(key), std::move(*secret));
        return out;
    });
}

core::Secrets ProfileFiles::storedSecrets(const std::string& name) {
    return tell("read the secrets of " + name, [&] { return secretsOfFile(secrets_, name); });
}

void ProfileFiles::saveSecrets(const std::string& name, const core::Secrets& secrets) {
    if (secrets.empty())
        return removeSecrets(name);
    writeSecrets(fileOf(name), secrets);
}

void ProfileFiles::writeSecrets(const std::string& file, const core::Secrets& secrets) {
    for (const auto& [key, secret] : secrets)
        core::checkSecret(key, secret.view());
    auto json = secretsToJson(secrets);
    try {
        tell("store the secrets", [&] {
            const UniqueFd folder = file_io::makeFolder(secrets_, 0700);
            requirePrivate(folder, secrets_);
            file_io::write(folder, file, {json.data(), json.size()}, 0600, Durability::Disk);
        });
    } catch (...) {
        file_io::wipe(json);
        throw;
    }
    file_io::wipe(json);
}

core::PinState ProfileFiles::pinState(const std::string& name) {
    fileOf(name);
    return tell("read what became of the PIN", [&] {
        const UniqueFd folder = file_io::openFolder(secrets_);
        if (!folder)
            return core::PinState::Fresh;
        const auto content = file_io::read(folder, cat(name, kPinState), kPinStateSize);
        if (!content.exists)
            return core::PinState::Fresh;
        const std::string_view word(content.bytes.data(), content.bytes.size());
        const auto* known = std::find(kPinStates.begin() + 1, kPinStates.end(), word);
        return known == kPinStates.end() ? core::PinState::Trying
                                         : static_cast<core::PinState>(known - kPinStates.begin());
    });
}

void ProfileFiles::savePinState(const std::string& name, core::PinState state) {
    fileOf(name);
    tell("store what becomes of the PIN", [&] {
        const std::string file = cat(name, kPinState);
        if (state != core::PinState::Fresh)
            return file_io::write(file_io::makeFolder(secrets_, 0700), file,
                                  kPinStates.at(static_cast<std::size_t>(state)), 0600, Durability::Disk);
        const UniqueFd folder = file_io::openFolder(secrets_);
        if (folder && faccessat(folder.get(), file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            file_io::remove(folder, file, Durability::Disk);
    });
}

void ProfileFiles::removeSecrets(const std::string& name) {
    const std::string file = fileOf(name);
    tell("remove the secrets", [&] {
        if (const UniqueFd folder = file_io::openFolder(secrets_))
            file_io::remove(folder, file, Durability::Disk);
    });
}

} // namespace ppp::sys
