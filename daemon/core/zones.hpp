// SPDX-License-Identifier: LGPL-2.1-or-later
// Which connection has put which interface into which zone of the firewall: recorded first, then done, and
// taken back by whichever life of the daemon sees the end. A ppp interface's name is soon another one's, so
// nothing may stay behind under it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ports.hpp"

namespace ppp::core {

struct ZoneClaim {
    std::string connection;
    std::string interface;
    std::uint32_t index = 0;
    std::string zone;
    bool operator==(const ZoneClaim&) const = default;
};

/// Who decides between the connections on zones.
class ZoneHost {
public:
    using Answer = std::function<void(const std::string& error)>;
    virtual ~ZoneHost() = default;
    /// Puts the interface of a connection into a zone; the same claim again tells the firewall once more.
    /// True where it is settled at once, with `error` where it failed; else `later` comes with the error.
    virtual bool claimZone(const ZoneClaim& claim, std::string& error, Answer later) = 0;
    /// Takes back what the connection claimed, in this life or an earlier one. As claimZone.
    virtual bool releaseZone(const std::string& connection, Answer later) = 0;
};

class Zones final : public ZoneHost {
public:
    Zones(FirewallZones& firewall, RecordStore& records, Journal& journal)
        : firewall_(firewall), records_(records), journal_(journal) {}
    Zones(const Zones&) = delete;
    Zones& operator=(const Zones&) = delete;

    bool claimZone(const ZoneClaim& claim, std::string& error, Answer later) override;
    bool releaseZone(const std::string& connection, Answer later) override;

    /// The record of an earlier life: its claims stand as if they were made in this one.
    void recover(const std::string& json);
    /// Releases what belongs to no connection that `exists` knows.
    void settle(const std::function<bool(const std::string&)>& exists);
    /// The firewall came, went or was told to forget: what could not be taken back is tried again. Claims are
    /// made again by who made them.
    void firewallChanged();

    static constexpr const char* kRecord = ".zones"; ///< no connection's name starts with a dot

private:
    struct Entry {
        ZoneClaim claim;
        bool grouped = false;              ///< by interface group
        std::optional<std::string> before; ///< the firewall's zone of that name; nothing: not known yet
        bool leaving = false;
        std::uint64_t id = 0;
    };
    Entry* held(const std::string& connection);
    Entry* byId(std::uint64_t id);
    Entry& take(const ZoneClaim& claim);
    bool group(Entry& entry, std::string& error);
    void ask(std::uint64_t id, const Answer& later);
    void bind(std::uint64_t id, const Answer& later);
    bool leave(std::uint64_t id, const Answer& later);
    void left(std::uint64_t id, const std::string& error);
    void forget(std::uint64_t id);
    bool save(std::string& error);

    FirewallZones& firewall_;
    RecordStore& records_;
    Journal& journal_;
    std::vector<Entry> entries_;
    std::uint64_t lastId_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); ///< the firewall's answers may outlive us
};

} // namespace ppp::core
