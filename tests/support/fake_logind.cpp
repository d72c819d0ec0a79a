// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for systemd-logind. Inhibit knows the settings of FakeControl; setting "asleep" (yes, no) is the
// property PreparingForSleep and sends the signal, setting "preparing" the property alone, setting "look"
// says how many inhibitors are still held. Calls: "Inhibit sleep WHO WHY delay", "held 1".
#include <algorithm>
#include <cstdlib>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "fake_control.hpp"
#include "org_freedesktop_login1_manager_adaptor.hpp"

namespace {

using Adaptors = sdbus::AdaptorInterfaces<org::freedesktop::login1::Manager_adaptor>;

class FakeLogind final : public Adaptors {
public:
    FakeLogind(sdbus::IConnection& bus, ppp::test::FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{"/org/freedesktop/login1"}), control_(control) {
        registerAdaptor();
        control_.onSet([this](const std::string& key, const std::string& value) { set(key, value); });
    }
    virtual ~FakeLogind() { unregisterAdaptor(); }
    FakeLogind(const FakeLogind&) = delete;
    FakeLogind& operator=(const FakeLogind&) = delete;

private:
    void Inhibit(sdbus::Result<sdbus::UnixFd>&& result, std::string what, std::string who, std::string why,
                 std::string mode) override {
        control_.record("Inhibit " + what + " " + who + " " + why + " " + mode);
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            "Inhibit", [this, kept] { kept->returnResults(makeInhibitor()); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    bool PreparingForSleep() override { return preparing_; }

    sdbus::UnixFd makeInhibitor() {
        int ends[2] = {-1, -1};
        if (pipe2(ends, O_CLOEXEC) != 0) {
            std::_Exit(4);
        }
        inhibitors_.push_back(ends[0]);
        return {ends[1], sdbus::adopt_fd};
    }
    void set(const std::string& key, const std::string& value) {
        if (key == "asleep" || key == "preparing") {
            preparing_ = value == "yes";
        }
        if (key == "asleep") {
            emitPrepareForSleep(preparing_);
        } else if (key == "look") {
            control_.record("held " + std::to_string(held()));
        }
    }
    /// Only the other end of the pipe can hold it; it hangs up when that is closed.
    std::ptrdiff_t held() const {
        return std::count_if(inhibitors_.begin(), inhibitors_.end(), [](int descriptor) {
            pollfd one{descriptor, 0, 0};
            return poll(&one, 1, 0) == 0;
        });
    }

    ppp::test::FakeControl& control_;
    std::vector<int> inhibitors_;
    bool preparing_ = false;
};

} // namespace

int main() {
    const auto bus = sdbus::createSystemBusConnection();
    ppp::test::FakeControl control(*bus, "logind", "org.freedesktop.login1");
    const FakeLogind logind(*bus, control);
    bus->enterEventLoop();
    return EXIT_FAILURE;
}
