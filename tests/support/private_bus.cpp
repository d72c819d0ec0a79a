// SPDX-License-Identifier: LGPL-2.1-or-later
// Configuration and start of a dbus-daemon.
#include "private_bus.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

namespace ppp::test {
namespace {

std::string policyOf(const std::vector<std::string>& policies, const std::vector<std::string>& open) {
    if (policies.empty()) {
        return "<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
               "<allow send_destination=\"*\" eavesdrop=\"false\"/><allow receive_sender=\"*\"/></policy>\n";
    }
    // As in the system bus's own configuration: answers, signals and the bus itself, else nothing.
    std::string out = "<policy context=\"default\"><allow user=\"*\"/><deny own=\"*\"/>"
                      "<deny send_type=\"method_call\"/><allow send_type=\"signal\"/>"
                      "<allow send_requested_reply=\"true\" send_type=\"method_return\"/>"
                      "<allow send_requested_reply=\"true\" send_type=\"error\"/>"
                      "<allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/>"
                      "<allow receive_type=\"error\"/><allow receive_type=\"signal\"/>"
                      "<allow send_destination=\"org.freedesktop.DBus\"/></policy>\n";
    for (const auto& policy : policies) {
        out.append("<include>").append(policy).append("</include>\n");
    }
    out += "<policy context=\"default\">";
    for (const auto& name : open) {
        out.append("<allow own=\"")
            .append(name)
            .append("\"/><allow send_destination=\"")
            .append(name)
            .append("\"/>");
    }
    return out + "</policy>\n";
}

/// As /run is: what the daemon records there goes to no disk, whose load would hold it up.
std::filesystem::path inMemory() {
    return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
}

} // namespace

PrivateBus::PrivateBus(const std::vector<std::string>& policies, const std::vector<std::string>& open) {
    std::string folder = inMemory() / "ppp-manager-bus-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp");
    }
    folder_ = folder;
    chmod(folder_.c_str(), 0755);
    const std::string configuration = folder_ + "/bus.conf";
    std::ofstream(configuration)
        << "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
           "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n<busconfig>\n<listen>unix:path="
        << folder_ << "/socket</listen>\n<auth>EXTERNAL</auth>\n"
        << policyOf(policies, open) << "</busconfig>\n";
    daemon_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{"dbus-daemon", "--nofork", "--nopidfile", "--nosyslog", "--print-address",
                                 "--config-file=" + configuration},
        std::vector<std::string>{}, true);
    while (!address_.starts_with("unix:")) { // behind its complaints about limits
        address_ = daemon_->readLine();
    }
    setenv("DBUS_SYSTEM_BUS_ADDRESS", address_.c_str(), 1);
}

PrivateBus::~PrivateBus() {
    daemon_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void PrivateBus::stop() {
    daemon_->signal(SIGKILL);
    daemon_->wait();
}

} // namespace ppp::test
