// SPDX-License-Identifier: LGPL-2.1-or-later
// One mapping of its own, locked and wiped.
#include "engine/host/vault.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace ppp::engine {
namespace {

struct Slot {
    std::array<char, PPPM_MAX_SECRET> bytes{};
    std::size_t size = 0;
    bool present = false;

    std::optional<std::string_view> view() const {
        return present ? std::optional(std::string_view(bytes.data(), size)) : std::nullopt;
    }
    /// False where it is too long.
    bool fill(std::optional<std::string_view> from) {
        if (from && from->size() > bytes.size()) {
            return false;
        }
        if (from) {
            std::memcpy(bytes.data(), from->data(), from->size());
            size = from->size();
            present = true;
        }
        return true;
    }
};

} // namespace

struct Vault::Pages {
    Slot password, tunnelSecret, peerSecret;
    std::array<std::uint8_t, PPPM_MAX_DATAGRAM> intake{};
    bool filled = false;
};

Vault::Vault() {
    void* const memory =
        mmap(nullptr, sizeof(Pages), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "mmap");
    }
    const rlimit none{0, 0};
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &none);
    mlock(memory, sizeof(Pages));
    madvise(memory, sizeof(Pages), MADV_DONTDUMP);
    madvise(memory, sizeof(Pages), MADV_WIPEONFORK);
    pages_ = new (memory) Pages;
}

Vault::~Vault() {
    explicit_bzero(static_cast<void*>(pages_), sizeof(Pages));
    munmap(pages_, sizeof(Pages));
}

std::span<std::uint8_t> Vault::intake() {
    return pages_->intake;
}

bool Vault::take(std::size_t size) {
    const Bytes datagram = Bytes(pages_->intake).first(size);
    const bool whole = !pages_->filled && kindOf(datagram) == PPPM_SECRETS &&
                       pages_->password.fill(fieldOf(datagram, PPPM_T_PASSWORD)) &&
                       pages_->tunnelSecret.fill(fieldOf(datagram, PPPM_T_TUNNEL_SECRET)) &&
                       pages_->peerSecret.fill(fieldOf(datagram, PPPM_T_PEER_SECRET));
    explicit_bzero(pages_->intake.data(), pages_->intake.size());
    pages_->filled = pages_->filled || whole;
    return whole;
}

bool Vault::filled() const {
    return pages_->filled;
}

std::optional<std::string_view> Vault::password() const {
    return pages_->password.view();
}

std::optional<std::string_view> Vault::tunnelSecret() const {
    return pages_->tunnelSecret.view();
}

std::optional<std::string_view> Vault::peerSecret() const {
    return pages_->peerSecret.view();
}

} // namespace ppp::engine
