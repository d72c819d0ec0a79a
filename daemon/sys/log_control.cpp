// SPDX-License-Identifier: LGPL-2.1-or-later
// LogControl1's properties on top of the journal's settings.
#include "sys/log_control.hpp"

#include "org_freedesktop_logcontrol1_adaptor.hpp"

namespace ppp::sys {
namespace {

constexpr const char* kPath = "/org/freedesktop/LogControl1";

sdbus::Error invalid(const std::string& what, const std::string& words) {
    return bus::makeError("org.freedesktop.DBus.Error.InvalidArgs", "not a " + what + "; known: " + words);
}

} // namespace

class LogControl::Object final : public sdbus::AdaptorInterfaces<org::freedesktop::LogControl1_adaptor> {
public:
    Object(sdbus::IConnection& bus, SystemJournal& journal)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{kPath}), journal_(journal) {
        registerAdaptor();
    }
    virtual ~Object() { unregisterAdaptor(); }
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;

private:
    std::string LogLevel() override { return std::string(SystemJournal::wire(journal_.level())); }
    void LogLevel(const std::string& value) override {
        core::Severity level{};
        if (!SystemJournal::parse(value, level)) {
            throw invalid("log level", "emerg alert crit err warning notice info debug");
        }
        journal_.setLevel(level);
    }
    std::string LogTarget() override { return std::string(SystemJournal::wire(journal_.target())); }
    void LogTarget(const std::string& value) override {
        SystemJournal::Target target{};
        if (!SystemJournal::parse(value, target)) {
            throw invalid("log target", "journal console null auto");
        }
        journal_.setTarget(target);
    }
    std::string SyslogIdentifier() override { return SystemJournal::kIdentifier; }

    SystemJournal& journal_;
};

LogControl::LogControl(sdbus::IConnection& bus, SystemJournal& journal)
    : object_(std::make_unique<Object>(bus, journal)) {}

LogControl::~LogControl() = default;

} // namespace ppp::sys
