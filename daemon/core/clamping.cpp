// SPDX-License-Identifier: LGPL-2.1-or-later
// Record first, kernel second; giving back the other way round.
#include "core/clamping.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"

namespace ppp::core {

Clamping::Clamping(const Ports& ports, std::function<void()> changed)
    : filter_(ports.filter), network_(ports.network), records_(ports.records), journal_(ports.journal),
      clock_(ports.clock), changed_(std::move(changed)) {
    filter_.onInterference([this] { interfered(); });
}

Clamping::~Clamping() {
    filter_.onInterference([] {});
}

void Clamping::claim(const std::string& connection, const MssClamp& clamp) {
    claims_[connection] = clamp;
    bring(false);
}

void Clamping::release(const std::string& connection) {
    if (claims_.erase(connection) > 0) {
        bring(false);
    }
}

void Clamping::settle() {
    settled_ = true;
    bring(false);
}

void Clamping::linkChanged(const Link& link) {
    if (std::any_of(claims_.begin(), claims_.end(),
                    [&](const auto& entry) { return entry.second.interface == link.index; })) {
        bring(false);
    }
}

std::vector<MssClamp> Clamping::wanted() const {
    std::vector<MssClamp> out;
    for (const auto& [connection, clamp] : claims_) {
        const auto link = network_.link(clamp.interface);
        out.push_back({clamp.interface, link && link->mtu != 0 ? std::min(link->mtu, clamp.mtu) : clamp.mtu});
    }
    return out;
}

/// False where the table is not what is wanted. `again`: it may not be what was written.
bool Clamping::bring(bool again) {
    const std::vector<MssClamp> all = wanted();
    if (!settled_ || (!again && all == written_ && failure_.empty() && !recovered_)) {
        return true;
    }
    if (all.empty() && !recorded_) {
        failure_.clear();
        return true;
    }
    if (!all.empty() && !record()) {
        return false;
    }
    std::string error;
    if (!filter_.write(all, error)) {
        fail(all.empty() ? text::cat("cannot remove the firewall's table ppp-manager: ", error)
                         : text::cat("TCP segments are not held to the size of the link: ", error));
        if (written_.empty() && !recovered_) { // then there is none: a write is done whole or not at all
            forgetRecord();
        }
        return false;
    }
    written_ = all;
    recovered_ = false;
    failure_.clear();
    if (all.empty()) {
        check_.reset();
        forgetRecord();
    }
    return true;
}

void Clamping::fail(const std::string& why) {
    if (failure_ != why) {
        failure_ = why;
        journal_.log(Severity::Error, "", why);
    }
}

/// What is not on record must not be done: nobody could undo it.
bool Clamping::record() try {
    if (!recorded_) {
        records_.save(kRecord, "{}");
        recorded_ = true;
    }
    return true;
} catch (const std::exception& e) {
    fail(text::cat("TCP segments are not held to the size of the link: that cannot be recorded: ", e.what()));
    return false;
}

void Clamping::forgetRecord() try {
    if (std::exchange(recorded_, false)) {
        records_.remove(kRecord);
    }
} catch (const std::exception& e) {
    recorded_ = true;
    journal_.log(Severity::Warning, "",
                 text::cat("cannot remove the record of the firewall's table: ", e.what()));
}

void Clamping::interfered() {
    if (!written_.empty() && !check_) {
        check_ = clock_.at(pace_.next(clock_.now()), [this] {
            check_.reset();
            repair();
        });
    }
}

void Clamping::repair() {
    if (written_.empty()) {
        return;
    }
    if (bring(true)) {
        const BootTime now = clock_.now();
        const bool fought = pace_.contested();
        pace_.repaired(now);
        if (!fought) {
            journal_.log(
                Severity::Warning, "",
                "somebody changed or removed the firewall's table ppp-manager; it is in force again");
        }
        if (pace_.contested()) {
            if (!fought) {
                journal_.log(Severity::Warning, "", trouble());
            }
            calm_ = clock_.at(now + RepairPace::kCalm, [this] {
                journal_.log(Severity::Notice, "",
                             "nobody has touched the firewall's table ppp-manager for a minute");
                pace_.calm();
                changed_();
            });
        }
    } else if (!check_) { // what is not there cannot be interfered with: nobody would say so
        check_ = clock_.at(clock_.now() + RepairPace::kSlow, [this] {
            check_.reset();
            repair();
        });
    }
    changed_();
}

std::string Clamping::trouble() const {
    if (!failure_.empty() || !pace_.contested()) {
        return failure_;
    }
    return text::cat(
        "somebody changes or removes the firewall's table ppp-manager again and again; it is put back every ",
        RepairPace::kSlow / std::chrono::seconds(1), " s only");
}

} // namespace ppp::core
