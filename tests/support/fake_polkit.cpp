// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for polkit. Setting "verdict", or the name of one action, which wins: yes (unset: no), no,
// challenge, or what FakeControl knows. Calls: "check ACTION SENDER FLAGS ID key=value...", "cancel ID".
#include <cstdlib>

#include "fake_control.hpp"
#include "org_freedesktop_policykit1_authority_adaptor.hpp"

namespace {

using Details = std::map<std::string, std::string>;
using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
using Verdict = sdbus::Struct<bool, bool, Details>;
using Adaptors = sdbus::AdaptorInterfaces<org::freedesktop::PolicyKit1::Authority_adaptor>;

class FakePolkit final : public Adaptors {
public:
    FakePolkit(sdbus::IConnection& bus, ppp::test::FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{"/org/freedesktop/PolicyKit1/Authority"}),
          control_(control) {
        registerAdaptor();
    }
    virtual ~FakePolkit() { unregisterAdaptor(); }
    FakePolkit(const FakePolkit&) = delete;
    FakePolkit& operator=(const FakePolkit&) = delete;

private:
    void CheckAuthorization(sdbus::Result<Verdict>&& result, Subject subject, std::string action,
                            Details details, uint32_t flags, std::string id) override {
        const auto name = subject.get<1>().find("name");
        std::string line = "check " + action + " ";
        line += subject.get<0>() == "system-bus-name" && name != subject.get<1>().end()
                    ? name->second.get<std::string>()
                    : "?";
        line += " " + std::to_string(flags) + " " + id;
        for (const auto& [key, value] : details) {
            line.append(" ").append(key).append("=").append(value);
        }
        control_.record(line);
        const std::string key = control_.setting(action) != "ok" ? action : "verdict";
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            key,
            [this, kept, key] {
                const std::string verdict = control_.setting(key);
                kept->returnResults(Verdict{verdict == "yes", verdict == "challenge", Details{}});
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void CancelCheckAuthorization(const std::string& id) override { control_.record("cancel " + id); }

    ppp::test::FakeControl& control_;
};

} // namespace

int main() {
    const auto bus = sdbus::createSystemBusConnection();
    ppp::test::FakeControl control(*bus, "polkit", "org.freedesktop.PolicyKit1");
    const FakePolkit polkit(*bus, control);
    bus->enterEventLoop();
    return EXIT_FAILURE;
}
