// SPDX-License-Identifier: LGPL-2.1-or-later
// Profiles and secrets as files: FOLDER/connections/NAME.json and FOLDER/secrets/NAME.json.
#pragma once

#include <optional>
#include <string>

#include "core/ports.hpp"

namespace ppp::sys {

/// Folders are made when first written to (connections 0755, secrets 0700), files are replaced atomically and
/// are on disk when a call returns. A failed write is Error{Failed} with a sentence without a path, and
/// leaves what was there.
///
/// A secrets file is an object of "password", "peer-password", "tunnel-secret", "pin" (UTF-8) or the same
/// with "-base64". It is refused where the file or its folder is open to group or others or belongs to
/// somebody else than the caller and root (nothing is put into such a folder either); one that is absent
/// means no secrets. A systemd credential NAME.KEY (systemd.exec(5), LoadCredential=) wins over the file; one
/// newline at its end is not part of it.
class ProfileFiles final : public core::ProfileStore {
public:
    /// `credentials`: $CREDENTIALS_DIRECTORY, or empty where there is none.
    ProfileFiles(std::string folder, std::string credentials);

    std::vector<Stored> loadAll() override;
    std::optional<Stored> stored(const std::string& name) override;
    /// The secrets wait under a name of their own (".pending-NAME.json") until the profile decides: where it
    /// exists at the next start they become its secrets, else they go.
    void saveNew(const std::string& name, const std::string& json, const core::Secrets& secrets) override;
    void removeBoth(const std::string& name) override;
    void saveProfile(const std::string& name, const std::string& json) override;
    core::Secrets loadSecrets(const std::string& name) override;
    core::Secrets storedSecrets(const std::string& name) override;
    void saveSecrets(const std::string& name, const core::Secrets& secrets) override;
    void removeSecrets(const std::string& name) override;
    /// FOLDER/secrets/NAME.pin: a word. Not with the secrets: those may be a credential, and the file of an
    /// administrator.
    core::PinState pinState(const std::string& name) override;
    void savePinState(const std::string& name, core::PinState state) override;

private:
    void settlePending();
    void removeProfile(const std::string& file);
    void writeSecrets(const std::string& file, const core::Secrets& secrets);

    std::string connections_, secrets_, credentials_;
};

} // namespace ppp::sys
