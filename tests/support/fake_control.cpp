// SPDX-License-Identifier: LGPL-2.1-or-later
// Settings to behaviour.
#include "fake_control.hpp"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <utility>

namespace ppp::test {
namespace {

sdbus::Error errorOf(std::istringstream& words) {
    std::string name;
    std::string text;
    words >> name;
    std::getline(words >> std::ws, text);
    return bus::makeError(name, text);
}

} // namespace

FakeControl::FakeControl(sdbus::IConnection& bus, const std::string& fake, std::string name)
    : AdaptorInterfaces(bus, sdbus::ObjectPath{"/test/Control"}), bus_(bus), name_(std::move(name)) {
    registerAdaptor();
    Acquire();
    bus_.requestName(bus::ServiceName{"test.fake." + fake});
    std::puts("ready");
    std::fflush(stdout);
}

FakeControl::~FakeControl() {
    unregisterAdaptor();
}

std::string FakeControl::setting(const std::string& key) const {
    const auto found = settings_.find(key);
    return found != settings_.end() ? found->second : "ok";
}

void FakeControl::handle(const std::string& key, std::function<void()> work,
                         std::function<void(const sdbus::Error&)> fail) {
    const std::string value = setting(key);
    std::istringstream words(value);
    std::string verb;
    words >> verb;
    if (verb == "hang") {
        hanging_.push_back({key, std::move(work), std::move(fail)});
    } else if (verb == "error") {
        fail(errorOf(words));
    } else if (verb == "error-times") {
        int left = 0;
        words >> left;
        std::string rest;
        std::getline(words, rest);
        settings_[key] = left > 1 ? "error-times " + std::to_string(left - 1) + rest : "ok";
        std::istringstream named(rest);
        fail(errorOf(named));
    } else if (verb == "crash") {
        std::_Exit(3);
    } else {
        work();
    }
}

void FakeControl::Resume() {
    for (auto& call : std::exchange(hanging_, {})) {
        handle(call.key, std::move(call.work), std::move(call.fail));
    }
}

} // namespace ppp::test
