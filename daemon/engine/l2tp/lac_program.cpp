// SPDX-License-Identifier: LGPL-2.1-or-later
// Between the protocol, the kernel and pppd: what happens in one is told to the others.
#include "engine/l2tp/lac_program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/text.hpp"
#include "engine/l2tp/ipsec_policy.hpp"

namespace ppp::l2tp {
namespace {

using core::Reason;
using core::text::cat;

constexpr int kDatagramsAtOnce = 64;
constexpr int kSameTunnelTries = 16;
/// A daemon that lives answers at once; none may, or one of an earlier version.
constexpr auto kPinPatience = std::chrono::milliseconds(500);
/// For pppd's own last words once the server has hung up on its goodbye.
constexpr auto kGoodbyePatience = std::chrono::milliseconds(500);
/// pppd attaches itself to its session within this time; else the call is connected without it.
constexpr auto kAttachPatience = std::chrono::seconds(1);
/// The plugin takes no longer ones.
constexpr Time kKeptRoundTrip = std::chrono::seconds(1);
/// For a server that has more addresses: 1 + 2 + 4 s of silence.
constexpr int kTriesOfMany = 3;

template <typename Value> Value random() {
    Value value{};
    if (getrandom(&value, sizeof value, 0) != static_cast<ssize_t>(sizeof value)) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return value;
}

std::uint16_t randomNumber() {
    for (;;) {
        if (const auto value = random<std::uint16_t>(); value != 0) {
            return value;
        }
    }
}

Time now() {
    timespec at{};
    clock_gettime(CLOCK_MONOTONIC, &at);
    return std::chrono::duration_cast<Time>(std::chrono::seconds(at.tv_sec) +
                                            std::chrono::nanoseconds(at.tv_nsec));
}

std::string machineName() {
    std::array<char, 256> name{};
    gethostname(name.data(), name.size() - 1);
    return name[0] == '\0' ? "localhost" : name.data();
}

std::vector<std::uint8_t> rawAddress(const ServerAddress& server) {
    if (server.address.ss_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&server.address);
        return {v6->sin6_addr.s6_addr, v6->sin6_addr.s6_addr + sizeof v6->sin6_addr};
    }
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&server.address);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&v4->sin_addr);
    return {bytes, bytes + sizeof v4->sin_addr};
}

std::string show(const ServerAddress& server) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto raw = rawAddress(server);
    inet_ntop(server.address.ss_family, raw.data(), text.data(), text.size());
    return text.data();
}

Reason reasonOf(EndKind kind) {
    switch (kind) {
    case EndKind::NoAnswer:
    case EndKind::NoCall:
    case EndKind::Lost:
        return Reason::TunnelTimeout;
    case EndKind::Refused:
    case EndKind::CallRefused:
    case EndKind::Broken:
        return Reason::TunnelRefused;
    case EndKind::SecretWrong:
        return Reason::AuthFailed;
    case EndKind::SecretMissing:
        return Reason::SecretsMissing;
    case EndKind::PeerEnded:
        return Reason::PeerTerminated;
    }
    return Reason::EngineFailed;
}

} // namespace

void LacProgram::begin() {
    host_->phase(PPPM_PHASE_LOOKUP);
    try {
        const auto& section = *host_->task().l2tp;
        lookup_ =
            std::make_unique<NameLookup>(loop_, section.server, section.port,
                                         [this](const NameLookup::Answer& found) { onAddresses(found); });
    } catch (const std::system_error& error) {
        fail(Reason::EngineFailed, cat("cannot look the server's name up: ", error.what()),
             engine::EngineHost::meansShortage(error.code().value()));
    }
}

void LacProgram::onAddresses(const NameLookup::Answer& found) {
    loop_.post([this] { lookup_.reset(); }); // it is calling
    if (leaving_) {
        return;
    }
    if (found.addresses.empty()) {
        fail(Reason::NameLookupFailed,
             cat("the name \"", host_->task().l2tp->server, "\" could not be resolved: ", found.error));
        return;
    }
    addresses_ = found.addresses;
    tryNext({});
}

/// `failure`: of the address before; the text of the first reason is kept for each.
void LacProgram::tryNext(const std::string& failure) {
    if (!failure.empty()) {
        failures_ += cat(failures_.empty() ? "" : "; ", failure);
    }
    readable_.reset();
    timer_.reset();
    lac_.reset();
    kernel_.reset();
    if (next_ == addresses_.size()) {
        fail(unguarded_ && !sent_ ? Reason::TunnelRefused : Reason::TunnelTimeout, failures_);
        return;
    }
    ++next_;
    host_->sayStanding(engine::Report(PPPM_SERVER).bytes(PPPM_T_ADDRESS, rawAddress(addresses_[next_ - 1])));
    host_->phase(PPPM_PHASE_TUNNEL);
    pinWait_ = loop_.after(kPinPatience, [this] { reach(); });
}

void LacProgram::serverPinned(std::string_view address) {
    if (!pinWait_) {
        return;
    }
    const auto raw = rawAddress(addresses_[next_ - 1]);
    if (std::equal(raw.begin(), raw.end(), address.begin(), address.end(),
                   [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); })) {
        reach();
    }
}

/// Only now: the socket keeps the address of ours that fits the way as it is when it is connected, and that
/// may have been a tunnel's before the server was pinned.
void LacProgram::reach() {
    pinWait_.reset();
    const ServerAddress& server = addresses_[next_ - 1];
    std::string error;
    if (connectTo(server, error) && guarded(error)) {
        startLac();
    } else {
        tryNext(cat(show(server), ": ", error));
    }
}

bool LacProgram::connectTo(const ServerAddress& server, std::string& error) {
    socket_.reset(socket(server.address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_ ||
        connect(socket_.get(), reinterpret_cast<const sockaddr*>(&server.address), server.size) < 0) {
        error = std::generic_category().message(errno);
        return false;
    }
    return true;
}

/// With require-ipsec: nothing leaves for a server that no policy covers.
bool LacProgram::guarded(std::string& error) {
    if (!host_->task().l2tp->requireIpsec) {
        return true;
    }
    const auto policies = outboundPolicies(error);
    const auto flow = flowOf(socket_.get());
    if (flow && isProtected(policies, *flow)) {
        return true;
    }
    unguarded_ = true;
    error = cat("the profile has require-ipsec, and no IPsec policy of this machine encrypts UDP to port ",
                host_->task().l2tp->port, " there", error.empty() ? "" : " (" + error + ")",
                ": nothing was sent");
    return false;
}

LacSettings LacProgram::settings() {
    const auto& section = *host_->task().l2tp;
    LacSettings out;
    out.hostName = section.hostname.empty() ? machineName() : section.hostname;
    out.tunnel = tunnel_;
    out.session = session_;
    out.callSerial = random<std::uint32_t>();
    if (const auto secret = host_->tunnelSecret()) {
        out.secret = {reinterpret_cast<const std::uint8_t*>(secret->data()), secret->size()};
    }
    out.challenge = random<std::array<std::uint8_t, 16>>();
    out.helloInterval = section.helloInterval;
    if (next_ < addresses_.size()) {
        out.connecting.tries = kTriesOfMany;
    }
    return out;
}

void LacProgram::startLac() {
    try {
        kernel_.emplace();
        session_ = randomNumber();
        tunnel_ = randomNumber();
        for (int n = 0; n < kSameTunnelTries && !KernelTunnel::isFree(tunnel_); ++n) {
            tunnel_ = randomNumber();
        }
    } catch (const std::exception& error) {
        kernelRefused(error);
        return;
    }
    readable_ = loop_.io(socket_.get(), EPOLLIN, [this](std::uint32_t) { readable(); });
    lac_.emplace(settings());
    lac_->start(now());
    sent_ = true;
    pump();
}

void LacProgram::readable() {
    std::array<std::uint8_t, 2048> buffer{};
    for (int n = 0; n < kDatagramsAtOnce && lac_ && readable_; ++n) {
        const ssize_t size = recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (size >= 0) {
            take(Bytes(buffer).first(static_cast<std::size_t>(size)));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            break;
        } else if (errno != EINTR) {
            lac_->unreachable(std::generic_category().message(errno));
        }
    }
    pump();
}

/// libcrypto may refuse what a tunnel secret needs (MD5, in FIPS mode): another try would meet the same.
void LacProgram::take(Bytes datagram) {
    try {
        lac_->receive(datagram, now());
    } catch (const std::exception& error) {
        host_->fail(Reason::EngineFailed, error.what());
        leaving_ = true;
        lac_->close("what came in cannot be checked", now());
    }
}

/// Sends, listens to and wakes the protocol; what an event brings may begin another round or the next
/// address.
void LacProgram::pump() {
    send();
    for (bool more = lac_.has_value(); more;) {
        const auto events = lac_->takeEvents();
        more = !events.empty();
        for (const LacEvent& event : events) {
            happened(event);
            if (!lac_) {
                return;
            }
        }
        send();
    }
    rearm();
}

void LacProgram::send() {
    if (!lac_) {
        return;
    }
    for (const Datagram& one : lac_->takeDatagrams()) {
        if (::send(socket_.get(), one.data(), one.size(), MSG_NOSIGNAL) < 0 && errno != EAGAIN &&
            errno != ENOBUFS && errno != EINTR) {
            lac_->unreachable(std::generic_category().message(errno));
        }
    }
}

void LacProgram::rearm() {
    timer_.reset();
    if (!lac_) {
        return;
    }
    if (const auto deadline = lac_->deadline()) {
        timer_ = loop_.timerMonotonic(static_cast<std::uint64_t>(deadline->count()), [this] {
            lac_->tick(now());
            pump();
        });
    }
}

void LacProgram::happened(const LacEvent& event) {
    if (const auto* opened = std::get_if<TunnelOpened>(&event)) {
        onOpened(*opened);
    } else if (const auto* taken = std::get_if<CallTaken>(&event)) {
        onCallTaken(*taken);
    } else if (const auto* ended = std::get_if<Ended>(&event)) {
        onEnded(*ended);
    } else {
        maybeFinish();
    }
}

void LacProgram::onOpened(const TunnelOpened& tunnel) {
    host_->sayStanding(engine::Report(PPPM_TUNNEL)
                           .number(PPPM_T_TUNNEL_ID, tunnel_)
                           .number(PPPM_T_PEER_TUNNEL_ID, tunnel.peerTunnel)
                           .text(PPPM_T_HOST_NAME, tunnel.hostName));
    try {
        kernel_->open(socket_.get(), addresses_[next_ - 1], tunnel_, tunnel.peerTunnel);
    } catch (const std::exception& error) {
        kernelRefused(error);
    }
}

/// The server's pppd may speak as soon as the call is connected: ours is to be there by then, since the
/// kernel keeps nothing for it.
void LacProgram::onCallTaken(const CallTaken& call) {
    if (leaving_) {
        return;
    }
    try {
        const sys::UniqueFd session = kernel_->openSession(session_, call.peerSession);
        leaving_ = true; // there is no other address once pppd runs
        std::vector<std::string> more{"plugin", "pppol2tp.so", "pppol2tp",
                                      std::to_string(sys::kEngineExtraFd)};
        if (const auto rtt = lac_->roundTrip(); rtt && *rtt > Time(0) && *rtt < kKeptRoundTrip) {
            more.insert(more.end(), {"ppp-manager-round-trip", std::to_string(rtt->count())});
        }
        host_->startPppd(more, session.get());
        ready_ = loop_.after(kAttachPatience, [this] { callReady(); });
    } catch (const std::exception& error) {
        kernelRefused(error);
    }
}

bool LacProgram::pppdSaid(engine::Bytes datagram) {
    if (engine::kindOf(datagram) != PPPM_PHASE) {
        return false;
    }
    const auto phase = engine::numberOf(datagram, PPPM_T_PHASE);
    if (ready_ && phase == PPPM_PHASE_ESTABLISH) {
        loop_.post([this] { callReady(); });
    }
    goodbye_ = goodbye_ || phase == PPPM_PHASE_TERMINATE;
    return false;
}

void LacProgram::callReady() {
    if (ready_) {
        ready_.reset();
        lac_->callReady(now());
        pump();
    }
}

void LacProgram::onEnded(const Ended& ended) {
    const bool another = ended.kind == EndKind::NoAnswer || ended.kind == EndKind::Refused;
    if (another && !leaving_ && next_ < addresses_.size()) {
        // not from within the protocol's own call
        const std::string failure = cat(show(addresses_[next_ - 1]), ": ", ended.text);
        lac_.reset();
        loop_.post([this, failure] {
            if (!leaving_) {
                tryNext(failure);
            }
        });
        return;
    }
    leaving_ = true;
    ready_.reset();
    if (host_->stopping() || (goodbye_ && ended.kind == EndKind::PeerEnded)) {
        farewell_ = ended.text; // it only answers: whoever began knows better why
        return;
    }
    host_->fail(reasonOf(ended.kind),
                failures_.empty() ? ended.text
                                  : cat(failures_, "; ", show(addresses_[next_ - 1]), ": ", ended.text));
}

void LacProgram::kernelRefused(const std::exception& error) {
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    const bool support = system != nullptr && KernelTunnel::meansNoSupport(system->code().value());
    const bool passing = system != nullptr && (engine::EngineHost::meansShortage(system->code().value()) ||
                                               system->code().value() == EEXIST); // another number then
    host_->fail(support ? Reason::KernelSupportMissing : Reason::EngineFailed, error.what(), passing);
    leaving_ = true;
    if (lac_) {
        lac_->close("the data plane cannot be set up", now());
    }
    maybeFinish();
}

void LacProgram::stop() {
    leaving_ = true;
    lookup_.reset();
    pinWait_.reset();
    if (lac_) {
        lac_->close("the link is taken down", now());
        pump();
    }
    maybeFinish();
}

void LacProgram::pppdEnded(const engine::PppdEnd&) {
    ready_.reset();
    grace_.reset();
    leaving_ = true;
    if (lac_ && !lac_->finished()) {
        lac_->close("the link is taken down", now());
        pump();
    }
    maybeFinish();
}

/// With the socket goes the kernel's tunnel; pppd is not told by its session, which only falls silent.
void LacProgram::maybeFinish() {
    if (!leaving_ || (lac_ && !lac_->finished())) {
        return;
    }
    if (host_->pppdRuns() && (goodbye_ || host_->stopping())) {
        grace_ = loop_.after(kGoodbyePatience, [this] { dropPppd(); });
        return;
    }
    pinWait_.reset();
    readable_.reset();
    timer_.reset();
    kernel_.reset();
    socket_.reset();
    if (host_->pppdRuns()) {
        host_->dropPppd();
    } else {
        host_->finish();
    }
}

/// It was given time for its goodbye, and has said nothing that tells why.
void LacProgram::dropPppd() {
    if (!farewell_.empty() && !host_->stopping()) {
        host_->fail(Reason::PeerTerminated, farewell_);
    }
    host_->dropPppd();
}

void LacProgram::fail(Reason reason, const std::string& words, bool passing) {
    leaving_ = true;
    host_->fail(reason, words, passing);
    maybeFinish();
}

} // namespace ppp::l2tp
