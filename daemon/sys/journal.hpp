// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon's log: the systemd journal with fields, or stderr where there is none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/ports.hpp"

namespace ppp::sys {

class SystemJournal final : public core::Journal {
public:
    enum class Target { Journal, Console, Null };
    static constexpr const char* kIdentifier = "ppp-managerd";

    /// Starts at Info, with the journal where its socket is there (autoTarget()), else stderr.
    SystemJournal();

    /// The text is prefixed with the connection's name, where there is one; PPP_CONNECTION= carries it too.
    /// Texts over 4 KiB are cut. A field whose name is not one of journald's (A-Z, 0-9, _, not starting with
    /// _) is left out.
    void log(core::Severity severity, const std::string& connection, const std::string& text,
             const std::vector<std::string>& fields = {}) override;

    core::Severity level() const { return level_; }
    void setLevel(core::Severity level) { level_ = level; }
    Target target() const { return target_; }
    void setTarget(Target target) { target_ = target; }
    static Target autoTarget();

    /// The words of org.freedesktop.LogControl1(5): error ("err" on the wire), warning, notice, info, debug;
    /// console, journal, null. From the wire: also emerg, alert and crit (as err), auto. False where the word
    /// is none of them.
    static std::string_view wire(core::Severity level);
    static std::string_view wire(Target target);
    static bool parse(std::string_view word, core::Severity& level);
    static bool parse(std::string_view word, Target& target);

private:
    core::Severity level_ = core::Severity::Info;
    Target target_;
};

} // namespace ppp::sys
