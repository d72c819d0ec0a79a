// SPDX-License-Identifier: LGPL-2.1-or-later
// Blocking calls on a connection of its own, so that nothing here runs through the loop under test.
#include "fake.hpp"

#include <csignal>
#include <stdexcept>

namespace ppp::test {
namespace {

constexpr const char* kInterface = "test.Control";

} // namespace

Fake::Fake(const std::string& program, const std::string& name) : process_({program}) {
    if (process_.readLine() != "ready") {
        throw std::runtime_error(program + " does not start");
    }
    bus_ = sdbus::createSystemBusConnection();
    control_ =
        sdbus::createProxy(*bus_, bus::ServiceName{"test.fake." + name}, sdbus::ObjectPath{"/test/Control"});
}

void Fake::command(const char* method) {
    control_->callMethod(method).onInterface(kInterface);
}

void Fake::set(const std::string& key, const std::string& value) {
    control_->callMethod("Set").onInterface(kInterface).withArguments(key, value);
}

std::vector<std::string> Fake::calls() {
    std::vector<std::string> out;
    control_->callMethod("Calls").onInterface(kInterface).storeResultsTo(out);
    return out;
}

std::vector<std::string> Fake::waitCalls(std::size_t count) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    auto out = calls();
    while (out.size() < count) {
        if (std::chrono::steady_clock::now() > until) {
            throw std::runtime_error("the stand-in was not called");
        }
        out = calls();
    }
    return out;
}

void Fake::kill() {
    process_.signal(SIGKILL);
    process_.wait();
}

} // namespace ppp::test
