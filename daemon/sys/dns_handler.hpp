// SPDX-License-Identifier: LGPL-2.1-or-later
// Chooses who takes our DNS servers. A further handler is one file with a DnsBackend and one row of the table
// in dns_handler.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ports.hpp"
#include "core/resolv_conf.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"
#include "sys/outside_command.hpp"

namespace ppp::sys {

/// Where things lie; tests put their own here.
struct DnsPaths {
    std::vector<std::string> resolvconf{"/usr/sbin/resolvconf", "/sbin/resolvconf"}; ///< the first there is
    std::string resolvConf = "/etc/resolv.conf";
    std::string helper;                       ///< our program that writes the latter
    std::string runtime = "/run/ppp-manager"; ///< dns.json: what the next life must know
};
/// As configured when the daemon was built.
std::string installedDnsHelper();

/// What lies beside resolv.conf while it is ours: daemon/helper/resolv_conf.
inline constexpr const char* kBeforeUs = ".before-ppp-manager";
/// For commands that change the machine's DNS: less than the deadline, so that what hangs is told by name.
inline constexpr std::chrono::seconds kDnsCommandLimit{4};

/// What a backend gets of the house; all of it outlives the backend.
struct DnsContext {
    EventLoop& loop;
    sdbus::IConnection& bus;
    core::Journal& journal;
    OutsideCommands& outside;
    const DnsPaths& paths;
    std::chrono::microseconds deadline; ///< within which apply() and revert() answer
    std::function<void()>
        changed; ///< to be called, from the loop, when available() changed or all must be told again
};

/// The error that the earlier of two calls for one interface answers.
inline constexpr const char* kDnsSuperseded = "superseded by a later request";

/// One way to hand DNS servers over; the promises of core::Dns hold for apply() and revert().
class DnsBackend {
public:
    using Done = std::function<void(const std::string& error)>;
    virtual ~DnsBackend() = default;
    virtual bool available() const = 0;
    /// Why it is not, for a person.
    virtual std::string missing() const { return "it is not there"; }
    virtual void apply(const core::DnsPlan& plan, Done done) = 0;
    virtual void revert(const core::DnsPlan& plan, Done done) = 0;
    /// An earlier life has applied this; it is in force until it is reverted.
    virtual void remember(const core::DnsPlan&) {}
    /// At the start, once what earlier lives left is undone: what nobody has a record of, too.
    virtual void tidy() {}
};

class DnsHandler final : public core::Dns {
public:
    static constexpr std::chrono::seconds kDeadline{5}; ///< as core::Dns promises
    /// How often it is looked whether links of an earlier life, that nobody has taken over, are gone.
    static constexpr std::chrono::seconds kSweep{1};
    /// What could not be undone at a handler that outlives links is tried again after kSweep, each time after
    /// twice as long, this often; then it is forgotten.
    static constexpr unsigned kTries = 10;
    /// Asks the bus who is there, blocking; for start-up. All outlive this object.
    DnsHandler(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal, OutsideCommands& outside,
               DnsPaths paths, std::chrono::microseconds deadline = kDeadline);
    ~DnsHandler() override;
    DnsHandler(const DnsHandler&) = delete;
    DnsHandler& operator=(const DnsHandler&) = delete;

    /// By which the links' servers are in force, where that is the same for all of them; otherwise the one
    /// that links without a choice of their own get.
    std::string handler() const override;
    void apply(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) override;
    /// By the handler that the plan chooses. What outlives the link (all but resolved's) is recorded first;
    /// where the daemon dies, the next one takes it back once the link is gone and nobody has taken it over.
    /// Undone where it was applied; where nothing is known of it, at the handler that the plan chooses.
    void revert(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) override;
    void onResolverChanged(std::function<void()> changed) override { changed_ = std::move(changed); }

private:
    struct Row {
        const char* name;
        bool byItself; // taken without having been chosen
        bool outlives; // what it was told is not gone with the link
        bool byName;   // it knows links by their names alone
        std::unique_ptr<DnsBackend> backend;
    };
    struct InForce {
        const Row* row = nullptr;
        core::DnsPlan plan;
        bool claimed = true;  // by this life
        bool leaving = false; // to be reverted: under way, or to be tried again
        unsigned failures = 0;
        std::unique_ptr<EventSource> again{};
    };
    using Key = std::pair<std::uint32_t, const Row*>; // one may still leave a handler, come to another
    const Row* chosen(core::DnsHandlerChoice choice) const;
    void load();
    bool save();
    void sweep();
    void leave(Key key, DnsBackend::Done done);
    void left(Key key, const DnsBackend::Done& done, const std::string& error);
    void clearFor(const core::DnsPlan& plan, const Row* row);

    EventLoop& loop_;
    core::Journal& journal_;
    const DnsPaths paths_;
    std::function<void()> changed_;
    std::vector<Row> backends_; // in order of preference
    std::map<Key, InForce> inForce_;
    std::unique_ptr<EventSource> sweep_;
};

} // namespace ppp::sys
