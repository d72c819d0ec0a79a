// SPDX-License-Identifier: LGPL-2.1-or-later
// What was done to the device below a link: kept between attempts, handed on, given back.
#include <algorithm>
#include <utility>

#include "core/connection.hpp"
#include "core/payload.hpp"
#include "core/text.hpp"

namespace ppp::core {

/// A port that we set up stays up between attempts: its carrier would never come back otherwise. So does a
/// raised MTU: many drivers take the carrier away while they change it, which would look like a reason to
/// dial.
void Connection::giveBackLine(bool keepRaised) {
    LineState kept;
    if (keepRaised) {
        kept.raisedLink = std::exchange(line_.raisedLink, {});
    }
    if (keepRaised && profile_ && largePayload(*profile_) != 0) {
        kept.widenedLink = std::exchange(line_.widenedLink, {});
        kept.narrowMtu = line_.narrowMtu;
        kept.wideMtu = line_.wideMtu;
    }
    if (!line_.raisedLink.empty() && host_.passOnRaised(line_.raisedLink, *this)) {
        line_.raisedLink.clear();
    }
    if (!line_.widenedLink.empty() && host_.passOnWidened(line_, *this)) {
        line_.widenedLink.clear();
    }
    const std::string left = undoLine(
        line_, ports_.network, [this](const std::string& link) { return host_.madeLinkShared(link, *this); });
    line_ = kept;
    if (!left.empty()) {
        log(Severity::Warning, text::cat("could not give back the line: ", left));
    }
}

bool Connection::inheritRaised(const std::string& link) {
    const bool uses = engine_ && profile_ && device(linkProfile()) == link;
    if (uses) {
        line_.raisedLink = link;
        save();
    }
    return uses;
}

bool Connection::inheritWidened(const LineState& line) {
    const bool uses = engine_ && profile_ && device(linkProfile()) == line.widenedLink;
    if (uses) {
        const bool own = !line_.widenedLink.empty();
        line_.narrowMtu = own ? std::min(line_.narrowMtu, line.narrowMtu) : line.narrowMtu;
        line_.wideMtu = own ? std::max(line_.wideMtu, line.wideMtu) : line.wideMtu;
        line_.widenedLink = line.widenedLink;
        save();
    }
    return uses;
}

bool Connection::usesMadeLink(const std::string& link) const {
    return line_.madeLink == link || line_.madeParent == link;
}

} // namespace ppp::core
