// SPDX-License-Identifier: LGPL-2.1-or-later
// Discovery on behalf of a person who wants to know what is there.
#include "sys/pppoe_finder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <optional>
#include <system_error>
#include <utility>

#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "sys/packet_socket.hpp"

namespace ppp::sys {

namespace {

namespace pppoe = core::pppoe;
using Done = std::function<void(std::vector<core::Concentrator>, const std::string&)>;

constexpr std::array<std::uint64_t, 3> kSendAt{0, 1'000'000, 3'000'000}; // µs after the start
constexpr std::size_t kHostUniq = 8;                                     // bytes
constexpr std::size_t kLongestFrame = 1514;
constexpr int kFramesAtOnce = 64;

std::uint64_t bootTime() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

/// Counts the searches that live.
class Slot {
public:
    explicit Slot(std::size_t& count) : count_(count) { ++count_; }
    ~Slot() { --count_; }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

private:
    std::size_t& count_;
};

class Search final : public core::Pending {
public:
    Search(EventLoop& loop, std::size_t& running, core::Duration howLong, Done done)
        : loop_(loop), slot_(running), done_(std::move(done)), start_(bootTime()),
          end_(start_ + static_cast<std::uint64_t>(std::max<core::Duration::rep>(howLong.count(), 0))) {}

    void start(const std::string& interface) {
        socket_ = openPacketSocket(interface);
        if (!socket_.fd)
            return finishSoon(socket_.error);
        if (getrandom(hostUniq_.data(), hostUniq_.size(), 0) != static_cast<ssize_t>(hostUniq_.size()))
            return finishSoon("no random numbers");
        readable_ = loop_.io(socket_.fd.get(), EPOLLIN, [this](std::uint32_t) { read(); });
        sendNext();
    }

    /// Ends the search from the loop.
    void finishSoon(const std::string& error) {
        readable_.reset();
        timer_ = loop_.defer([this, error] { finish(error); }, priority::kNormal);
    }

private:
    void sendNext() {
        if (sent_ < kSendAt.size()) {
            hostUniq_.back() = static_cast<std::uint8_t>(sent_);
            sentAt_[sent_++] = bootTime();
            const std::string error = sendFrame(
                socket_.fd.get(), {pppoe::kBroadcast,
                                   socket_.mac,
                                   pppoe::Code::Padi,
                                   0,
                                   {{pppoe::tag::kServiceName, {}},
                                    {pppoe::tag::kHostUniq, {hostUniq_.begin(), hostUniq_.end()}}}});
            if (!error.empty())
                return finishSoon("cannot send: " + error);
        }
        const std::uint64_t next = sent_ < kSendAt.size() ? start_ + kSendAt[sent_] : end_;
        if (next < end_)
            timer_ = loop_.timerBoot(next, [this] { sendNext(); });
        else
            timer_ = loop_.timerBoot(end_, [this] { finish({}); });
    }

    void read() {
        std::array<std::uint8_t, kLongestFrame> buffer;
        for (int n = 0; n < kFramesAtOnce; ++n) {
            const ssize_t got = recv(socket_.fd.get(), buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0 && errno == EAGAIN)
                return;
            if (got < 0)
                return finish(errno == ENETDOWN ? "the interface went down"
                                                : std::generic_category().message(errno));
            if (const auto frame = pppoe::decode({buffer.data(), static_cast<std::size_t>(got)}))
                take(*frame);
        }
    }

    /// Which of our PADI this answers.
    std::optional<std::size_t> answered(const pppoe::Frame& frame) const {
        const pppoe::Tag* uniq = frame.find(pppoe::tag::kHostUniq);
        if (frame.code != pppoe::Code::Pado || frame.session != 0 || frame.destination != socket_.mac ||
            (frame.source[0] & 1) != 0 || uniq == nullptr || uniq->value.size() != kHostUniq ||
            !std::equal(hostUniq_.begin(), hostUniq_.end() - 1, uniq->value.begin()) ||
            uniq->value.back() >= sent_)
            return std::nullopt;
        return uniq->value.back();
    }

    void take(const pppoe::Frame& frame) {
        const auto attempt = answered(frame);
        if (!attempt || found_.size() >= core::limits::kConcentrators)
            return;
        core::Concentrator one;
        one.mac = frame.source;
        if (const pppoe::Tag* name = frame.find(pppoe::tag::kConcentratorName))
            one.name.assign(name->value.begin(), name->value.end());
        if (std::any_of(found_.begin(), found_.end(),
                        [&](const core::Concentrator& c) { return c.mac == one.mac && c.name == one.name; }))
            return;
        for (const pppoe::Tag& tag : frame.tags)
            if (tag.type == pppoe::tag::kServiceName)
                one.services.emplace_back(tag.value.begin(), tag.value.end());
        if (const pppoe::Tag* cookie = frame.find(pppoe::tag::kCookie))
            one.cookie = cookie->value;
        one.roundTrip = core::Duration(static_cast<core::Duration::rep>(bootTime() - sentAt_[*attempt]));
        found_.push_back(std::move(one));
    }

    /// `done` may destroy us.
    void finish(const std::string& error) {
        readable_.reset();
        timer_.reset();
        const Done done = std::exchange(done_, {});
        done(std::exchange(found_, {}), error);
    }

    EventLoop& loop_;
    Slot slot_;
    Done done_;
    std::uint64_t start_, end_; // CLOCK_BOOTTIME, µs
    PacketSocket socket_;
    std::array<std::uint8_t, kHostUniq> hostUniq_{}; // the last byte numbers the PADI
    std::array<std::uint64_t, kSendAt.size()> sentAt_{};
    std::size_t sent_ = 0;
    std::vector<core::Concentrator> found_;
    std::unique_ptr<EventSource> readable_, timer_;
};

} // namespace

std::unique_ptr<core::Pending> PppoeFinder::find(const std::string& interface, core::Duration howLong,
                                                 Done done) {
    if (running_ >= kAtOnce) {
        throw core::Error(core::ErrorCode::Busy, "too many searches at once");
    }
    auto search = std::make_unique<Search>(loop_, running_, howLong, std::move(done));
    search->start(interface);
    return search;
}

} // namespace ppp::sys
