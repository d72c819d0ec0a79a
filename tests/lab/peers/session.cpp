// SPDX-License-Identifier: LGPL-2.1-or-later
// The PPP side of one session.
#include "session.hpp"
#include "digest.hpp"
#include "ip_echo.hpp"

#include <algorithm>
#include <utility>

namespace ppp::lab {

namespace {

constexpr std::uint8_t kMru = 1;
constexpr std::uint8_t kAuthentication = 3;
constexpr std::uint8_t kMagicNumber = 5;
constexpr std::uint8_t kIpAddress = 3;
constexpr std::uint8_t kPrimaryDns = 129;
constexpr std::uint8_t kSecondaryDns = 131;
constexpr std::uint8_t kInterfaceId = 1;
constexpr std::uint32_t kOurMagic = 0x1ab0c0de;
constexpr std::uint16_t kUsualMru = 1492;
constexpr Milliseconds kTerminateTimeout{1000};

const Bytes kOurInterfaceId{0, 0, 0, 0, 0, 0, 0, 1};
const Bytes kTheirInterfaceId{0, 0, 0, 0, 0, 0, 0, 2};

Bytes number32(std::uint32_t value) {
    Bytes bytes;
    put32(bytes, value);
    return bytes;
}

Verdict exactly(const Option& option, Bytes wanted) {
    if (option.value == wanted) {
        return {};
    }
    return {ControlCode::ConfigureNak, std::move(wanted)};
}

} // namespace

Session::Session(const Script& script, std::uint32_t address, std::uint16_t payload, Send send,
                 std::function<void()> closed)
    : script_(script), address_(address), mru_(script.mru != 0 ? script.mru
                                               : payload != 0  ? payload
                                                               : kUsualMru),
      dns_(script.dns), send_(std::move(send)), closed_(std::move(closed)),
      lcp_(
          lcpOptions(), script.restart, [this](const Option& option) { return judgeLcp(option); },
          [this](const ControlPacket& packet) { sendControl(Protocol::Lcp, packet); }),
      ipcp_(
          {{kIpAddress, number32(script.local)}}, script.restart,
          [this](const Option& option) { return judgeIpcp(option); },
          [this](const ControlPacket& packet) { sendControl(Protocol::Ipcp, packet); }),
      ipv6cp_(
          {{kInterfaceId, kOurInterfaceId}}, script.restart,
          [this](const Option& option) { return judgeIpv6cp(option); },
          [this](const ControlPacket& packet) { sendControl(Protocol::Ipv6cp, packet); }) {}

Options Session::lcpOptions() const {
    Bytes mru;
    put16(mru, mru_);
    Options options{{kMru, mru}, {kMagicNumber, number32(kOurMagic)}};
    Bytes auth;
    if (script_.auth == Auth::Pap) {
        put16(auth, static_cast<std::size_t>(Protocol::Pap));
        options.push_back({kAuthentication, auth});
    } else if (script_.auth == Auth::Chap || script_.auth == Auth::Unproven) {
        put16(auth, static_cast<std::size_t>(Protocol::Chap));
        put8(auth, script_.auth == Auth::Chap ? 5 : 0x81); // MD5, MS-CHAPv2
        options.push_back({kAuthentication, auth});
    }
    return options;
}

void Session::sendControl(Protocol protocol, const ControlPacket& packet) {
    send_(protocol, buildControl(packet));
}

void Session::start(Clock::time_point now) {
    started_ = true;
    lcp_.start(now);
}

void Session::renegotiate(std::uint32_t address, const std::vector<std::uint32_t>& dns,
                          Clock::time_point now) {
    if (!started_ || end_ != End::No) {
        return;
    }
    address_ = address;
    if (!dns.empty()) {
        dns_ = dns;
    }
    authStarted_ = false;
    networkStarted_ = false;
    upSince_.reset();
    lcp_.start(now);
}

Verdict Session::judgeLcp(const Option& option) const {
    if (option.type == kMru || option.type == kMagicNumber) {
        return {};
    }
    return {ControlCode::ConfigureReject, {}};
}

Verdict Session::judgeIpcp(const Option& option) const {
    switch (option.type) {
    case kIpAddress:
        return exactly(option, number32(address_));
    case kPrimaryDns:
        if (!dns_.empty()) {
            return exactly(option, number32(dns_.front()));
        }
        break;
    case kSecondaryDns:
        if (!dns_.empty()) {
            return exactly(option, number32(dns_.back()));
        }
        break;
    default:
        break;
    }
    return {ControlCode::ConfigureReject, {}};
}

Verdict Session::judgeIpv6cp(const Option& option) const {
    if (option.type != kInterfaceId || option.value.size() != kTheirInterfaceId.size()) {
        return {ControlCode::ConfigureReject, {}};
    }
    const bool usable =
        option.value != kOurInterfaceId &&
        std::any_of(option.value.begin(), option.value.end(), [](std::uint8_t byte) { return byte != 0; });
    return usable ? Verdict{} : Verdict{ControlCode::ConfigureNak, kTheirInterfaceId};
}

void Session::receive(Protocol protocol, View packet, Clock::time_point now) {
    if (mute_ || end_ == End::Closed) {
        return;
    }
    if (protocol == Protocol::Ip) {
        receiveIp(packet);
        return;
    }
    if (protocol == Protocol::Ipv6) {
        return;
    }
    const bool known = protocol == Protocol::Lcp || protocol == Protocol::Pap || protocol == Protocol::Chap ||
                       protocol == Protocol::Ipcp || (protocol == Protocol::Ipv6cp && script_.ipv6);
    if (!known) {
        Bytes rejected;
        put16(rejected, static_cast<std::size_t>(protocol));
        putAll(rejected, packet);
        sendControl(Protocol::Lcp, {static_cast<std::uint8_t>(ControlCode::ProtocolReject), 1, rejected});
        return;
    }
    const auto control = parseControl(packet);
    if (!control) {
        return;
    }
    if (protocol == Protocol::Lcp) {
        receiveLcp(*control, now);
    } else if (protocol == Protocol::Pap) {
        receivePap(*control, now);
    } else if (protocol == Protocol::Chap) {
        receiveChap(*control, now);
    } else if (networkStarted_) {
        (protocol == Protocol::Ipcp ? ipcp_ : ipv6cp_).receive(*control, now);
        if (ipcp_.opened() && !upSince_) {
            networkUp(now);
        }
    }
}

void Session::receiveLcp(const ControlPacket& packet, Clock::time_point now) {
    const bool wasOpen = lcp_.opened();
    if (lcp_.receive(packet, now)) {
        if (wasOpen && !lcp_.opened()) { // RFC 1661 section 3.4: what is above begins anew
            authStarted_ = false;
            networkStarted_ = false;
            upSince_.reset();
        }
        if (lcp_.opened() && !authStarted_) {
            authenticate(now);
        }
        return;
    }
    switch (static_cast<ControlCode>(packet.code)) {
    case ControlCode::EchoRequest: {
        Bytes data = number32(kOurMagic);
        if (packet.data.size() > data.size()) {
            putAll(data, View(packet.data).subspan(data.size()));
        }
        sendControl(Protocol::Lcp, {static_cast<std::uint8_t>(ControlCode::EchoReply), packet.id, data});
        break;
    }
    case ControlCode::TerminateRequest:
        sendControl(Protocol::Lcp, {static_cast<std::uint8_t>(ControlCode::TerminateAck), packet.id, {}});
        close();
        break;
    case ControlCode::TerminateAck:
        close();
        break;
    default:
        break;
    }
}

void Session::authenticate(Clock::time_point now) {
    authStarted_ = true;
    if (script_.auth == Auth::None) {
        startNetwork(now);
    } else if (script_.auth == Auth::Chap || script_.auth == Auth::Unproven) {
        // Not secret and the same each time: a peer that is to be tested needs no surprise from us.
        challenge_ = toBytes(script_.auth == Auth::Chap ? "a challenge to be hashed" : "sixteen byte say");
        Bytes data;
        put8(data, challenge_.size());
        putAll(data, challenge_);
        putAll(data, toBytes(script_.concentrators.front().name));
        sendControl(Protocol::Chap, {1, 1, data});
    }
}

void Session::receivePap(const ControlPacket& packet, Clock::time_point now) {
    constexpr std::uint8_t kRequest = 1;
    const View data = packet.data;
    if (packet.code != kRequest || script_.auth != Auth::Pap || data.empty() || data.size() < data[0] + 2U) {
        return;
    }
    const View user = data.subspan(1, data[0]);
    const std::size_t length = data[data[0] + 1U];
    const View password = data.subspan(data[0] + 2U);
    const bool good = std::ranges::equal(user, toBytes(script_.user)) && length <= password.size() &&
                      std::ranges::equal(password.first(length), toBytes(script_.password));
    authenticated(good && !script_.rejects, packet.id, now);
}

void Session::receiveChap(const ControlPacket& packet, Clock::time_point now) {
    constexpr std::uint8_t kResponse = 2;
    constexpr std::size_t kDigestSize = 16;
    const View data = packet.data;
    if (packet.code == kResponse && script_.auth == Auth::Unproven) {
        authenticated(true, packet.id, now);
        return;
    }
    if (packet.code != kResponse || challenge_.empty() || data.size() < kDigestSize + 1 ||
        data[0] != kDigestSize) {
        return;
    }
    Bytes hashed{packet.id};
    putAll(hashed, toBytes(script_.password));
    putAll(hashed, challenge_);
    const bool good = std::ranges::equal(data.subspan(1, kDigestSize), md5(hashed)) &&
                      std::ranges::equal(data.subspan(1 + kDigestSize), toBytes(script_.user));
    authenticated(good && !script_.rejects, packet.id, now);
}

void Session::authenticated(bool good, std::uint8_t id, Clock::time_point now) {
    const std::string proof = script_.auth == Auth::Unproven ? "S=" + std::string(40, '0') + " M=" : "";
    const std::string text = good ? proof + "welcome" : script_.text;
    Bytes data;
    if (script_.auth == Auth::Pap) {
        put8(data, text.size());
    }
    putAll(data, toBytes(text));
    const std::uint8_t success = script_.auth == Auth::Pap ? 2 : 3;
    const auto code = static_cast<std::uint8_t>(good ? success : success + 1);
    if (!script_.losesVerdict || std::exchange(verdictLost_, true)) {
        sendControl(script_.auth == Auth::Pap ? Protocol::Pap : Protocol::Chap, {code, id, data});
    }
    if (good) {
        startNetwork(now);
    } else if (script_.afterReject == AfterReject::Terminate) {
        terminate(now);
    } else if (script_.afterReject == AfterReject::Padt) {
        close();
    }
}

void Session::startNetwork(Clock::time_point now) {
    if (networkStarted_) {
        return;
    }
    networkStarted_ = true;
    ipcp_.start(now);
    if (script_.ipv6) {
        ipv6cp_.start(now);
    }
}

void Session::networkUp(Clock::time_point now) {
    upSince_ = now;
}

void Session::receiveIp(View packet) {
    if (auto reply = echoReply(packet); reply && upSince_) {
        send_(Protocol::Ip, std::move(*reply));
    }
}

void Session::terminate(Clock::time_point now) {
    end_ = End::Terminating;
    closeAt_ = now + kTerminateTimeout;
    sendControl(Protocol::Lcp,
                {static_cast<std::uint8_t>(ControlCode::TerminateRequest), 7, toBytes(script_.text)});
}

void Session::close() {
    if (end_ != End::Closed) {
        end_ = End::Closed;
        closed_();
    }
}

void Session::tick(Clock::time_point now) {
    if (end_ == End::Closed || mute_) {
        return;
    }
    if (closeAt_ && now >= *closeAt_) {
        close();
        return;
    }
    if (upSince_ && script_.muteAfter && now >= *upSince_ + *script_.muteAfter) {
        mute_ = true;
        return;
    }
    if (upSince_ && script_.padtAfter && now >= *upSince_ + *script_.padtAfter) {
        close();
        return;
    }
    if (upSince_ && script_.terminateAfter && end_ == End::No && now >= *upSince_ + *script_.terminateAfter) {
        terminate(now);
    }
    for (Negotiation* negotiation : {&lcp_, &ipcp_, &ipv6cp_}) {
        negotiation->tick(now);
    }
}

std::optional<Clock::time_point> Session::deadline() const {
    if (end_ == End::Closed || mute_) {
        return std::nullopt;
    }
    std::optional<Clock::time_point> earliest = closeAt_;
    const auto consider = [&earliest](std::optional<Clock::time_point> time) {
        if (time && (!earliest || *time < *earliest)) {
            earliest = time;
        }
    };
    for (const Negotiation* negotiation : {&lcp_, &ipcp_, &ipv6cp_}) {
        consider(negotiation->deadline());
    }
    if (upSince_ && end_ == End::No) {
        for (const auto& after : {script_.terminateAfter, script_.padtAfter, script_.muteAfter}) {
            if (after) {
                consider(*upSince_ + *after);
            }
        }
    }
    return earliest;
}

} // namespace ppp::lab
