// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of the errors on the bus.
#include "core/error.hpp"

namespace ppp::core {

std::string_view wire(ErrorCode code) {
    switch (code) {
    case ErrorCode::NoSuchConnection:
        return "NoSuchConnection";
    case ErrorCode::InvalidName:
        return "InvalidName";
    case ErrorCode::InvalidProfile:
        return "InvalidProfile";
    case ErrorCode::AlreadyExists:
        return "AlreadyExists";
    case ErrorCode::AlreadyUp:
        return "AlreadyUp";
    case ErrorCode::NotUp:
        return "NotUp";
    case ErrorCode::NotAuthorized:
        return "NotAuthorized";
    case ErrorCode::NoSecrets:
        return "NoSecrets";
    case ErrorCode::Failed:
        return "Failed";
    case ErrorCode::Timeout:
        return "Timeout";
    case ErrorCode::Busy:
        return "Busy";
    case ErrorCode::NotSupported:
        return "NotSupported";
    case ErrorCode::LimitExceeded:
        return "LimitExceeded";
    }
    return "Failed";
}

} // namespace ppp::core
