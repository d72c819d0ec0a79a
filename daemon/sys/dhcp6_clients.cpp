// SPDX-License-Identifier: LGPL-2.1-or-later
// Transient units over D-Bus, reports over inotify, guards over rtnetlink.
#include "sys/dhcp6_clients.hpp"

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <unistd.h>

#include "core/text.hpp"
#include "sys/file_io.hpp"
#include "sys/netlink_build.hpp"
#include "sys/unit_manager.hpp"

namespace ppp::sys {

namespace {

using core::text::cat;

constexpr const char* kService = "org.freedesktop.systemd1";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr const char* kExists = "org.freedesktop.systemd1.UnitExists";
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kAgain = std::chrono::seconds(10); // after a refusal
constexpr auto kSoon = std::chrono::seconds(1);   // while the one before ends
constexpr auto kLook = std::chrono::seconds(30);  // at what cannot be watched
constexpr int kDumpAttempts = 5;                  // of a table that changes under the dump
constexpr const char* kConfiguration = "dhcpcd.conf";
constexpr const char* kReport = "report";
// Above every metric in use: where the whole prefix is given to one network, that one's route wins.
constexpr std::uint32_t kGuardMetric = 0x7fffffff;

using AuxUnit = sdbus::Struct<std::string, std::vector<dhcp6::Property>>;

std::vector<std::uint8_t> guardRequest(std::uint16_t type, std::uint16_t flags, const std::string& prefix) {
    const auto slash = prefix.find('/');
    in6_addr address{};
    if (slash == std::string::npos || inet_pton(AF_INET6, prefix.substr(0, slash).c_str(), &address) != 1) {
        return {};
    }
    rtmsg head{};
    head.rtm_family = AF_INET6;
    head.rtm_dst_len = static_cast<unsigned char>(std::atoi(prefix.c_str() + slash + 1));
    head.rtm_table = RT_TABLE_MAIN;
    head.rtm_protocol = core::kRouteProtocol;
    head.rtm_type = RTN_UNREACHABLE;
    netlink::Request request(type, flags | NLM_F_ACK);
    request.head(head)
        .put(RTA_DST, {reinterpret_cast<const std::uint8_t*>(&address), sizeof address})
        .put32(RTA_PRIORITY, kGuardMetric);
    return std::move(request).finish();
}

std::vector<std::uint8_t> dumpUnreachable() {
    rtmsg head{};
    head.rtm_family = AF_INET6;
    head.rtm_type = RTN_UNREACHABLE;
    netlink::Request request(RTM_GETROUTE, NLM_F_DUMP);
    request.head(head);
    return std::move(request).finish();
}

} // namespace

class Dhcp6Clients::Client final : public core::PrefixClient {
public:
    Client(Dhcp6Clients& owner, Session session, std::function<void()> changed)
        : owner_(owner), session_(std::move(session)), changed_(std::move(changed)),
          folder_(owner.folderOf(session_.connection)) {
        begin();
        watch();
    }
    ~Client() override { owner_.reports_.forget(number_); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    std::vector<core::DelegatedPrefix> prefixes() override {
        try {
            const UniqueFd folder = file_io::openFolder(folder_);
            if (!folder) {
                return {};
            }
            const auto content = file_io::read(folder, kReport, core::kLongestReport);
            return core::prefixesOf({content.bytes.data(), content.bytes.size()},
                                    std::to_string(session_.enginePid));
        } catch (const std::system_error&) {
            return {};
        }
    }
    std::string trouble() const override { return trouble_.empty() ? unwatched_ : trouble_; }

private:
    void begin() {
        owner_.start(session_, [this, alive = std::weak_ptr<int>(alive_)](const std::string& error,
                                                                          std::chrono::seconds again) {
            if (alive.expired()) {
                return;
            }
            const bool turned = error.empty() != trouble_.empty();
            trouble_ = error.empty() ? "" : cat("no prefix is asked for: ", error);
            if (!error.empty()) {
                again_ = owner_.loop_.after(again, [this] {
                    begin();
                    watch(); // its folder may be there by now
                });
            }
            if (turned && begun_) {
                changed_();
            }
        });
        begun_ = true;
    }

    void watch() {
        std::string error;
        number_ = owner_.reports_.watch(
            folder_, kReport, [this] { changed_(); }, error);
        unwatched_ = number_ >= 0 ? "" : cat("the DHCPv6 client's reports are late: ", error);
        look_ = number_ >= 0 ? nullptr : owner_.loop_.after(kLook, [this] {
            watch();
            changed_();
        });
    }

    Dhcp6Clients& owner_;
    Session session_;
    std::function<void()> changed_;
    std::string folder_, trouble_;
    std::string unwatched_; ///< why nobody tells of a report
    int number_ = -1;       ///< of the watch for it
    bool begun_ = false;    ///< what comes within the first call is seen by whoever asked for this
    std::unique_ptr<EventSource> again_, look_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(0); ///< answers hold it weakly
};

Dhcp6Clients::Dhcp6Clients(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal,
                           std::string folder, dhcp6::Site site, bool systemd)
    : loop_(loop), journal_(journal), folder_(std::move(folder)), site_(std::move(site)), reports_(loop) {
    if (systemd) {
        systemd_ = sdbus::createProxy(bus, bus::ServiceName{kService}, sdbus::ObjectPath{kPath});
    }
}

Dhcp6Clients::~Dhcp6Clients() = default;

std::string Dhcp6Clients::folderOf(const std::string& connection) const {
    return folder_ + "/" + connection;
}

std::unique_ptr<core::PrefixClient> Dhcp6Clients::run(const Session& session, std::function<void()> changed) {
    running_.insert(session.connection);
    return std::make_unique<Client>(*this, session, std::move(changed));
}

/// The unit may be there already: of an earlier life of the daemon, or told to end and not at its end.
void Dhcp6Clients::started(const std::string& connection, std::uint64_t ending, const bus::CallError& error,
                           const Started& done) {
    const bool exists = bus::failed(error) && error->getName() == kExists;
    if (exists && ending != 0) {
        return done("the client before it has not ended yet", kSoon);
    }
    if (const auto end = ended_.find(connection); end != ended_.end() && end->second.number == ending) {
        ended_.erase(end);
    }
    if (bus::failed(error) && !exists) {
        return done(core::text::harmless(error->getMessage(), 256), kAgain);
    }
    done("", {});
}

void Dhcp6Clients::start(const Session& session, const Started& done) {
    if (!systemd_) {
        return done("there is no systemd to run the DHCPv6 client", kAgain);
    }
    if (access(site_.dhcpcd.c_str(), X_OK) < 0) {
        return done(cat(site_.dhcpcd, " is missing (package dhcpcd-base)"), kAgain);
    }
    const std::string unit = dhcp6::unitName(session.connection, session.enginePid);
    const auto end = ended_.find(session.connection);
    const std::uint64_t ending = end != ended_.end() && end->second.unit == unit ? end->second.number : 0;
    const std::string folder = folderOf(session.connection);
    try {
        const UniqueFd opened = file_io::makeFolder(folder, 0700);
        file_io::write(opened, kConfiguration,
                       dhcp6::configuration(site_, session.interface, std::to_string(session.enginePid),
                                            folder + "/" + kReport),
                       0600, file_io::Durability::Memory);
        systemd_->callMethodAsync("StartTransientUnit")
            .onInterface(kManager)
            .withTimeout(kPatience)
            .withArguments(unit, std::string("replace"),
                           dhcp6::properties(site_, session.connection, session.interface, folder,
                                             UnitManager::scopeName(session.connection, session.enginePid)),
                           std::vector<AuxUnit>{})
            .uponReplyInvoke([this, connection = session.connection, ending, done](bus::CallError error,
                                                                                   const sdbus::ObjectPath&) {
                loop_.guarded([&] { started(connection, ending, error, done); });
            });
    } catch (const sdbus::Error& e) {
        done(core::text::harmless(e.getMessage(), 256), kAgain);
    } catch (const std::system_error& e) {
        done(cat("cannot write its configuration: ", e.code().message()), kAgain);
    }
}

void Dhcp6Clients::end(const Session& session) {
    running_.erase(session.connection);
    if (systemd_) {
        const std::string unit = dhcp6::unitName(session.connection, session.enginePid);
        ended_[session.connection] = {unit, ++lastEnd_};
        try {
            systemd_->callMethodAsync("StopUnit")
                .onInterface(kManager)
                .withTimeout(kPatience)
                .withArguments(unit, std::string("replace"))
                .uponReplyInvoke([](bus::CallError, const sdbus::ObjectPath&) {}); // it ends with the engine
        } catch (const sdbus::Error& e) {
            journal_.log(core::Severity::Warning, session.connection,
                         cat("cannot end the DHCPv6 client now: ", e.getMessage()));
        }
    }
    removeFolder(session.connection);
}

void Dhcp6Clients::removeFolder(const std::string& connection) {
    try {
        if (const UniqueFd folder = file_io::openFolder(folderOf(connection))) {
            for (const std::string& name : file_io::list(folder)) {
                file_io::remove(folder, name, file_io::Durability::Memory);
            }
        }
    } catch (const std::system_error& e) {
        journal_.log(core::Severity::Warning, connection,
                     cat("cannot remove what the DHCPv6 client has left: ", e.code().message()));
    }
    rmdir(folderOf(connection).c_str());
    rmdir(folder_.c_str()); // fails while others are in it
}

bool Dhcp6Clients::guard(const std::string& prefix, std::string& error) {
    guarded_.insert(prefix);
    const auto answer = kernel_.ask(guardRequest(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, prefix));
    if (answer || answer.error == EEXIST) {
        return true;
    }
    error = answer.text;
    return false;
}

void Dhcp6Clients::unguard(const std::string& prefix) {
    guarded_.erase(prefix);
    const auto answer = kernel_.ask(guardRequest(RTM_DELROUTE, 0, prefix));
    if (!answer && answer.error != ESRCH) {
        journal_.log(core::Severity::Warning, "",
                     cat("cannot remove the unreachable route ", prefix, ": ", answer.text));
    }
}

void Dhcp6Clients::forgetOthers() {
    if (const UniqueFd folder = file_io::openFolder(folder_)) {
        for (const std::string& name : file_io::list(folder)) {
            if (!running_.contains(name)) {
                removeFolder(name);
            }
        }
    }
    std::set<std::string> left;
    netlink::Verdict answer;
    for (int n = 0; n < kDumpAttempts; ++n) {
        answer = kernel_.dump(dumpUnreachable(), [&](const netlink::Message& message) {
            const auto route = netlink::anyRoute(message);
            const std::string prefix = route ? cat(route->destination, '/', int{route->prefix}) : "";
            if (route && route->type == RTN_UNREACHABLE && route->protocol == core::kRouteProtocol &&
                route->metric == kGuardMetric && !guarded_.contains(prefix)) {
                left.insert(prefix);
            }
        });
        if (answer.error != EINTR) {
            break;
        }
    }
    if (!answer) {
        journal_.log(core::Severity::Warning, "",
                     cat("cannot list all unreachable routes of an earlier life: ", answer.text));
    }
    for (const std::string& prefix : left) {
        unguard(prefix);
    }
}

} // namespace ppp::sys
