// SPDX-License-Identifier: LGPL-2.1-or-later
// One search: list, ask ModemManager, ask what is free.
#include "sys/serial_finder.hpp"

#include <algorithm>
#include <climits>
#include <ctime>
#include <map>
#include <utility>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "core/text.hpp"
#include "sys/serial_probe.hpp"

namespace ppp::sys {

namespace {

using core::SerialPort;
using Done = std::function<void(std::vector<SerialPort>, const std::string&)>;
using Properties = std::map<std::string, sdbus::Variant>;
using Objects = std::map<sdbus::ObjectPath, std::map<std::string, Properties>>;
using Ports = std::vector<sdbus::Struct<std::string, std::uint32_t>>;

constexpr const char* kBus = "org.freedesktop.DBus";
constexpr const char* kBusPath = "/org/freedesktop/DBus";
constexpr const char* kModemManager = "org.freedesktop.ModemManager1";
constexpr const char* kModemManagerPath = "/org/freedesktop/ModemManager1";
constexpr const char* kModem = "org.freedesktop.ModemManager1.Modem";
constexpr const char* kObjectManager = "org.freedesktop.DBus.ObjectManager";
constexpr std::chrono::seconds kPatience(2);

std::uint64_t bootTime() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

std::string text(const Properties& properties, const char* name) {
    const auto found = properties.find(name);
    return found != properties.end() && found->second.containsValueOfType<std::string>()
               ? found->second.get<std::string>()
               : std::string();
}

class Search final : public core::Pending {
public:
    Search(EventLoop& loop, sdbus::IConnection& bus, const SerialPaths& paths, std::size_t& running,
           core::Duration howLong, Done done)
        : loop_(loop), bus_(bus), paths_(paths), running_(running), done_(std::move(done)),
          until_(bootTime() + static_cast<std::uint64_t>(howLong.count())) {
        ++running_;
    }
    ~Search() override {
        --running_;
        call_.cancel();
    }
    Search(const Search&) = delete;
    Search& operator=(const Search&) = delete;

    void start(const std::vector<core::NamedPort>& named) {
        list(named);
        driver_ = sdbus::createProxy(bus_, bus::ServiceName{kBus}, sdbus::ObjectPath{kBusPath});
        limit_ = loop_.after(kPatience, [this] { askPorts(); });
        call_ = driver_->callMethodAsync("GetNameOwner")
                    .onInterface(kBus)
                    .withArguments(std::string(kModemManager))
                    .uponReplyInvoke([this](bus::CallError error, const std::string& owner) {
                        call_ = {};
                        loop_.guarded([&] {
                            if (bus::failed(error) || owner.empty())
                                askPorts();
                            else
                                askModemManager(owner);
                        });
                    });
    }

    void finishSoon(const std::string& error) {
        limit_ = loop_.defer([this, error] { finish(error); }, priority::kNormal);
    }

private:
    void list(const std::vector<core::NamedPort>& named) {
        for (const std::string& device : listTtys(paths_))
            ports_.push_back({device, false, {}, {}, {}});
        for (const core::NamedPort& one : named) {
            const std::string device = nodeOf(one.device);
            auto known = std::find_if(ports_.begin(), ports_.end(),
                                      [&](const SerialPort& port) { return port.device == device; });
            if (known == ports_.end())
                known = ports_.insert(known, SerialPort{device, false, {}, {}, {}});
            if (!one.usedBy.empty())
                known->heldBy = one.usedBy;
            speeds_[device] = one.speed;
        }
        std::sort(ports_.begin(), ports_.end(),
                  [](const SerialPort& a, const SerialPort& b) { return a.device < b.device; });
        if (ports_.size() > core::limits::kSerialPorts)
            ports_.resize(core::limits::kSerialPorts);
        for (SerialPort& port : ports_)
            if (port.heldBy.empty())
                port.heldBy = whoLocked(paths_, port.device);
    }

    /// By its unique name: a call to the well-known one could start it.
    void askModemManager(const std::string& owner) {
        modemManager_ =
            sdbus::createProxy(bus_, bus::ServiceName{owner}, sdbus::ObjectPath{kModemManagerPath});
        call_ = modemManager_->callMethodAsync("GetManagedObjects")
                    .onInterface(kObjectManager)
                    .uponReplyInvoke([this](bus::CallError error, const Objects& objects) {
                        call_ = {};
                        loop_.guarded([&] {
                            if (!bus::failed(error))
                                take(objects);
                            askPorts();
                        });
                    });
    }

    void take(const Objects& objects) {
        for (const auto& [path, interfaces] : objects) {
            const auto modem = interfaces.find(kModem);
            const auto found =
                modem == interfaces.end() ? Properties::const_iterator() : modem->second.find("Ports");
            if (modem == interfaces.end() || found == modem->second.end() ||
                !found->second.containsValueOfType<Ports>())
                continue;
            for (const auto& port : found->second.get<Ports>())
                claim(paths_.devices + "/" + std::get<0>(port), modem->second);
        }
    }

    void claim(const std::string& device, const Properties& modem) {
        for (SerialPort& port : ports_)
            if (port.device == device && port.heldBy.empty()) {
                port.heldBy = "ModemManager";
                port.model = core::text::harmless(text(modem, "Manufacturer") + " " + text(modem, "Model"),
                                                  core::limits::kModemText);
            }
    }

    void askPorts() {
        call_.cancel();
        call_ = {};
        limit_.reset();
        if (std::exchange(asking_, true))
            return;
        const TtyUsers users(paths_);
        for (SerialPort& port : ports_) {
            if (port.heldBy.empty())
                port.heldBy = users.of(port.device);
            if (!port.heldBy.empty())
                continue;
            const auto speed = speeds_.find(port.device);
            ++open_;
            probes_.push_back(std::make_unique<SerialProbe>(
                loop_, port, paths_.locks, speed == speeds_.end() ? kUsualSpeed : speed->second, until_,
                [this] {
                    if (--open_ == 0)
                        finishSoon({}); // not from inside a probe, which goes with us
                }));
        }
        if (open_ == 0)
            finishSoon({});
    }

    /// `done` may destroy us.
    void finish(const std::string& error) {
        limit_.reset();
        probes_.clear();
        const Done done = std::exchange(done_, {});
        done(std::exchange(ports_, {}), error);
    }

    static constexpr std::uint32_t kUsualSpeed = 115200;

    EventLoop& loop_;
    sdbus::IConnection& bus_;
    const SerialPaths& paths_;
    std::size_t& running_;
    Done done_;
    std::uint64_t until_; // CLOCK_BOOTTIME, µs
    std::vector<SerialPort> ports_;
    std::map<std::string, std::uint32_t> speeds_;
    std::unique_ptr<sdbus::IProxy> driver_, modemManager_;
    sdbus::PendingAsyncCall call_;
    bool asking_ = false;
    std::size_t open_ = 0;
    std::vector<std::unique_ptr<SerialProbe>> probes_;
    std::unique_ptr<EventSource> limit_;
};

} // namespace

std::unique_ptr<core::Pending> SerialFinder::find(const std::vector<core::NamedPort>& named,
                                                  core::Duration howLong, Done done) {
    if (running_ >= kAtOnce) {
        throw core::Error(core::ErrorCode::Busy, "too many searches at once");
    }
    auto search = std::make_unique<Search>(loop_, bus_, paths_, running_, howLong, std::move(done));
    search->start(named);
    return search;
}

} // namespace ppp::sys
