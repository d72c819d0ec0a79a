// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engines ask of the service manager's descriptor store, and the names they use there.
#pragma once

#include <string>
#include <vector>

#include "sys/fd_store.hpp"
#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// An engine's three descriptors are stored under the connection's name followed by one of these.
inline constexpr const char* kStoredSocket = ".socket";
inline constexpr const char* kStoredPidfd = ".pidfd";
inline constexpr const char* kStoredLifeline = ".lifeline";

/// The store as a port, for tests. Nothing of it throws or blocks. Requests are carried out in the order
/// made.
class FdKeeper {
public:
    virtual ~FdKeeper() = default;
    /// Keeps a duplicate of `fd` under this name. False where it was refused; true also without a service
    /// manager: an engine then ends with its supervisor, which is no fault.
    virtual bool push(const std::string& name, int fd) = 0;
    /// Drops everything kept under this name.
    virtual void remove(const std::string& name) = 0;
    /// What an earlier life left under this name, once; the store keeps its own duplicate until remove().
    virtual UniqueFd take(const std::string& name) = 0;
    /// What can still be taken.
    virtual std::vector<std::string> names() const = 0;
};

class StoredFds final : public FdKeeper {
public:
    /// `store` outlives this.
    explicit StoredFds(FdStore& store) : store_(store) {}
    bool push(const std::string& name, int fd) override {
        return store_.push(name, fd) || !store_.available();
    }
    void remove(const std::string& name) override { store_.remove(name); }
    UniqueFd take(const std::string& name) override { return UniqueFd(store_.take(name)); }
    std::vector<std::string> names() const override { return store_.names(); }

private:
    FdStore& store_;
};

} // namespace ppp::sys
