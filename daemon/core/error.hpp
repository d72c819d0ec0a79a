// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors that travel to a caller on the bus: a word of the contract and a sentence for a person.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace ppp::core {

/// The errors of the bus contract; the D-Bus name is "org.ppp.Error." + wire(code).
enum class ErrorCode {
    NoSuchConnection,
    InvalidName,
    InvalidProfile, ///< the text carries every fault, a line each: JSON pointer, what is wrong, what was
                    ///< expected
    AlreadyExists,
    AlreadyUp,
    NotUp,
    NotAuthorized,
    NoSecrets,
    Failed, ///< of a waited call: "reason-word: text"
    Timeout,
    Busy,
    NotSupported,
    LimitExceeded,
};

/// The name as it stands on the bus after "org.ppp.Error.".
std::string_view wire(ErrorCode code);

class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
    ErrorCode code() const { return code_; }

private:
    ErrorCode code_;
};

} // namespace ppp::core
