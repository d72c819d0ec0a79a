// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for ppp-managerd, for tests of its clients: connections isp and lab (down), office (up), broken
// (failed). Settings: METHOD of the manager or NAME.METHOD of a connection, as FakeControl knows; NAME.after:
// what a failed dial leads to (waiting; failed; carrier; late: waiting, but only after the answer);
// NAME.story: lost (a session that ended); NAME.profile: what it is; dns: DnsHandler. Calls are recorded.
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dbus/names.hpp"
#include "fake_control.hpp"
#include "org_ppp_connection_adaptor.hpp"
#include "org_ppp_manager_adaptor.hpp"

namespace {

using Dictionary = std::map<std::string, sdbus::Variant>;
using ppp::test::FakeControl;

std::uint64_t now() {
    timespec time{};
    clock_gettime(CLOCK_REALTIME, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(time.tv_nsec) / 1000;
}

std::string hex(const std::vector<std::uint8_t>& bytes) {
    std::string out;
    for (const auto byte : bytes) {
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 15U];
    }
    return out;
}

/// " key=value" for each; bytes as hexadecimal digits behind "ay:".
std::string said(const Dictionary& values) {
    std::string out;
    for (const auto& [key, value] : values) {
        const std::string type(value.peekValueType());
        out += " " + key + "=";
        if (type == "s") {
            out += value.get<std::string>();
        } else if (type == "b") {
            out += value.get<bool>() ? "true" : "false";
        } else if (type == "u") {
            out += std::to_string(value.get<std::uint32_t>());
        } else if (type == "ay") {
            out += "ay:" + hex(value.get<std::vector<std::uint8_t>>());
        } else {
            out += "?" + type;
        }
    }
    return out;
}

bool isTrue(const Dictionary& options, const std::string& key) {
    const auto found = options.find(key);
    return found != options.end() && found->second.get<bool>();
}

class FakeConnection final : public sdbus::AdaptorInterfaces<org::ppp::Connection_adaptor> {
public:
    using Forget = std::function<void(const std::string& name)>;

    FakeConnection(sdbus::IConnection& bus, FakeControl& control, const std::string& name, Forget forget)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{ppp::names::connectionPath(name)}), name_(name),
          control_(control), forget_(std::move(forget)) {
        registerAdaptor();
    }
    ~FakeConnection() { unregisterAdaptor(); }

    const std::string& state() const { return state_; }
    const std::string& type() const { return type_; }

    void comeUp() {
        reason_ = reasonText_ = "";
        enter("up", "running",
              {{"local", sdbus::Variant{std::string("10.64.0.100")}},
               {"peer", sdbus::Variant{std::string("10.64.0.1")}},
               {"interface", sdbus::Variant{std::string("ppp0")}},
               {"took-us", sdbus::Variant{std::uint64_t{412'000}}}});
        attempt_ = 0;
    }

    void breakProfile() {
        type_.clear();
        state_ = "failed";
        reason_ = "profile-invalid";
        reasonText_ = "/pppoe/interface: is missing\n/mtuu: unknown key";
    }

private:
    void enter(const std::string& state, const std::string& phase, Dictionary details = {}) {
        const std::string before = std::exchange(state_, state);
        phase_ = phase;
        since_ = now();
        if (NextAttempt() != 0) {
            details.emplace("next-us", sdbus::Variant{NextAttempt() - since_});
        }
        emitStateChanged(state, before, reason_, details);
        details.emplace("new", sdbus::Variant{state});
        details.emplace("old", sdbus::Variant{before});
        details.emplace("reason", sdbus::Variant{reason_});
        event("state", details);
    }

    void event(const std::string& what, const Dictionary& details) { emitEvent(now(), what, details); }

    /// Setting NAME.line is "carrier": a serial line that waits for one.
    bool cable() { return control_.setting(name_ + ".line") == "carrier"; }

    void dialPhases() {
        ++attempt_;
        enter("connecting", "discovery");
        std::string previous;
        const auto phases = cable() ? std::vector<const char*>{"device", "carrier"}
                                    : std::vector<const char*>{"discovery", "lcp", "auth"};
        for (const char* phase : phases) {
            phase_ = phase;
            Dictionary details{{"phase", sdbus::Variant{std::string(phase)}}};
            if (!previous.empty()) {
                details.emplace("previous", sdbus::Variant{previous});
                details.emplace("after-us", sdbus::Variant{std::uint64_t{1500}});
            }
            event("phase", details);
            previous = phase;
        }
    }

    void settleFailure(const sdbus::Error& error) {
        const std::string message = error.getMessage();
        reason_ = message.substr(0, message.find(':'));
        reasonText_ = message.find(": ") == std::string::npos ? "" : message.substr(message.find(": ") + 2);
        event("failure", {{"reason", sdbus::Variant{reason_}}, {"text", sdbus::Variant{reasonText_}}});
        const std::string after = control_.setting(name_ + ".after");
        event("phase", {{"phase", sdbus::Variant{std::string("backoff")}}});
        enter(after == "failed" ? "failed" : "waiting", after == "carrier" ? "carrier" : "backoff");
    }

    void dial(std::shared_ptr<sdbus::Result<>> result, const std::string& method, bool wait) {
        const std::string setting = control_.setting(name_ + "." + method);
        if (setting.rfind("error ", 0) == 0 && setting.find("Failed") == std::string::npos &&
            setting.find("Timeout") == std::string::npos) {
            control_.handle(
                name_ + "." + method, [] {}, [&](const sdbus::Error& error) { result->returnError(error); });
            return;
        }
        if (!wait) {
            result->returnResults();
        }
        dialPhases();
        control_.handle(
            name_ + "." + method,
            [this, result, wait] {
                comeUp();
                if (wait) {
                    result->returnResults();
                }
            },
            [this, result, wait](const sdbus::Error& error) { failDial(*result, wait, error); });
    }

    void failDial(sdbus::Result<>& result, bool wait, const sdbus::Error& error) {
        const bool late = control_.setting(name_ + ".after") == "late";
        const bool timeout = std::string(error.getName()).find("Timeout") != std::string::npos;
        if (late) {
            enter("disconnecting", "lcp");
        } else if (!timeout) {
            settleFailure(error);
        }
        if (wait) {
            result.returnError(error);
        }
        if (late) {
            settleFailure(error);
        }
    }

    void Up(sdbus::Result<>&& result, Dictionary options) override {
        control_.record("Up " + name_ + said(options));
        if (state_ == "up") {
            result.returnError(ppp::bus::makeError("org.ppp.Error.AlreadyUp", name_ + " is up"));
            return;
        }
        dial(ppp::test::keep(std::move(result)), "Up", isTrue(options, "wait"));
    }
    void Redial(sdbus::Result<>&& result, Dictionary options) override {
        control_.record("Redial " + name_ + said(options));
        if (state_ != "up") {
            result.returnError(ppp::bus::makeError("org.ppp.Error.NotUp", name_ + " is not up"));
            return;
        }
        dial(ppp::test::keep(std::move(result)), "Redial", isTrue(options, "wait"));
    }
    void Down(sdbus::Result<>&& result, Dictionary options) override {
        answer(std::move(result), "Down" + std::string(" ") + name_ + said(options), "Down", [this] {
            reason_ = "user-request";
            enter("down", "");
        });
    }
    void GetProfile(sdbus::Result<std::string>&& result) override {
        control_.record("GetProfile " + name_);
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            name_ + ".GetProfile",
            [kept, own = control_.setting(name_ + ".profile")] {
                const char* usual = "// the line of the office\n{ \"type\": \"pppoe\", \"priority\": 7 }\n";
                kept->returnResults(own != "ok" ? own : usual);
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void UpdateProfile(sdbus::Result<>&& result, std::string json) override {
        answer(std::move(result), "UpdateProfile " + name_ + " " + json, "UpdateProfile", [] {});
    }
    void SetSecrets(sdbus::Result<>&& result, Dictionary secrets) override {
        answer(std::move(result), "SetSecrets " + name_ + said(secrets), "SetSecrets", [] {});
    }
    void ClearSecrets(sdbus::Result<>&& result) override {
        answer(std::move(result), "ClearSecrets " + name_, "ClearSecrets", [] {});
    }
    void Remove(sdbus::Result<>&& result) override {
        answer(std::move(result), "Remove " + name_, "Remove", [this] { forget_(name_); });
    }
    void GetLog(sdbus::Result<std::vector<sdbus::Struct<std::uint64_t, std::uint32_t, std::string>>>&& result,
                std::uint32_t max) override {
        control_.record("GetLog " + name_ + " " + std::to_string(max));
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            name_ + ".GetLog",
            [kept] {
                std::vector<sdbus::Struct<std::uint64_t, std::uint32_t, std::string>> lines;
                lines.emplace_back(1'700'000'000'123'456, 6U, std::string("isp: connecting → up"));
                lines.emplace_back(1'700'000'001'000'000, 3U, std::string("LCP: \033[31mtimeout"));
                kept->returnResults(lines);
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void SetDebug(sdbus::Result<>&& result, bool enabled) override {
        answer(std::move(result), "SetDebug " + name_ + (enabled ? " on" : " off"), "SetDebug", [] {});
    }

    void answer(sdbus::Result<>&& result, const std::string& call, const std::string& method,
                std::function<void()> work) {
        control_.record(call);
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            name_ + "." + method,
            [kept, work = std::move(work)] {
                kept->returnResults();
                work();
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }

    void GetStatistics(sdbus::Result<Dictionary>&& result) override {
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            name_ + ".GetStatistics", [this, kept] { kept->returnResults(statistics()); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    Dictionary statistics() const {
        return {{"echo-rtt-us", sdbus::Variant{up() ? std::uint64_t{12'345} : 0}},
                {"rx-bytes", sdbus::Variant{std::uint64_t{1'234'567}}},
                {"rx-packets", sdbus::Variant{std::uint64_t{890}}},
                {"tx-bytes", sdbus::Variant{std::uint64_t{999}}},
                {"tx-packets", sdbus::Variant{std::uint64_t{7}}},
                {"sessions", sdbus::Variant{std::uint64_t{3}}},
                {"attempts", sdbus::Variant{std::uint64_t{5}}},
                {"failures", sdbus::Variant{std::uint64_t{2}}},
                {"total-up-us", sdbus::Variant{std::uint64_t{60'000'000}}}};
    }
    std::vector<sdbus::Struct<std::uint64_t, std::string, Dictionary>>
    GetTimeline(const std::uint32_t& /*max*/) override {
        if (control_.setting(name_ + ".story") != "lost") {
            return {};
        }
        const Dictionary details{{"reason", sdbus::Variant{std::string("echo-timeout")}},
                                 {"text", sdbus::Variant{std::string("silence")}},
                                 {"up-us", sdbus::Variant{std::uint64_t{60'000'000}}}};
        std::vector<sdbus::Struct<std::uint64_t, std::string, Dictionary>> out;
        out.emplace_back(now() - 9'000'000, std::string("session"), details);
        out.emplace_back(now() - 9'000'000, std::string("failure"), details);
        return out;
    }

    bool up() const { return state_ == "up"; }
    std::string Name() override { return name_; }
    std::string Type() override { return cable() ? "serial" : type_; }
    std::string State() override { return state_; }
    std::string Phase() override { return phase_; }
    std::string Reason() override { return reason_; }
    std::string ReasonText() override { return reasonText_; }
    std::string Interface() override { return up() ? "ppp0" : ""; }
    std::uint32_t InterfaceIndex() override { return up() ? 7 : 0; }
    std::string LocalAddress() override { return up() ? "10.64.0.100" : ""; }
    std::string PeerAddress() override { return up() ? "10.64.0.1" : ""; }
    std::string LocalAddress6() override { return ""; }
    std::string PeerAddress6() override { return ""; }
    std::vector<std::string> Addresses6() override { return {}; }
    std::vector<std::string> DelegatedPrefixes() override { return {}; }
    std::vector<std::string> DnsServers() override {
        return up() ? std::vector<std::string>{"10.64.0.53"} : std::vector<std::string>{};
    }
    std::uint32_t Mtu() override { return up() ? 1492 : 0; }
    std::string Device() override { return "eth0"; }
    std::uint64_t ConnectedAt() override { return up() ? since_ : 0; }
    std::uint64_t StateSince() override { return since_; }
    std::uint64_t NextAttempt() override {
        return state_ == "waiting" && phase_ == "backoff" ? since_ + 15'000'000 : 0;
    }
    std::uint32_t Attempt() override { return attempt_; }
    bool Wanted() override { return state_ != "down"; }
    bool AutoConnect() override { return false; }
    bool NeedsRedial() override { return control_.setting(name_ + ".changed") == "yes"; }
    bool DefaultRoute() override { return up(); }
    bool Metered() override { return false; }
    std::uint32_t EnginePid() override { return up() ? 4711 : 0; }
    Dictionary Details() override {
        Dictionary details;
        for (const char* key : {"trouble", "profile-faults"}) {
            if (const std::string words = control_.setting(name_ + '.' + key); up() && words != "ok")
                details[key] = sdbus::Variant{words};
        }
        if (up()) { // with a hostile peer's name
            details["access-concentrator"] = sdbus::Variant{std::string("ac1\033[31m")};
            details["session-id"] = sdbus::Variant{std::uint32_t{21}};
        }
        return details;
    }

    std::string name_;
    FakeControl& control_;
    Forget forget_;
    std::string type_ = "pppoe", state_ = "down", phase_, reason_, reasonText_;
    std::uint64_t since_ = now();
    std::uint32_t attempt_ = 0;
};

class FakeManager final : public sdbus::AdaptorInterfaces<org::ppp::Manager_adaptor> {
public:
    FakeManager(sdbus::IConnection& bus, FakeControl& control)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{ppp::names::kManagerPath}), bus_(bus), control_(control) {
        registerAdaptor();
        for (const char* name : {"broken", "isp", "lab", "office"}) {
            create(name);
        }
        connections_.at("office")->comeUp();
        connections_.at("broken")->breakProfile();
    }
    ~FakeManager() { unregisterAdaptor(); }

private:
    void create(const std::string& name) {
        connections_[name] = std::make_unique<FakeConnection>(
            bus_, control_, name, [this](const std::string& gone) { drop(gone); });
    }

    void drop(const std::string& name) {
        emitConnectionRemoved(sdbus::ObjectPath{ppp::names::connectionPath(name)});
        graveyard_.push_back(std::move(connections_.at(name))); // it is still being called
        connections_.erase(name);
    }

    std::vector<sdbus::Struct<std::string, sdbus::ObjectPath, std::string, std::string>>
    ListConnections() override {
        std::vector<sdbus::Struct<std::string, sdbus::ObjectPath, std::string, std::string>> out;
        for (const auto& [name, connection] : connections_) {
            out.emplace_back(name, sdbus::ObjectPath{ppp::names::connectionPath(name)}, connection->type(),
                             connection->state());
        }
        return out;
    }
    sdbus::ObjectPath GetConnection(const std::string& name) override {
        if (!connections_.contains(name)) {
            throw ppp::bus::makeError("org.ppp.Error.NoSuchConnection", "no connection " + name);
        }
        return sdbus::ObjectPath{ppp::names::connectionPath(name)};
    }
    void AddConnection(sdbus::Result<sdbus::ObjectPath>&& result, std::string name, std::string json,
                       Dictionary secrets) override {
        control_.record("AddConnection " + name + said(secrets));
        control_.record(json);
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            "AddConnection",
            [this, kept, name] {
                create(name);
                const sdbus::ObjectPath path{ppp::names::connectionPath(name)};
                kept->returnResults(path);
                emitConnectionAdded(path);
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void Reload(sdbus::Result<>&& result) override {
        control_.record("Reload");
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            "Reload", [kept] { kept->returnResults(); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void count(sdbus::Result<std::uint32_t>&& result, const std::string& method, const Dictionary& options) {
        control_.record(method + said(options));
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            method, [kept] { kept->returnResults(1); },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void RedialAll(sdbus::Result<std::uint32_t>&& result, Dictionary options) override {
        count(std::move(result), "RedialAll", options);
    }
    void DownAll(sdbus::Result<std::uint32_t>&& result, Dictionary options) override {
        count(std::move(result), "DownAll", options);
    }
    void Discover(sdbus::Result<std::vector<Dictionary>>&& result, std::string interface,
                  std::uint32_t timeout) override {
        control_.record("Discover " + interface + " " + std::to_string(timeout));
        const auto kept = ppp::test::keep(std::move(result));
        control_.handle(
            "Discover",
            [this, kept] {
                std::vector<Dictionary> out;
                if (control_.setting("concentrators") != "none") {
                    out.push_back({{"name", sdbus::Variant{std::string("ac1")}},
                                   {"mac", sdbus::Variant{std::string("02:00:00:00:00:01")}},
                                   {"services", sdbus::Variant{std::vector<std::string>{"", "internet"}}},
                                   {"cookie", sdbus::Variant{std::vector<std::uint8_t>{0x0a, 0xff}}},
                                   {"rtt-ms", sdbus::Variant{1.25}}});
                }
                kept->returnResults(out);
            },
            [kept](const sdbus::Error& error) { kept->returnError(error); });
    }
    void DiscoverSerial(sdbus::Result<std::vector<Dictionary>>&& result, std::uint32_t timeout) override {
        control_.record("DiscoverSerial " + std::to_string(timeout));
        std::vector<Dictionary> out;
        const auto tty = [&](const char* device, bool answers, const char* model, const char* heldBy) {
            out.push_back({{"device", sdbus::Variant{std::string(device)}},
                           {"answers", sdbus::Variant{answers}},
                           {"model", sdbus::Variant{std::string(model)}},
                           {"held-by", sdbus::Variant{std::string(heldBy)}}});
        };
        if (control_.setting("ttys") != "none") {
            tty("/dev/ttyS0", false, "", "");
            tty("/dev/ttyUSB0", true, "Lab 56K", "");
            tty("/dev/ttyUSB1", false, "", "minicom (pid 7)");
            out.push_back({{"device", sdbus::Variant{std::string("/dev/ttyUSB9")}},
                           {"answers", sdbus::Variant{false}},
                           {"error", sdbus::Variant{std::string("No such file or directory")}}});
        }
        result.returnResults(out);
    }
    void RegisterSecretAgent(sdbus::Result<>&& result, sdbus::ObjectPath /*agent*/) override {
        result.returnError(ppp::bus::makeError("org.ppp.Error.NotSupported", "RegisterSecretAgent"));
    }
    void UnregisterSecretAgent(sdbus::Result<>&& result, sdbus::ObjectPath /*agent*/) override {
        result.returnError(ppp::bus::makeError("org.ppp.Error.NotSupported", "UnregisterSecretAgent"));
    }
    std::string Version() override { return "0"; }
    std::vector<sdbus::ObjectPath> Connections() override { return {}; }
    std::string PrimaryConnection() override { return ""; }
    std::string DnsHandler() override {
        const std::string handler = control_.setting("dns");
        return handler == "ok" ? "resolved" : handler;
    }

    sdbus::IConnection& bus_;
    FakeControl& control_;
    std::map<std::string, std::unique_ptr<FakeConnection>> connections_;
    std::vector<std::unique_ptr<FakeConnection>> graveyard_;
};

class Root final : public sdbus::AdaptorInterfaces<sdbus::ObjectManager_adaptor> {
public:
    explicit Root(sdbus::IConnection& bus)
        : AdaptorInterfaces(bus, sdbus::ObjectPath{ppp::names::kRootPath}) {
        registerAdaptor();
    }
    ~Root() { unregisterAdaptor(); }
};

} // namespace

int main() {
    try {
        const auto bus = sdbus::createSystemBusConnection();
        FakeControl control(*bus, "manager", ppp::names::kBusName);
        const Root root(*bus);
        const FakeManager manager(*bus, control);
        bus->enterEventLoop();
    } catch (const sdbus::Error&) {
        return EXIT_FAILURE; // the bus went away, the test is over
    }
    return EXIT_FAILURE;
}
