// SPDX-License-Identifier: LGPL-2.1-or-later
// Discovery (RFC 2516 section 5), sessions and the loop.
#include "concentrator.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace ppp::lab {

namespace {

constexpr Mac kBroadcast{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr std::size_t kMaxFrame = 2048;

[[noreturn]] void failed(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

// Sees the frames of one ethertype, also those for the other MAC addresses we answer for.
int openSocket(const std::string& interface, std::uint16_t etherType) {
    const int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(etherType));
    if (descriptor < 0) {
        failed("packet socket");
    }
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(etherType);
    address.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    packet_mreq everything{};
    everything.mr_ifindex = address.sll_ifindex;
    everything.mr_type = PACKET_MR_PROMISC;
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        setsockopt(descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &everything, sizeof(everything)) != 0) {
        failed("packet socket on " + interface);
    }
    return descriptor;
}

Mac hardwareAddress(int descriptor, const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, sizeof(request.ifr_name) - 1);
    if (ioctl(descriptor, SIOCGIFHWADDR, &request) != 0) {
        failed("address of " + interface);
    }
    Mac mac{};
    std::copy_n(reinterpret_cast<const std::uint8_t*>(request.ifr_hwaddr.sa_data), mac.size(), mac.begin());
    return mac;
}

} // namespace

Concentrator::Concentrator(Script script)
    : script_(std::move(script)), discovery_(openSocket(script_.interface, kEtherDiscovery)),
      sessions_(openSocket(script_.interface, kEtherSession)) {
    std::uint8_t number = 0;
    for (Concentrating& one : script_.concentrators) {
        if (!one.mac) {
            one.mac = number == 0 ? hardwareAddress(discovery_.get(), script_.interface)
                                  : Mac{0x02, 0xac, 0x00, 0x00, 0x00, number};
        }
        ++number;
    }
    plain_ = script_;
    if (script_.rude) {
        rude_.emplace(*script_.rude);
    }
}

void Concentrator::run(int signalDescriptor) {
    std::array<pollfd, 3> polled{
        {{discovery_.get(), POLLIN, 0}, {sessions_.get(), POLLIN, 0}, {signalDescriptor, POLLIN, 0}}};
    while (true) {
        timespec wait{};
        const auto next = nextDue();
        if (next) {
            const auto left = std::max(Clock::duration::zero(), *next - Clock::now());
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
            wait.tv_sec = seconds.count();
            wait.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
        }
        if (ppoll(polled.data(), polled.size(), next ? &wait : nullptr, nullptr) < 0 && errno != EINTR) {
            failed("ppoll");
        }
        if (polled[2].revents != 0 && !goesOn(signalDescriptor)) {
            return;
        }
        readFrames(discovery_.get());
        readFrames(sessions_.get());
        runDue();
    }
}

bool Concentrator::goesOn(int signalDescriptor) {
    signalfd_siginfo signal{};
    if (read(signalDescriptor, &signal, sizeof(signal)) != sizeof(signal) || signal.ssi_signo != SIGUSR1) {
        return false;
    }
    renegotiate();
    return true;
}

void Concentrator::renegotiate() {
    for (auto& [id, customer] : customers_) {
        const std::uint32_t pool = script_.thenPool != 0 ? script_.thenPool : script_.pool;
        customer.session->renegotiate(pool + id - 1U, script_.thenDns, Clock::now());
    }
}

void Concentrator::readFrames(int descriptor) {
    std::array<std::uint8_t, kMaxFrame> buffer{};
    while (true) {
        sockaddr_ll from{};
        socklen_t length = sizeof(from);
        const ssize_t size = recvfrom(descriptor, buffer.data(), buffer.size(), 0,
                                      reinterpret_cast<sockaddr*>(&from), &length);
        if (size < 0) {
            return;
        }
        const auto frame = parsePppoe(View(buffer).first(static_cast<std::size_t>(size)));
        if (!frame || from.sll_pkttype == PACKET_OUTGOING) {
            continue;
        }
        if (frame->etherType == kEtherDiscovery) {
            receiveDiscovery(*frame);
        } else {
            receiveSession(*frame);
        }
    }
}

void Concentrator::receiveDiscovery(const PppoeFrame& frame) {
    log("rx", frame.source, describeDiscovery(frame));
    const auto tags = parseTags(frame.payload);
    if (!tags) {
        return;
    }
    if (frame.code != PppoeCode::Padt && !knows(frame, *tags)) {
        log("drop", frame.source, "not a customer");
        return;
    }
    if (rude_ && frame.code == PppoeCode::Padi) {
        beginRudely();
    }
    if (frame.code == PppoeCode::Padi && script_.ignored != Ignored::Padi && serves(*tags)) {
        offer(frame, *tags);
    } else if (frame.code == PppoeCode::Padr && script_.ignored != Ignored::Padr &&
               isOurs(frame.destination)) {
        open(frame, *tags);
    } else if (frame.code == PppoeCode::Padt) {
        customers_.erase(frame.session);
    }
}

bool Concentrator::knows(const PppoeFrame& frame, const Tags& tags) const {
    const Tag* uniq = findTag(tags, TagType::HostUniq);
    return (!script_.customer || frame.source == *script_.customer) &&
           (script_.hostUniq.empty() || (uniq != nullptr && uniq->value == script_.hostUniq));
}

bool Concentrator::serves(const Tags& tags) const {
    const Tag* wanted = findTag(tags, TagType::ServiceName);
    if (script_.named && (wanted == nullptr || wanted->value.empty())) {
        return false;
    }
    return script_.services.empty() || wanted == nullptr || wanted->value.empty() ||
           std::any_of(script_.services.begin(), script_.services.end(),
                       [wanted](const std::string& service) { return toBytes(service) == wanted->value; });
}

bool Concentrator::isOurs(const Mac& mac) const {
    return std::any_of(script_.concentrators.begin(), script_.concentrators.end(),
                       [&mac](const Concentrating& one) { return one.mac == mac; });
}

void Concentrator::offer(const PppoeFrame& padi, const Tags& tags) {
    for (const Concentrating& one : script_.concentrators) {
        Tags answer{{TagType::AcName, toBytes(one.name)}};
        for (const std::string& service : script_.services) {
            answer.push_back({TagType::ServiceName, toBytes(service)});
        }
        if (const Tag* service = findTag(tags, TagType::ServiceName);
            service != nullptr && script_.services.empty()) {
            answer.push_back(*service);
        }
        for (const TagType echoed : {TagType::HostUniq, TagType::RelaySessionId}) {
            if (const Tag* tag = findTag(tags, echoed)) {
                answer.push_back(*tag);
            }
        }
        grant(tags, answer);
        if (script_.error && script_.errorIn == PppoeCode::Pado) {
            answer.push_back({*script_.error, toBytes(script_.text)});
        } else {
            answer.push_back({TagType::AcCookie, toBytes("cookie of " + one.name)});
        }
        PppoeFrame pado{padi.source, *one.mac, kEtherDiscovery, PppoeCode::Pado, 0, buildTags(answer)};
        later(script_.padoDelay + one.delay, [this, pado] { transmit(pado); });
    }
}

// The bytes that are granted; 0: none.
std::uint16_t Concentrator::grant(const Tags& asked, Tags& answer) const {
    const Tag* payload = findTag(asked, TagType::MaxPayload);
    if (payload == nullptr || !script_.largePayload || payload->value.size() != 2) {
        return 0;
    }
    answer.push_back(*payload);
    return static_cast<std::uint16_t>(get16(payload->value, 0));
}

void Concentrator::open(const PppoeFrame& padr, const Tags& tags) {
    Tags answer;
    for (const TagType echoed : {TagType::ServiceName, TagType::HostUniq, TagType::RelaySessionId}) {
        if (const Tag* tag = findTag(tags, echoed)) {
            answer.push_back(*tag);
        }
    }
    const std::uint16_t granted = script_.payloadOfferOnly ? std::uint16_t{0} : grant(tags, answer);
    PppoeFrame pads{padr.source, padr.destination, kEtherDiscovery, PppoeCode::Pads, 0, {}};
    if (script_.error) {
        answer.push_back({*script_.error, toBytes(script_.text)});
        pads.payload = buildTags(answer);
        later(script_.padsDelay, [this, pads] { transmit(pads); });
        return;
    }
    // A repeated PADR is answered with the session it already made; another Host-Uniq is another client
    // behind the same address.
    const Tag* uniq = findTag(tags, TagType::HostUniq);
    const Bytes hostUniq = uniq == nullptr ? Bytes{} : uniq->value;
    const auto known = std::find_if(customers_.begin(), customers_.end(), [&](const auto& entry) {
        return entry.second.peer == padr.source && entry.second.concentrator == padr.destination &&
               entry.second.hostUniq == hostUniq && !entry.second.session->started();
    });
    const std::uint16_t id = known != customers_.end() ? known->first : ++lastSession_;
    if (known == customers_.end()) {
        const Mac peer = padr.source;
        const Mac own = padr.destination;
        auto send = [this, id, peer, own](Protocol protocol, const Bytes& packet) {
            Bytes payload;
            put16(payload, static_cast<std::size_t>(protocol));
            putAll(payload, packet);
            transmit({peer, own, kEtherSession, PppoeCode::Session, id, std::move(payload)});
        };
        auto closed = [this, id] { later(Milliseconds(0), [this, id] { close(id); }); };
        customers_[id] = {own, peer, hostUniq,
                          std::make_unique<Session>(script_, script_.pool + id - 1U, granted, send, closed)};
    }
    pads.session = id;
    pads.payload = buildTags(answer);
    later(script_.padsDelay, [this, pads, id] {
        transmit(pads);
        if (rude_) {
            openedRudely(id);
        }
        later(script_.lcpDelay, [this, id] {
            const auto customer = customers_.find(id);
            if (customer != customers_.end() && !customer->second.session->started() &&
                script_.ignored != Ignored::Ppp) {
                customer->second.session->start(Clock::now());
            }
        });
    });
}

void Concentrator::receiveSession(const PppoeFrame& frame) {
    const auto customer = customers_.find(frame.session);
    if (frame.code != PppoeCode::Session || frame.payload.size() < 2) {
        return;
    }
    const auto protocol = static_cast<Protocol>(get16(frame.payload, 0));
    const View packet = View(frame.payload).subspan(2);
    const std::string what = "session=" + std::to_string(frame.session) + ' ' + describePpp(protocol, packet);
    if (customer == customers_.end() || customer->second.peer != frame.source ||
        !customer->second.session->started()) {
        log("drop", frame.source, what);
        return;
    }
    log("rx", frame.source, what);
    if (rude_) {
        rude_->heard(get16(frame.payload, 0), packet);
    }
    customer->second.session->receive(protocol, packet, Clock::now());
}

void Concentrator::close(std::uint16_t id) {
    const auto customer = customers_.find(id);
    if (customer != customers_.end()) {
        const PppoeFrame padt{
            customer->second.peer, customer->second.concentrator, kEtherDiscovery, PppoeCode::Padt, id, {}};
        customers_.erase(customer);
        transmit(padt);
    }
}

void Concentrator::transmit(const PppoeFrame& frame) {
    if (frame.etherType == kEtherDiscovery) {
        log("tx", frame.destination, describeDiscovery(frame));
    } else {
        const View payload = frame.payload;
        log("tx", frame.destination,
            "session=" + std::to_string(frame.session) + ' ' +
                describePpp(static_cast<Protocol>(get16(payload, 0)), payload.subspan(2)));
    }
    if (rude_) {
        putRude(rude_->frames(frame));
    } else {
        put(buildPppoe(frame));
    }
}

void Concentrator::put(const Bytes& frame) {
    const int descriptor = get16(frame, 12) == kEtherDiscovery ? discovery_.get() : sessions_.get();
    if (send(descriptor, frame.data(), frame.size(), 0) < 0) {
        std::perror("send");
    }
}

void Concentrator::putRude(const std::vector<Bytes>& frames) {
    for (const Bytes& frame : frames) {
        std::string hex;
        for (const std::uint8_t byte : View(frame).subspan(kEthernetHeader)) {
            hex += "0123456789abcdef"[byte >> 4];
            hex += "0123456789abcdef"[byte & 0xf];
        }
        Mac to{};
        std::copy_n(frame.begin(), to.size(), to.begin());
        log("wire", to, (get16(frame, 12) == kEtherDiscovery ? "8863 " : "8864 ") + hex);
        put(frame);
    }
}

// What was there before has been left by whoever asks anew, and is forgotten.
void Concentrator::beginRudely() {
    customers_.clear();
    due_.clear();
    script_ = rude_->begin(plain_);
}

void Concentrator::openedRudely(std::uint16_t id) {
    const auto at = rude_->times();
    for (const Milliseconds time : at) {
        const bool last = time == at.back();
        later(time, [this, id, last] {
            const auto customer = customers_.find(id);
            if (customer == customers_.end()) {
                return;
            }
            const Mac peer = customer->second.peer;
            const Mac own = customer->second.concentrator;
            putRude(last ? rude_->ending(peer, own, id) : rude_->unasked(peer, own, id));
            if (last) {
                log("end", peer, "session=" + std::to_string(id));
                customers_.erase(id);
            }
        });
    }
}

void Concentrator::later(Milliseconds delay, std::function<void()> action) {
    due_.emplace(Clock::now() + delay, std::move(action));
}

void Concentrator::runDue() {
    while (!due_.empty() && due_.begin()->first <= Clock::now()) {
        const auto first = due_.extract(due_.begin());
        first.mapped()();
    }
    for (auto& [id, customer] : customers_) {
        customer.session->tick(Clock::now());
    }
}

std::optional<Clock::time_point> Concentrator::nextDue() const {
    std::optional<Clock::time_point> next;
    if (!due_.empty()) {
        next = due_.begin()->first;
    }
    for (const auto& [id, customer] : customers_) {
        const auto deadline = customer.session->deadline();
        if (deadline && (!next || *deadline < *next)) {
            next = deadline;
        }
    }
    return next;
}

void Concentrator::log(const char* direction, const Mac& peer, const std::string& what) const {
    const auto since = std::chrono::duration<double, std::milli>(Clock::now() - started_).count();
    std::printf("%12.3f %-4s %s %s\n", since, direction, toText(peer).c_str(), what.c_str());
    std::fflush(stdout);
}

} // namespace ppp::lab
