// SPDX-License-Identifier: LGPL-2.1-or-later
// mmap(2), mlock(2) and madvise(2).
#include "core/locked_secret.hpp"

#include <cstring>
#include <new>

#include <sys/mman.h>

namespace ppp::core {

LockedSecret::LockedSecret(std::string_view bytes) {
    if (bytes.empty()) {
        return;
    }
    void* const memory =
        mmap(nullptr, bytes.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    mlock(memory, bytes.size());
    madvise(memory, bytes.size(), MADV_DONTDUMP);
    madvise(memory, bytes.size(), MADV_WIPEONFORK);
    page_ = static_cast<char*>(memory);
    size_ = bytes.size();
    std::memcpy(page_, bytes.data(), size_);
}

LockedSecret& LockedSecret::operator=(LockedSecret&& other) noexcept {
    if (this != &other) {
        drop();
        page_ = std::exchange(other.page_, nullptr);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

void LockedSecret::drop() noexcept {
    if (page_ != nullptr) {
        explicit_bzero(page_, size_);
        munmap(page_, size_);
    }
    page_ = nullptr;
    size_ = 0;
}

} // namespace ppp::core
