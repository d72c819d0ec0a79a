// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes of control messages to values and back. What comes in is hostile: every length is checked against the
// bytes that are there, and what the rules of RFC 2661 section 4 do not allow is named, not guessed at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/l2tp/proof.hpp"
#include "engine/l2tp/protocol.hpp"

namespace ppp::l2tp {

/// The largest control message that is read or written, the header included, in bytes.
inline constexpr std::size_t kLargestMessage = 1500;

struct Header {
    std::uint16_t tunnel = 0, session = 0, ns = 0, nr = 0;
    Bytes body; ///< the attributes, inside the datagram; empty: a bare acknowledgement (ZLB)
};

/// Nothing where it is no control message of version 2: data, a header whose length says more than there is,
/// flags that a control message must not have. Bytes behind the length are ignored.
std::optional<Header> readHeader(Bytes datagram);
/// `body` as a MessageWriter gives it, or empty.
Datagram writeMessage(std::uint16_t tunnel, std::uint16_t session, std::uint16_t ns, std::uint16_t nr,
                      Bytes body);

/// What a control message says, as far as a LAC looks at it. An attribute that stands twice counts once.
struct Message {
    std::uint16_t type = 0;
    bool mustKnow = false; ///< the M bit of the message's type
    std::optional<std::uint16_t> version, tunnel, session, window;
    std::optional<std::string> hostName; ///< the peer's bytes
    std::optional<std::vector<std::uint8_t>> challenge;
    std::optional<Response> response;
    std::optional<ResultCode> result;
};

/// Why a message cannot be taken, for a StopCCN.
struct Flaw {
    std::uint16_t error = 0; ///< a general error code
    std::string text;
    std::uint16_t type = 0; ///< of the message; 0: not even that is known
    bool hidden = false;    ///< it is in a hidden attribute: another secret would read something else
};

/// Reads the attributes of a message that has some. An unknown attribute, a broken value or one that cannot
/// be unhidden (`secret` empty: none is known) is a flaw where it is mandatory and is skipped where it is
/// not.
std::variant<Message, Flaw> readMessage(Bytes body, Bytes secret);

/// Puts the attributes of one message together.
class MessageWriter {
public:
    explicit MessageWriter(MessageType type);
    MessageWriter& number16(Attribute attribute, std::uint16_t value);
    MessageWriter& number32(Attribute attribute, std::uint32_t value);
    /// Up to 1017 bytes; more are cut off.
    MessageWriter& bytes(Attribute attribute, Bytes value, bool mandatory = true);
    MessageWriter& text(Attribute attribute, std::string_view value, bool mandatory = true);
    /// Any attribute at all, also hidden ones, of other vendors, and wrong ones: for peers in tests.
    MessageWriter& raw(std::uint16_t flags, std::uint16_t vendor, std::uint16_t attribute, Bytes value);
    MessageWriter& result(const ResultCode& code);
    std::vector<std::uint8_t> take() { return std::move(body_); }

    static constexpr std::uint16_t kMandatory = 0x8000, kHidden = 0x4000;

private:
    std::vector<std::uint8_t> body_;
};

} // namespace ppp::l2tp
