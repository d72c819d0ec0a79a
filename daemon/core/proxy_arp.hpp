// SPDX-License-Identifier: LGPL-2.1-or-later
// Proxy ARP: on the local network, answers for the peer's address as if the peer were there (pppd(8),
// proxyarp). Recorded first, then done, and taken back by whichever life of the daemon sees the end; pppd
// itself would leave its entry behind when it is killed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/ports.hpp"

namespace ppp::core {

/// Who decides between the connections on proxy ARP.
class ProxyHost {
public:
    virtual ~ProxyHost() = default;
    /// Has this address answered for, where it was not; another one of the connection before is taken back.
    /// False where it is not. `error`: why, also where something short of that is amiss.
    virtual bool claimProxy(const std::string& connection, const std::string& address,
                            std::string& error) = 0;
    virtual void releaseProxy(const std::string& connection) = 0;
};

class ProxyArp final : public ProxyHost {
public:
    ProxyArp(Neighbours& neighbours, RecordStore& records, Journal& journal)
        : neighbours_(neighbours), records_(records), journal_(journal) {}

    bool claimProxy(const std::string& connection, const std::string& address, std::string& error) override;
    void releaseProxy(const std::string& connection) override;
    /// The record of an earlier life: its claims stand as if they were made in this one.
    void recover(const std::string& json);
    /// Releases what belongs to no connection that `exists` knows.
    void settle(const std::function<bool(const std::string&)>& exists);

    static constexpr const char* kRecord = ".proxy-arp"; ///< no connection's name starts with a dot

private:
    struct Claim {
        std::string connection;
        ProxyEntry entry;
        bool operator==(const Claim&) const = default;
    };
    bool shared(const Claim& claim) const;
    bool save(std::string& error);

    Neighbours& neighbours_;
    RecordStore& records_;
    Journal& journal_;
    std::vector<Claim> claims_;
};

} // namespace ppp::core
