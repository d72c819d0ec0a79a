// SPDX-License-Identifier: LGPL-2.1-or-later
// PPP control packets: parsing, building, words for the log, and the negotiation.
#include "control.hpp"

#include <algorithm>
#include <array>

namespace ppp::lab {

namespace {

std::string protocolName(Protocol protocol) {
    switch (protocol) {
    case Protocol::Ip:
        return "IP";
    case Protocol::Ipv6:
        return "IPv6";
    case Protocol::Ipcp:
        return "IPCP";
    case Protocol::Ipv6cp:
        return "IPV6CP";
    case Protocol::Lcp:
        return "LCP";
    case Protocol::Pap:
        return "PAP";
    case Protocol::Chap:
        return "CHAP";
    }
    return "protocol-" + std::to_string(static_cast<unsigned>(protocol));
}

constexpr std::array kControlNames{"Configure-Request", "Configure-Ack", "Configure-Nak",  "Configure-Reject",
                                   "Terminate-Request", "Terminate-Ack", "Code-Reject",    "Protocol-Reject",
                                   "Echo-Request",      "Echo-Reply",    "Discard-Request"};
constexpr std::array kPapNames{"Request", "Ack", "Nak"};
constexpr std::array kChapNames{"Challenge", "Response", "Success", "Failure"};

template <std::size_t count>
std::string codeName(const std::array<const char*, count>& names, std::uint8_t code) {
    return code >= 1 && code <= count ? names[code - 1U] : "code-" + std::to_string(code);
}

} // namespace

std::optional<ControlPacket> parseControl(View packet) {
    if (packet.size() < 4) {
        return std::nullopt;
    }
    const std::size_t length = get16(packet, 2);
    if (length < 4 || length > packet.size()) {
        return std::nullopt;
    }
    const View data = packet.subspan(4, length - 4);
    return ControlPacket{packet[0], packet[1], Bytes(data.begin(), data.end())};
}

Bytes buildControl(const ControlPacket& packet) {
    Bytes bytes;
    put8(bytes, packet.code);
    put8(bytes, packet.id);
    put16(bytes, packet.data.size() + 4);
    putAll(bytes, packet.data);
    return bytes;
}

std::optional<Options> parseOptions(View data) {
    Options options;
    while (!data.empty()) {
        if (data.size() < 2 || data[1] < 2 || data[1] > data.size()) {
            return std::nullopt;
        }
        const View value = data.subspan(2, data[1] - 2U);
        options.push_back({data[0], Bytes(value.begin(), value.end())});
        data = data.subspan(data[1]);
    }
    return options;
}

Bytes buildOptions(const Options& options) {
    Bytes bytes;
    for (const Option& option : options) {
        put8(bytes, option.type);
        put8(bytes, option.value.size() + 2);
        putAll(bytes, option.value);
    }
    return bytes;
}

std::string describePpp(Protocol protocol, View packet) {
    const std::string name = protocolName(protocol);
    const auto control = parseControl(packet);
    if (protocol == Protocol::Ip || protocol == Protocol::Ipv6) {
        return name + ' ' + std::to_string(packet.size()) + " bytes";
    }
    if (!control) {
        return name + " (broken)";
    }
    std::string code;
    if (protocol == Protocol::Pap) {
        code = codeName(kPapNames, control->code);
    } else if (protocol == Protocol::Chap) {
        code = codeName(kChapNames, control->code);
    } else {
        code = codeName(kControlNames, control->code);
    }
    return name + ' ' + code + " id=" + std::to_string(control->id);
}

Negotiation::Negotiation(Options ours, Milliseconds restart, Judge judge, Send send)
    : ours_(std::move(ours)), restart_(restart), judge_(std::move(judge)), send_(std::move(send)) {}

void Negotiation::start(Clock::time_point now) {
    started_ = true;
    theirRequestAcked_ = false;
    request(now);
}

void Negotiation::request(Clock::time_point now) {
    ourRequestAcked_ = false;
    ++id_;
    repeatAt_ = now + restart_;
    send_({static_cast<std::uint8_t>(ControlCode::ConfigureRequest), id_, buildOptions(ours_)});
}

bool Negotiation::receive(const ControlPacket& packet, Clock::time_point now) {
    switch (static_cast<ControlCode>(packet.code)) {
    case ControlCode::ConfigureRequest:
        if (opened()) {
            request(now);
        }
        answer(packet);
        return true;
    case ControlCode::ConfigureAck:
        ourRequestAcked_ = ourRequestAcked_ || packet.id == id_;
        return true;
    case ControlCode::ConfigureNak:
        if (packet.id == id_) {
            request(now);
        }
        return true;
    case ControlCode::ConfigureReject:
        if (const auto rejected = parseOptions(packet.data); rejected && packet.id == id_) {
            std::erase_if(ours_, [&rejected](const Option& option) {
                return std::any_of(rejected->begin(), rejected->end(),
                                   [&option](const Option& other) { return other.type == option.type; });
            });
            request(now);
        }
        return true;
    default:
        return false;
    }
}

void Negotiation::answer(const ControlPacket& packet) {
    const auto options = parseOptions(packet.data);
    if (!options) {
        return;
    }
    Options rejected;
    Options naked;
    for (const Option& option : *options) {
        Verdict verdict = judge_(option);
        if (verdict.code == ControlCode::ConfigureReject) {
            rejected.push_back(option);
        } else if (verdict.code == ControlCode::ConfigureNak) {
            naked.push_back({option.type, std::move(verdict.value)});
        }
    }
    theirRequestAcked_ = rejected.empty() && naked.empty();
    if (!rejected.empty()) {
        send_({static_cast<std::uint8_t>(ControlCode::ConfigureReject), packet.id, buildOptions(rejected)});
    } else if (!naked.empty()) {
        send_({static_cast<std::uint8_t>(ControlCode::ConfigureNak), packet.id, buildOptions(naked)});
    } else {
        theirs_ = *options;
        send_({static_cast<std::uint8_t>(ControlCode::ConfigureAck), packet.id, packet.data});
    }
}

void Negotiation::tick(Clock::time_point now) {
    if (started_ && !ourRequestAcked_ && now >= repeatAt_) {
        --id_; // a repeated request keeps its id (RFC 1661 section 4.6)
        request(now);
    }
}

std::optional<Clock::time_point> Negotiation::deadline() const {
    return started_ && !ourRequestAcked_ ? std::optional(repeatAt_) : std::nullopt;
}

} // namespace ppp::lab
