// SPDX-License-Identifier: LGPL-2.1-or-later
// Digests by OpenSSL's EVP; the stream that hides attributes is the digest of the block before.
#include "engine/l2tp/proof.hpp"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace ppp::l2tp {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kLengthField = 2;

Response md5(std::initializer_list<Bytes> parts) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    Response out{};
    bool done = context && EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1;
    for (const Bytes part : parts) {
        done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    if (!done || EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1) {
        throw std::runtime_error("libcrypto refuses MD5, which L2TP needs for a tunnel secret");
    }
    return out;
}

std::array<std::uint8_t, 2> network(std::uint16_t value) {
    return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 255)};
}

} // namespace

Response challengeResponse(MessageType carrier, Bytes secret, Bytes challenge) {
    const std::array<std::uint8_t, 1> id{static_cast<std::uint8_t>(carrier)};
    return md5({id, secret, challenge});
}

bool sameResponse(const Response& a, const Response& b) {
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<std::vector<std::uint8_t>> unhide(std::uint16_t attribute, Bytes secret, Bytes randomVector,
                                                Bytes hidden) {
    if (hidden.size() < kLengthField) {
        return std::nullopt;
    }
    std::vector<std::uint8_t> clear(hidden.size());
    Response pad = md5({network(attribute), secret, randomVector});
    for (std::size_t start = 0; start < hidden.size(); start += kBlock) {
        const std::size_t size = std::min(kBlock, hidden.size() - start);
        for (std::size_t i = 0; i < size; ++i) {
            clear[start + i] = hidden[start + i] ^ pad.at(i);
        }
        pad = md5({secret, hidden.subspan(start, size)});
    }
    const std::size_t length = static_cast<std::size_t>(clear[0]) << 8 | clear[1];
    if (length > clear.size() - kLengthField) {
        return std::nullopt;
    }
    clear.erase(clear.begin(), clear.begin() + kLengthField);
    clear.resize(length);
    return clear;
}

std::vector<std::uint8_t> hide(std::uint16_t attribute, Bytes secret, Bytes randomVector, Bytes value,
                               std::size_t padding) {
    const auto length = network(static_cast<std::uint16_t>(value.size()));
    std::vector<std::uint8_t> out(length.size() + value.size() + padding);
    std::copy(length.begin(), length.end(), out.begin());
    std::copy(value.begin(), value.end(), out.begin() + kLengthField);
    Response pad = md5({network(attribute), secret, randomVector});
    for (std::size_t start = 0; start < out.size(); start += kBlock) {
        const std::size_t size = std::min(kBlock, out.size() - start);
        for (std::size_t i = 0; i < size; ++i) {
            out[start + i] ^= pad.at(i);
        }
        pad = md5({secret, Bytes(out).subspan(start, size)});
    }
    return out;
}

} // namespace ppp::l2tp
