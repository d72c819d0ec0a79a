// SPDX-License-Identifier: LGPL-2.1-or-later
// The service manager's descriptor store: what is put there is handed to the daemon's next life, and closed
// when the service is stopped (sd_pid_notify_with_fds(3), FDSTORE=1). That is what lets engines outlive the
// daemon and not the service.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ppp::sys {

class FdStore {
public:
    /// Takes over what an earlier life left (sd_listen_fds_with_names(3)), each close-on-exec, and clears
    /// $LISTEN_* from the environment. Call before any child is started. Of several with one name the newest
    /// is kept, the others are closed.
    FdStore();
    /// Closes what nobody took; the store itself keeps its copies.
    ~FdStore();
    FdStore(const FdStore&) = delete;
    FdStore& operator=(const FdStore&) = delete;

    /// Whether a service manager listens at all; where not, push() and remove() do nothing and answer false.
    bool available() const { return available_; }
    /// Puts a duplicate of `fd` into the store under `name`; the caller keeps its own. FDPOLL=0: else the
    /// manager drops a socket whose peer has died together with what is still queued in it. False where the
    /// name is not one the manager takes (empty, over 255 bytes, ':' or control characters) or sending
    /// failed. The manager sends no answer: with a full store (FileDescriptorStoreMax=) the descriptor is
    /// closed silently. What shares its inode with others is packed (sys/fd_box.hpp), and unpacked by take().
    bool push(const std::string& name, int fd);
    /// Takes all descriptors of that name out of the store.
    bool remove(const std::string& name);
    /// The inherited descriptor of that name, now owned by the caller; -1 where there is none. It stays in
    /// the store.
    int take(const std::string& name);
    /// Inherited and not taken yet, sorted.
    std::vector<std::string> names() const;

    static bool validName(const std::string& name);

private:
    bool available_;
    std::map<std::string, int> inherited_;
};

} // namespace ppp::sys
