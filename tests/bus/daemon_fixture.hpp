// SPDX-License-Identifier: LGPL-2.1-or-later
// The real daemon on a private bus with the real policy file, in a network namespace of its own; polkit,
// resolved and pppd are stand-ins.
#pragma once

#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <filesystem>
#include <gtest/gtest.h>
#include <net/if.h>

#include "dbus/names.hpp"
#include "dbus/sdbus_compat.hpp"
#include "fake.hpp"
#include "private_bus.hpp"
#include "unit/net_namespace.hpp"

namespace ppp::test {

using Variants = std::map<std::string, sdbus::Variant>;

class DaemonTest : public NetNamespace {
protected:
    void SetUp() override {
        NetNamespace::SetUp();
        if (IsSkipped())
            return;
        vethPair();
        run("ip tuntap add dev ppp0 mode tun && ip link set ppp0 addrgenmode none up");
        bus_ = std::make_unique<PrivateBus>(
            std::vector<std::string>{PPP_TEST_POLICY},
            std::vector<std::string>{"org.freedesktop.PolicyKit1", "org.freedesktop.resolve1",
                                     "test.fake.polkit", "test.fake.resolved"});
        polkit_ = std::make_unique<Fake>(PPP_TEST_FAKE_POLKIT, "polkit");
        polkit_->set("verdict", "yes");
        resolved_ = std::make_unique<Fake>(PPP_TEST_FAKE_RESOLVED, "resolved");
        std::filesystem::create_directories(folder() + "/pppd.d");
        std::filesystem::create_symlink(PPP_TEST_FAKE_PPPD, folder() + "/pppd");
        std::ofstream(folder() + "/plugin.so") << "not looked into";
        script("default", goodScript());
        startDaemon();
    }

    void startDaemon(const std::vector<std::string>& more = {"--ppp-device", ""},
                     const std::vector<std::string>& environment = {}) {
        daemon_.reset();
        client_ = sdbus::createSystemBusConnection();
        std::vector<std::string> argv{PPP_TEST_PPP_MANAGERD, "--config",        folder() + "/etc",
                                      "--runtime",           folder() + "/run", "--pppd",
                                      folder() + "/pppd",    "--plugin",        folder() + "/plugin.so"};
        argv.insert(argv.end(), more.begin(), more.end());
        daemon_ = std::make_unique<ChildProcess>(argv, environment);
        ASSERT_TRUE(eventually([&] { return hasOwner(); }));
    }

    bool hasOwner() {
        bool owned = false;
        auto driver = proxy("org.freedesktop.DBus", "/org/freedesktop/DBus");
        driver->callMethod("NameHasOwner")
            .onInterface("org.freedesktop.DBus")
            .withArguments(std::string(names::kBusName))
            .storeResultsTo(owned);
        return owned;
    }

    std::unique_ptr<sdbus::IProxy> proxy(const std::string& service, const std::string& path) {
        auto out = sdbus::createProxy(*client_, bus::ServiceName{service}, sdbus::ObjectPath{path});
        bus::activate(*out);
        return out;
    }

    /// The word after org.ppp.Error. of what the call answers, "" on success, the whole name of a foreign
    /// error.
    template <typename... Arguments>
    std::string call(const std::string& path, const std::string& interface, const std::string& method,
                     const Arguments&... arguments) {
        try {
            auto object = proxy(names::kBusName, path);
            object->callMethod(method)
                .onInterface(interface)
                .withTimeout(std::chrono::seconds(40))
                .withArguments(arguments...);
            text_.clear();
            return {};
        } catch (const sdbus::Error& error) {
            text_ = error.getMessage();
            const std::string& name = error.getName();
            const std::string prefix = names::kErrorPrefix;
            return name.rfind(prefix, 0) == 0 ? name.substr(prefix.size()) : name;
        }
    }
    template <typename... Arguments>
    std::string manager(const std::string& method, const Arguments&... arguments) {
        return call(names::kManagerPath, names::kManagerInterface, method, arguments...);
    }
    template <typename... Arguments>
    std::string isp(const std::string& method, const Arguments&... arguments) {
        return call(names::connectionPath("isp"), names::kConnectionInterface, method, arguments...);
    }
    template <typename Value> Value property(const std::string& name) {
        return proxy(names::kBusName, names::connectionPath("isp"))
            ->getProperty(name)
            .onInterface(names::kConnectionInterface)
            .template get<Value>();
    }
    std::string state() { return property<std::string>("State"); }
    bool becomes(const std::string& wanted) {
        return eventually([&] { return state() == wanted; });
    }

    std::string addIsp(const std::string& extra = "") {
        return manager("AddConnection", std::string("isp"), profile(extra),
                       Variants{{"password", sdbus::Variant{std::string(kPassword)}}});
    }
    static std::string profile(const std::string& extra = "") {
        return R"({"type":"pppoe","pppoe":{"interface":"v0","discovery-timeout":2},"auth":{"user":"alice"},)"
               R"("ipv6":{"enabled":false})" +
               extra + "}";
    }
    std::string up(bool wait = true) { return isp("Up", Variants{{"wait", sdbus::Variant{wait}}}); }
    std::string down(bool wait = true) { return isp("Down", Variants{{"wait", sdbus::Variant{wait}}}); }

    void script(const std::string& name, const std::string& lines) {
        std::ofstream(folder() + "/pppd.d/" + name + ".script") << lines;
    }
    static std::string goodScript(const std::string& password = kPassword) {
        return "wait-secrets\nphase discovery\nsession 7 02:00:00:00:00:01 \"ac\"\nphase establish\nlcp 1492 "
               "1492\n"
               "login chap " +
               password +
               " \"E=691 who are you\"\nphase network\nip4 ppp0 10.64.0.100 10.64.0.1 10.64.0.53 mtu 1492 "
               "index " +
               std::to_string(if_nametoindex("ppp0")) + "\nphase running\nsleep-until-term\n";
    }
    static std::string routes() { return run("ip route show default"); }
    const std::string& folder() const { return bus_->folder(); }

    static constexpr const char* kPassword = "s3cret-of-the-test";
    std::unique_ptr<PrivateBus> bus_;
    std::unique_ptr<Fake> polkit_, resolved_;
    std::unique_ptr<sdbus::IConnection> client_;
    std::unique_ptr<ChildProcess> daemon_;
    std::string text_; ///< of the last error
};

} // namespace ppp::test
