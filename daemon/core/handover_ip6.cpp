// SPDX-License-Identifier: LGPL-2.1-or-later
// The settings, and what is heard.
#include "core/handover_ip6.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/family.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr std::uint8_t kByRouter = 9; // RTPROT_RA

} // namespace

HandoverIp6::HandoverIp6(std::string connection, const Ports& ports, std::function<void()> changed)
    : connection_(std::move(connection)), clock_(ports.clock), ip6_(ports.ip6), network_(ports.network),
      clients_(ports.prefixes), changed_(std::move(changed)) {}

void HandoverIp6::apply(const Profile& profile, const LinkFacts& facts) {
    if (!facts.ip6) {
        withdraw();
        return;
    }
    const bool same = on_ && index_ == facts.ip6->index && interface_ == facts.ip6->interface &&
                      acceptRa_ == profile.ipv6.acceptRa;
    if (same) {
        delegate(profile.ipv6.prefixDelegation, facts.enginePid);
        return;
    }
    delegate(false, 0);
    check_.reset();
    unchecked_ = false;
    router_.reset();
    names_.reset();
    watch_.reset();
    on_ = true;
    interface_ = facts.ip6->interface;
    index_ = facts.ip6->index;
    acceptRa_ = profile.ipv6.acceptRa;
    reach_ = {};
    configure();
    watch_ = ip6_.watch(interface_, index_, acceptRa_, *this);
    if (acceptRa_) {
        names_ = std::make_unique<AdvertisedDns>(
            clock_, [this] { tell(); }, facts.servers6);
        router_ = std::make_unique<RouterWatch>(
            clock_, [this] { return watch_->solicit(); }, [this] { tell(); }, facts.router6Until);
    }
    delegate(profile.ipv6.prefixDelegation, facts.enginePid);
    look();
    tidy_ = clock_.at(clock_.now(), [this] {
        tidy_.reset();
        removeRivals();
        changed_(); // what was there already
    });
}

void HandoverIp6::delegate(bool wanted, std::uint32_t enginePid) {
    if (wanted == (client_ != nullptr)) {
        return;
    }
    if (wanted) {
        session_ = {connection_, interface_, enginePid};
        client_ = clients_.run(session_, [this] {
            lookAtPrefixes();
            tell();
        });
    } else {
        client_.reset();
        clients_.end(session_);
    }
    lookAtPrefixes();
}

/// One is guarded before anybody hears of it, and until nobody can use it any more.
void HandoverIp6::lookAtPrefixes() {
    expiry_.reset();
    unguarded_.clear();
    std::vector<std::string> now;
    std::optional<BootTime> next;
    for (const DelegatedPrefix& one : client_ ? client_->prefixes() : std::vector<DelegatedPrefix>{}) {
        std::string error;
        if (one.until <= clock_.now()) {
            continue;
        }
        if (!clients_.guard(one.text, error)) {
            unguarded_ = text::cat("packets to unused parts of ", one.text, " go in circles: ", error);
        }
        next = std::min(next.value_or(one.until), one.until);
        now.push_back(one.text);
    }
    for (const std::string& old : reach_.prefixes) {
        if (std::find(now.begin(), now.end(), old) == now.end()) {
            clients_.unguard(old);
        }
    }
    reach_.prefixes = std::move(now);
    if (next) {
        expiry_ = clock_.at(*next, [this] {
            lookAtPrefixes();
            tell();
        });
    }
    if (watch_) {
        look();
    }
}

void HandoverIp6::configure() {
    std::string error;
    refused_ = ip6_.configure(interface_, acceptRa_, error)
                   ? ""
                   : text::cat("cannot set up IPv6 of ", interface_, ": ", error);
}

void HandoverIp6::reapply() {
    if (on_) {
        configure();
        removeRivals();
        lookAtPrefixes();
    }
}

void HandoverIp6::removeRivals() {
    for (const Route& route : network_.routes()) {
        std::string error;
        if (route.family == kInet6 && route.isDefault() && route.interface == index_ &&
            route.protocol == kByRouter && !network_.remove(route, error)) {
            refused_ =
                text::cat("cannot remove the kernel's own default route over ", interface_, ": ", error);
        }
    }
}

void HandoverIp6::withdraw() {
    if (!std::exchange(on_, false)) {
        return;
    }
    delegate(false, 0);
    tidy_.reset();
    check_.reset();
    pace_.reset();
    unchecked_ = untold_ = false;
    router_.reset();
    names_.reset();
    watch_.reset();
    refused_.clear();
    reach_ = {};
    if (const auto link = network_.link(interface_); link && link->index == index_) { // not its successor
        ip6_.release(interface_, index_);
    }
}

std::string HandoverIp6::trouble() const {
    std::string out;
    for (const std::string& one :
         {refused_, watch_ ? watch_->trouble() : "", unguarded_, client_ ? client_->trouble() : ""}) {
        out += (out.empty() || one.empty() ? "" : "; ") + one;
    }
    return out;
}

void HandoverIp6::routerAdvertised(const RouterAdvert& advert) {
    checkSettings();
    if (names_) {
        names_->heard(advert.servers);
    }
    if (router_) {
        router_->heard(advert.lifetime);
    }
}

/// An advertisement may have met settings that somebody has changed. The first is looked at at once, more of
/// them once each kPace, and then those that came last, too.
void HandoverIp6::checkSettings() {
    if (check_) {
        unchecked_ = true;
        return;
    }
    check_ = clock_.at(clock_.now() + kPace, [this] {
        check_.reset();
        if (std::exchange(unchecked_, false)) {
            checkSettings();
        }
    });
    configure();
    tidy_ = clock_.at(clock_.now(), [this] { // once its notice is in
        tidy_.reset();
        removeRivals();
    });
}

void HandoverIp6::addressesChanged() {
    tell();
}

void HandoverIp6::look() {
    reach_.addresses = watch_->addresses();
    const bool known = router_ && router_->present();
    reach_.servers = names_ ? names_->servers() : std::vector<AdvertisedServer>{};
    reach_.routerUntil = known ? router_->until() : BootTime{};
    reach_.routed = known || !reach_.addresses.empty() || !reach_.prefixes.empty();
}

/// A peer that changes its mind with every packet does not make us work for each.
void HandoverIp6::tell() {
    if (pace_) {
        untold_ = true;
        return;
    }
    pace_ = clock_.at(clock_.now() + kPace, [this] {
        pace_.reset();
        if (std::exchange(untold_, false)) {
            tell();
        }
    });
    look();
    changed_();
}

} // namespace ppp::core
