// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon's objects as seen from here, on top of the generated proxies.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/variant.hpp"
#include "dbus/names.hpp"
#include "dbus/sdbus_compat.hpp"
#include "org_ppp_connection_proxy.hpp"
#include "org_ppp_manager_proxy.hpp"

namespace ppp::cli {

/// org.ppp.Manager, for calls; its signals are not listened to.
class ManagerProxy final : public sdbus::ProxyInterfaces<org::ppp::Manager_proxy> {
public:
    explicit ManagerProxy(sdbus::IConnection& bus, const std::string& service = names::kBusName)
        : ProxyInterfaces(bus, bus::ServiceName{service}, sdbus::ObjectPath{names::kManagerPath}) {}
    virtual ~ManagerProxy() = default;
    ManagerProxy(const ManagerProxy&) = delete;
    ManagerProxy& operator=(const ManagerProxy&) = delete;

    using FoundHandler =
        std::function<void(const std::optional<sdbus::Error>& error, const std::vector<Dictionary>& found)>;
    using AddedHandler =
        std::function<void(const std::optional<sdbus::Error>& error, const std::string& path)>;

    /// Discover, DiscoverSerial and AddConnection while the loop goes on; as long as it takes. `found` and
    /// `path` are empty where there is an error.
    void callDiscover(const std::string& interface, std::uint32_t milliseconds, FoundHandler answered) {
        callFinder("Discover", std::move(answered), interface, milliseconds);
    }
    void callDiscoverSerial(std::uint32_t milliseconds, FoundHandler answered) {
        callFinder("DiscoverSerial", std::move(answered), milliseconds);
    }
    void callAdd(const std::string& name, const std::string& profile, const Dictionary& secrets,
                 AddedHandler answered) {
        getProxy()
            .callMethodAsync("AddConnection")
            .onInterface(std::string(INTERFACE_NAME))
            .withTimeout(std::numeric_limits<std::uint64_t>::max())
            .withArguments(name, profile, secrets)
            .uponReplyInvoke(
                [answered = std::move(answered)](bus::CallError error, const sdbus::ObjectPath& path) {
                    answered(bus::failed(error) ? std::optional<sdbus::Error>(*error) : std::nullopt, path);
                });
    }

private:
    template <typename... Arguments>
    void callFinder(const char* method, FoundHandler answered, const Arguments&... arguments) {
        getProxy()
            .callMethodAsync(method)
            .onInterface(std::string(INTERFACE_NAME))
            .withTimeout(std::numeric_limits<std::uint64_t>::max())
            .withArguments(arguments...)
            .uponReplyInvoke(
                [answered = std::move(answered)](bus::CallError error, const std::vector<Dictionary>& found) {
                    answered(bus::failed(error) ? std::optional<sdbus::Error>(*error) : std::nullopt, found);
                });
    }

    void onConnectionAdded(const sdbus::ObjectPath& /*connection*/) override {}
    void onConnectionRemoved(const sdbus::ObjectPath& /*connection*/) override {}
};

/// One org.ppp.Connection. Callbacks come out of Client::step(), through C frames: they must not throw.
class ConnectionProxy final : public sdbus::ProxyInterfaces<org::ppp::Connection_proxy> {
public:
    using EventHandler =
        std::function<void(std::uint64_t time, const std::string& what, const Dictionary& details)>;
    using AnswerHandler = std::function<void(const std::optional<sdbus::Error>& error)>;

    ConnectionProxy(sdbus::IConnection& bus, const std::string& path,
                    const std::string& service = names::kBusName)
        : ProxyInterfaces(bus, bus::ServiceName{service}, sdbus::ObjectPath{path}) {}
    virtual ~ConnectionProxy() { unregisterProxy(); }
    ConnectionProxy(const ConnectionProxy&) = delete;
    ConnectionProxy& operator=(const ConnectionProxy&) = delete;

    /// Subscribes to the signals; what happens from now on is not missed.
    void listen(EventHandler handler) {
        handler_ = std::move(handler);
        registerProxy();
    }

    /// Calls `method` (Up, Down or Redial) and waits for the answer as long as it takes, while the loop goes
    /// on.
    void callWaited(const std::string& method, const Dictionary& options, AnswerHandler answered) {
        callAnswered(method, std::move(answered), options);
    }

    /// Any method without results, as callWaited.
    template <typename... Arguments>
    void callAnswered(const std::string& method, AnswerHandler answered, const Arguments&... arguments) {
        getProxy()
            .callMethodAsync(method)
            .onInterface(std::string(INTERFACE_NAME))
            .withTimeout(std::numeric_limits<std::uint64_t>::max())
            .withArguments(arguments...)
            .uponReplyInvoke([answered = std::move(answered)](bus::CallError error) {
                answered(bus::failed(error) ? std::optional<sdbus::Error>(*error) : std::nullopt);
            });
    }

    /// GetStatistics, as callWaited. `values` is empty where there is an error.
    void callStatistics(
        std::function<void(const std::optional<sdbus::Error>& error, Dictionary values)> answered) {
        getProxy()
            .callMethodAsync("GetStatistics")
            .onInterface(std::string(INTERFACE_NAME))
            .uponReplyInvoke(
                [answered = std::move(answered)](bus::CallError error, const Dictionary& values) {
                    const bool failed = bus::failed(error);
                    answered(failed ? std::optional<sdbus::Error>(*error) : std::nullopt, values);
                });
    }

private:
    void onStateChanged(const std::string& /*newState*/, const std::string& /*oldState*/,
                        const std::string& /*reason*/, const Dictionary& /*details*/) override {}
    void onEvent(const std::uint64_t& time, const std::string& what, const Dictionary& details) override {
        if (handler_) {
            handler_(time, what, details);
        }
    }

    EventHandler handler_;
};

} // namespace ppp::cli
