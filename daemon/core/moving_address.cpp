// SPDX-License-Identifier: LGPL-2.1-or-later
// Record first, kernel second; giving back the other way round.
#include "core/moving_address.hpp"

#include "core/text.hpp"

namespace ppp::core {

MovingAddress::MovingAddress(Network& network, RecordStore& records, Journal& journal)
    : network_(network), records_(records), journal_(journal) {}

void MovingAddress::hold(const std::string& connection) {
    holders_.insert(connection);
    if (network_.socketsFollow().value_or(1) != 0) { // as somebody wants it, or as we have set it
        return;
    }
    std::string error;
    try {
        records_.save(kRecord, "{}");
        recorded_ = true;
        if (network_.setSocketsFollow(1, error)) {
            return;
        }
    } catch (const std::exception& e) {
        error = e.what();
    }
    journal_.log(Severity::Warning, connection,
                 text::cat("cannot set net.ipv4.ip_dynaddr (", error,
                           "): connections that are opened before the link is up will hang"));
}

void MovingAddress::release(const std::string& connection) {
    if (holders_.erase(connection) > 0) {
        settle();
    }
}

void MovingAddress::settle() {
    if (!recorded_ || !holders_.empty()) {
        return;
    }
    std::string error;
    const bool ours = network_.socketsFollow() == 1U; // else somebody has set it since
    if (ours && !network_.setSocketsFollow(0, error)) {
        journal_.log(Severity::Warning, "", text::cat("cannot set net.ipv4.ip_dynaddr back: ", error));
        return;
    }
    try {
        records_.remove(kRecord);
        recorded_ = false;
    } catch (const std::exception& e) {
        journal_.log(Severity::Warning, "", text::cat("cannot remove the record of ip_dynaddr: ", e.what()));
    }
}

} // namespace ppp::core
