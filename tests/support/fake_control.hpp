// SPDX-License-Identifier: LGPL-2.1-or-later
// What all stand-ins for bus services share: settings, a list of calls, calls that hang, the name to stand in
// for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dbus/sdbus_compat.hpp"
#include "test_control_adaptor.hpp"

namespace ppp::test {

/// Values of a setting that every stand-in knows:
///   ok                  does its work (also where nothing is set)
///   hang                keeps the call until Resume
///   error NAME TEXT     answers that D-Bus error
///   error-times N NAME TEXT  the same for N calls, then ok
///   crash               exits without an answer
class FakeControl final : public sdbus::AdaptorInterfaces<::test::Control_adaptor> {
public:
    /// Control object at /test/Control, under the name test.fake.`fake`; `name` is what is stood in for.
    /// Prints "ready" once both names are had.
    FakeControl(sdbus::IConnection& bus, const std::string& fake, std::string name);
    virtual ~FakeControl();
    FakeControl(const FakeControl&) = delete;
    FakeControl& operator=(const FakeControl&) = delete;

    void record(const std::string& call) { calls_.push_back(call); }
    std::string setting(const std::string& key) const;
    /// Called after each setting that the test makes.
    void onSet(std::function<void(const std::string& key, const std::string& value)> told) {
        told_ = std::move(told);
    }
    /// Does with the call what setting `key` says: work() answers it, fail() answers an error.
    void handle(const std::string& key, std::function<void()> work,
                std::function<void(const sdbus::Error&)> fail);

private:
    void Set(const std::string& key, const std::string& value) override {
        settings_[key] = value;
        if (told_) {
            told_(key, value);
        }
    }
    std::vector<std::string> Calls() override { return calls_; }
    void Forget() override { calls_.clear(); }
    void Resume() override;
    void Release() override { bus_.releaseName(bus::ServiceName{name_}); }
    void Acquire() override { bus_.requestName(bus::ServiceName{name_}); }

    struct Hanging {
        std::string key;
        std::function<void()> work;
        std::function<void(const sdbus::Error&)> fail;
    };
    sdbus::IConnection& bus_;
    std::string name_;
    std::map<std::string, std::string> settings_;
    std::function<void(const std::string&, const std::string&)> told_;
    std::vector<std::string> calls_;
    std::vector<Hanging> hanging_;
};

/// A result that a std::function can hold.
template <typename... Values>
std::shared_ptr<sdbus::Result<Values...>> keep(sdbus::Result<Values...>&& result) {
    return std::make_shared<sdbus::Result<Values...>>(std::move(result));
}

} // namespace ppp::test
