// SPDX-License-Identifier: LGPL-2.1-or-later
// One job per interface: its calls to systemd-resolved, sent together in order, all within one deadline.
#include "sys/resolved_dns.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <arpa/inet.h>

#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/name_owner.hpp"

namespace ppp::sys {
namespace {

using core::text::cat;

constexpr const char* kService = "org.freedesktop.resolve1";
constexpr const char* kPath = "/org/freedesktop/resolve1";
constexpr const char* kManager = "org.freedesktop.resolve1.Manager";
constexpr const char* kNoSuchLink = "org.freedesktop.resolve1.NoSuchLink";
constexpr const char* kLinkBusy = "org.freedesktop.resolve1.LinkBusy";
constexpr auto kForEver = std::chrono::hours(24 * 365 * 10); // for the single call; the job has a deadline
constexpr std::chrono::microseconds kFirstRetry = std::chrono::milliseconds(10);
constexpr std::chrono::microseconds kLastRetry = std::chrono::milliseconds(320);

using Server = sdbus::Struct<std::int32_t, std::vector<std::uint8_t>>;
using Domain = sdbus::Struct<std::string, bool>;

void complain(std::string& refused, const char* what, const std::string& text) {
    refused += (refused.empty() ? "" : "; ") + cat("not ", what, ": ", core::text::harmless(text, 64));
}

// What is none goes to `refused`; the others are worth having all the same.
std::vector<Domain> domainsOf(const core::DnsPlan& plan, std::string& refused) {
    std::vector<Domain> out;
    for (const auto& domain : plan.search) {
        if (!core::text::isUtf8(domain)) { // the bus drops clients that send such strings
            complain(refused, "a domain", domain);
            continue;
        }
        const bool routingOnly = domain.starts_with('~');
        const std::string name = routingOnly ? domain.substr(1) : domain;
        out.emplace_back(name.empty() ? std::string(".") : name, routingOnly);
    }
    return out;
}

std::vector<Server> serversOf(const core::DnsPlan& plan, std::string& refused) {
    std::vector<Server> out;
    for (const auto& server : plan.servers) {
        const std::string address =
            server.substr(0, server.find('%')); // resolved knows the zone: it is the link
        const int family = address.find(':') != std::string::npos ? AF_INET6 : AF_INET;
        std::vector<std::uint8_t> bytes(family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr));
        if (inet_pton(family, address.c_str(), bytes.data()) == 1) {
            out.emplace_back(family, std::move(bytes));
        } else {
            complain(refused, "an address", server);
        }
    }
    return out;
}

} // namespace

class ResolvedDns::Job {
public:
    Job(ResolvedDns& owner, core::DnsPlan plan, bool revert, Done done)
        : owner_(owner), plan_(std::move(plan)), revert_(revert), done_(std::move(done)) {
        deadline_ = owner_.context_.loop.after(owner_.context_.deadline, [this] { deadlinePassed(); });
    }
    ~Job() { cancel(); }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    void go();
    /// Takes the job out of its owner; *this is gone afterwards.
    void finish(const std::string& error);
    /// Its answer, to be given from the loop, empty where it was given; the job does nothing more.
    Done supersede() {
        cancel();
        return std::move(done_);
    }

private:
    template <typename... Args> void call(const char* method, const char* what, const Args&... args);
    void replied(const char* what, const bus::CallError& error);
    void allReplied();
    void deadlinePassed();
    void cancel();

    ResolvedDns& owner_;
    core::DnsPlan plan_;
    bool revert_;
    Done done_;
    std::string refusal_, unknownLink_;
    bool tryAgain_ = false;
    std::vector<sdbus::PendingAsyncCall> calls_;
    std::size_t answers_ = 0;
    std::unique_ptr<EventSource> deadline_, retry_, unsendable_;
    std::chrono::microseconds retryAfter_ = kFirstRetry;
};

template <typename... Args>
void ResolvedDns::Job::call(const char* method, const char* what, const Args&... args) try {
    const std::size_t index = calls_.size();
    calls_.push_back(owner_.resolved_->callMethodAsync(method)
                         .onInterface(kManager)
                         .withTimeout(kForEver)
                         .withArguments(static_cast<std::int32_t>(plan_.interface), args...)
                         .uponReplyInvoke([this, index, what](bus::CallError error) {
                             calls_[index] = {}; // cancelling it now would destroy the callback we are in
                             owner_.context_.loop.guarded([&] { replied(what, error); });
                         }));
} catch (const sdbus::Error& e) {
    unsendable_ = owner_.context_.loop.defer(
        [this, error = cat("cannot tell systemd-resolved ", what, ": ", e.getMessage())] { finish(error); });
}

// All at once: resolved handles the calls of one client in order, and each answer waited for costs the link a
// turn of both processes before it is up (measured under User-mode Linux: 19 ms instead of 5 ms).
void ResolvedDns::Job::go() {
    calls_.clear();
    answers_ = 0;
    tryAgain_ = false;
    refusal_.clear();
    if (revert_) {
        owner_.secured_.erase(plan_.interface);
        return call("RevertLink", "to forget the link");
    }
    // First, so that no question goes to these servers without; empty means what resolved itself has.
    if (!plan_.dnssec.empty() || !plan_.overTls.empty() || owner_.secured_.contains(plan_.interface)) {
        owner_.secured_.insert(plan_.interface);
        call("SetLinkDNSSEC", "the DNSSEC mode", plan_.dnssec);
        call("SetLinkDNSOverTLS", "the DNS-over-TLS mode", plan_.overTls);
    }
    call("SetLinkDomains", "the domains", domainsOf(plan_, refusal_));
    call("SetLinkDefaultRoute", "the default route", plan_.defaultRoute);
    call("SetLinkDNS", "the servers", serversOf(plan_, refusal_));
}

void ResolvedDns::Job::replied(const char* what, const bus::CallError& error) {
    ++answers_;
    if (bus::failed(error)) {
        const std::string words = core::text::harmless(error->getMessage(), core::limits::kPeerText);
        if (error->getName() == kNoSuchLink) {
            tryAgain_ = !revert_;
            unknownLink_ = cat("systemd-resolved does not know ", plan_.interfaceName, ": ", words);
        } else if (refusal_.empty() && error->getName() == kLinkBusy) {
            refusal_ = cat("systemd-resolved leaves ", plan_.interfaceName, " to systemd-networkd: ", words);
        } else if (refusal_.empty()) {
            refusal_ = cat("systemd-resolved refused ", what, ": ", words);
        }
    }
    if (answers_ == calls_.size()) {
        allReplied();
    }
}

void ResolvedDns::Job::allReplied() {
    if (!done_) { // resolved lives again: by the time of this answer it has taken what it was told, all
                  // links' jobs
        auto& owner = owner_;
        const auto found = owner.jobs_.find(plan_.interface);
        const std::unique_ptr<Job> self = std::move(found->second);
        owner.jobs_.erase(found);
        owner.context_.changed();
    } else if (tryAgain_) {
        retry_ = owner_.context_.loop.after(retryAfter_, [this] { go(); });
        retryAfter_ = std::min(retryAfter_ * 2, kLastRetry);
    } else {
        finish(refusal_);
    }
}

// Whoever waits is told. The calls are left waiting: their answer is the one sign that a resolved which hung
// has come back, since its name does not change hands.
void ResolvedDns::Job::deadlinePassed() {
    if (answers_ == calls_.size()) {
        finish(unknownLink_.empty() ? "systemd-resolved does not answer" : unknownLink_);
        return;
    }
    const Done done = std::exchange(done_, nullptr);
    done("systemd-resolved does not answer");
}

void ResolvedDns::Job::cancel() {
    for (auto& call : calls_) {
        call.cancel();
    }
}

void ResolvedDns::Job::finish(const std::string& error) {
    const auto found = owner_.jobs_.find(plan_.interface);
    const std::unique_ptr<Job> self = std::move(found->second);
    owner_.jobs_.erase(found);
    const Done done = std::move(done_);
    done(error);
}

ResolvedDns::ResolvedDns(DnsContext context) : context_(std::move(context)) {
    match_ = followOwner(context_.bus, kService, [this](const std::string& owner) {
        context_.loop.guarded([&] {
            ownerIs(owner);
            context_.changed();
        });
    });
    ownerIs(ownerNow(context_.bus, kService));
}

ResolvedDns::~ResolvedDns() = default;

// What the answers ask for anew goes to the new owner.
void ResolvedDns::ownerIs(const std::string& owner) {
    auto orphans = std::exchange(jobs_, {});
    resolved_ = owner.empty()
                    ? nullptr
                    : sdbus::createProxy(context_.bus, bus::ServiceName{owner}, sdbus::ObjectPath{kPath});
    for (auto& [interface, job] : orphans) {
        if (const Done done = job->supersede()) {
            done("systemd-resolved went away");
        }
    }
}

void ResolvedDns::apply(const core::DnsPlan& plan, Done done) {
    start(plan, false, std::move(done));
}

void ResolvedDns::revert(const core::DnsPlan& plan, Done done) {
    start(plan, true, std::move(done));
}

// resolved handles the calls of one client in order, so what the superseded job has sent is done before what
// follows.
void ResolvedDns::start(const core::DnsPlan& plan, bool revert, Done done) {
    if (const auto found = jobs_.find(plan.interface); found != jobs_.end()) {
        const std::unique_ptr<Job> old = std::move(found->second);
        jobs_.erase(found);
        if (Done earlier = old->supersede()) {
            context_.loop.post([earlier = std::move(earlier)] { earlier(kDnsSuperseded); });
        }
    }
    if (resolved_ == nullptr) {
        context_.loop.post(
            [done = std::move(done), revert] { done(revert ? "" : "systemd-resolved is not running"); });
        return;
    }
    const auto job =
        jobs_.emplace(plan.interface, std::make_unique<Job>(*this, plan, revert, std::move(done)));
    job.first->second->go();
}

std::unique_ptr<DnsBackend> makeResolvedDns(const DnsContext& context) {
    return std::make_unique<ResolvedDns>(context);
}

} // namespace ppp::sys
