// SPDX-License-Identifier: LGPL-2.1-or-later
// Result and error codes in words. A code that is not in a table is shown as a number.
#include "engine/l2tp/protocol.hpp"

#include <array>
#include <string_view>

namespace ppp::l2tp {
namespace {

template <std::size_t Size>
std::string_view at(const std::array<std::string_view, Size>& words, std::uint16_t index) {
    return index < Size ? words.at(index) : std::string_view();
}

constexpr std::array<std::string_view, 8> kStop{
    "",
    "the tunnel was closed",
    "an error ended the tunnel",
    "there is a tunnel between the two already",
    "this machine is not authorized to have a tunnel",
    "the protocol version is not supported",
    "the server is shutting down",
    "a message came that does not fit the state of the tunnel",
};

constexpr std::array<std::string_view, 12> kCall{
    "",
    "the carrier was lost",
    "an error ended the call",
    "the call was ended by the administration",
    "facilities are lacking for the moment",
    "facilities are lacking for good",
    "the destination is invalid",
    "no carrier was found",
    "the line is busy",
    "there is no dial tone",
    "the call was not established in time",
    "no framing was recognized",
};

constexpr std::array<std::string_view, 9> kError{
    "",
    "no control connection exists",
    "a length is wrong",
    "a value is out of range",
    "resources are insufficient",
    "the session is unknown",
    "an error of the vendor's own",
    "another server should be tried",
    "a mandatory attribute is unknown",
};

std::string describe(std::string_view words, std::string_view errorWords, const ResultCode& code) {
    std::string out(words);
    std::string numbers = "result " + std::to_string(code.result);
    if (code.error && (*code.error != error::kNone || !errorWords.empty())) {
        numbers += ", error " + std::to_string(*code.error);
        if (!errorWords.empty()) {
            out += out.empty() ? "" : ": ";
            out += errorWords;
        }
    }
    out += out.empty() ? numbers : " (" + numbers + ")";
    if (!code.message.empty()) {
        out += ": \"" + code.message + "\"";
    }
    return out;
}

} // namespace

std::string describeStop(const ResultCode& code) {
    std::string_view detail;
    if (code.error && code.result != result::kStopVersion) {
        detail = at(kError, *code.error);
    }
    return describe(at(kStop, code.result), detail, code);
}

std::string describeCall(const ResultCode& code) {
    return describe(at(kCall, code.result), code.error ? at(kError, *code.error) : std::string_view(), code);
}

std::string messageName(std::uint16_t type) {
    constexpr std::array<std::string_view, 17> kNames{"",      "SCCRQ", "SCCRP", "SCCCN", "StopCCN", "",
                                                      "HELLO", "OCRQ",  "OCRP",  "OCCN",  "ICRQ",    "ICRP",
                                                      "ICCN",  "",      "CDN",   "WEN",   "SLI"};
    const std::string_view name = at(kNames, type);
    return name.empty() ? "message " + std::to_string(type) : std::string(name);
}

} // namespace ppp::l2tp
