// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that only their owner, root, can have put where they are: a whole path is looked at, not its end
// alone.
#pragma once

#include <stdexcept>
#include <string>

#include <sys/stat.h>
#include <sys/types.h>

#include "sys/unique_fd.hpp"

namespace ppp::hooks {

/// What makes a path no longer to be trusted, for a person.
class Distrust : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class TrustedTree {
public:
    /// `root`: the folder that stands for "/"; empty: that itself. `owner`: whom everything has to belong to.
    TrustedTree(const std::string& root, uid_t owner);

    /// Opens (O_PATH) what is at this absolute path. Symbolic links are followed by ourselves, within the
    /// tree. Each folder, link and file on the way, the last included, has to belong to the owner, and none
    /// may be writable by group or others (which is where an access control list shows, too: acl(5),
    /// "mask"); throws Distrust else. Throws std::system_error where the kernel refuses.
    sys::UniqueFd open(const std::string& path) const;
    /// As the kernel names it, outside the tree.
    std::string outside(const std::string& path) const { return name_ + path; }

private:
    void check(const struct stat& info, const std::string& what) const;

    std::string name_;
    uid_t owner_;
};

} // namespace ppp::hooks
