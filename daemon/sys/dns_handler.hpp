// SPDX-License-Identifier: LGPL-2.1-or-later
// Chooses who takes our DNS servers. A further handler is one file with a DnsBackend and one row of the table
// in dns_handler.cpp.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "dbus/sdbus_compat.hpp"
#include "sys/event_loop.hpp"

namespace ppp::sys {

/// What a backend gets of the house; all of it outlives the backend.
struct DnsContext {
    EventLoop& loop;
    sdbus::IConnection& bus;
    core::Journal& journal;
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
    virtual void apply(const core::DnsPlan& plan, Done done) = 0;
    virtual void revert(const core::DnsPlan& plan, Done done) = 0;
};

class DnsHandler final : public core::Dns {
public:
    static constexpr std::chrono::seconds kDeadline{5}; ///< as core::Dns promises
    /// Asks the bus who is there, blocking; for start-up.
    DnsHandler(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal,
               std::chrono::microseconds deadline = kDeadline);
    ~DnsHandler() override;
    DnsHandler(const DnsHandler&) = delete;
    DnsHandler& operator=(const DnsHandler&) = delete;

    std::string handler() const override;
    void apply(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) override;
    /// Undone where it was applied; where this life of the daemon did not apply it, at the handler in force.
    void revert(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) override;
    void onResolverChanged(std::function<void()> changed) override { changed_ = std::move(changed); }

private:
    struct Row {
        const char* name;
        std::unique_ptr<DnsBackend> backend;
    };
    DnsBackend* chosen() const;

    EventLoop& loop_;
    std::function<void()> changed_;
    std::vector<Row> backends_; // in order of preference
    std::map<std::uint32_t, DnsBackend*> appliedBy_;
};

} // namespace ppp::sys
