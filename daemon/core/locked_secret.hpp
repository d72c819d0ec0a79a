// SPDX-License-Identifier: LGPL-2.1-or-later
// A secret that is kept for long: on a page of its own that is never swapped out, dumped or inherited.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "core/secret.hpp"

namespace ppp::core {

/// Wiped when it goes. Where the kernel does not lock the page (RLIMIT_MEMLOCK) it is kept all the same.
class LockedSecret {
public:
    /// Throws std::bad_alloc.
    explicit LockedSecret(std::string_view bytes);
    LockedSecret(LockedSecret&& other) noexcept
        : page_(std::exchange(other.page_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    LockedSecret& operator=(LockedSecret&& other) noexcept;
    LockedSecret(const LockedSecret&) = delete;
    LockedSecret& operator=(const LockedSecret&) = delete;
    ~LockedSecret() { drop(); }

    std::string_view view() const { return {page_, size_}; }
    Secret copy() const { return Secret(view()); }

private:
    void drop() noexcept;

    char* page_ = nullptr; ///< a mapping of whole pages; null: moved from, or empty
    std::size_t size_ = 0; ///< of the secret
};

} // namespace ppp::core
