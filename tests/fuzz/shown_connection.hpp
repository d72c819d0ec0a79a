// SPDX-License-Identifier: LGPL-2.1-or-later
// Everything of a connection that leaves the daemon for the bus, the journal and the disk: fit to be shown,
// and readable again.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/record.hpp"
#include "core/story_lines.hpp"
#include "fuzz/target.hpp"
#include "support/fake_ports.hpp"

namespace ppp::fuzz {

constexpr std::size_t kShown = 16384; ///< bytes of the longest text that a connection shows

inline void requireShown(const core::Details& details) {
    for (const auto& [key, value] : details) {
        requireShown(key, kShown, "the name of a detail");
        if (const auto* const text = std::get_if<std::string>(&value)) {
            requireShown(*text, kShown, key);
        }
    }
}

inline void requireShown(const core::View& view) {
    for (const std::string& text :
         {view.name, view.type, view.state, view.phase, view.reason, view.reasonText, view.interface,
          view.localAddress, view.peerAddress, view.localAddress6, view.peerAddress6, view.device}) {
        requireShown(text, kShown, "a property");
    }
    for (const auto& texts : {view.addresses6, view.delegatedPrefixes, view.dnsServers}) {
        for (const std::string& text : texts) {
            requireShown(text, kShown, "an item of a property");
        }
    }
    requireShown(view.details);
}

/// All of it; the journal's lines are forgotten.
inline void requireShown(test::Machine& machine, const core::Manager& manager) {
    for (const core::Connection* const connection : manager.connections()) {
        requireShown(connection->view());
    }
    for (const std::string& line : machine.journal.lines) {
        requireShown(line, kShown, "a line of the journal");
    }
    for (const auto& fields : machine.journal.fields) {
        for (const std::string& field : fields) {
            requireShown(field, kShown, "a field of the journal");
        }
    }
    machine.journal.lines.clear();
    machine.journal.fields.clear();
    for (const auto& [name, text] : machine.stories.stories) {
        for (const core::TimelineEntry& entry : core::readStory(text).entries) {
            requireShown(entry.what, kShown, "an event");
            requireShown(entry.details);
        }
    }
}

/// What is recorded of a connection is read back as it was written.
inline void requireKept(const std::string& record) {
    const auto read = core::recordFromJson(record);
    require(read.has_value(), "what is recorded can be read", record);
    require(core::toJson(*read) == record, "what is recorded is read as it was", record);
}

} // namespace ppp::fuzz
