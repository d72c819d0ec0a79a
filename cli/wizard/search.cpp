// SPDX-License-Identifier: LGPL-2.1-or-later
// Discover and DiscoverSerial, side by side.
#include "cli/wizard/search.hpp"

#include <ifaddrs.h>
#include <linux/wireless.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "cli/format.hpp"
#include "cli/output.hpp"
#include "cli/wizard/dialog.hpp"

namespace ppp::cli {

namespace {

constexpr std::uint32_t kListen = 4000; // ms: the daemon sends at once, after 1 s and after 3 s
constexpr std::uint32_t kAsk = 3000;    // ms: a modem that has to find its speed answers the second AT
constexpr std::size_t kAtOnce = 12;     // the daemon takes 16 searches from all its callers
constexpr std::size_t kListed = 8;      // concentrators of one interface
constexpr unsigned kLowerUp = 0x10000;  // IFF_LOWER_UP of <linux/if.h>, which does not go with <net/if.h>

/// wireless(7): only such interfaces know this call.
bool isWireless(int socket, const char* name) {
    iwreq request{};
    std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    return ioctl(socket, SIOCGIWNAME, &request) == 0;
}

std::string roundTrip(const Dictionary& concentrator) {
    const auto trip = concentrator.find("rtt-ms");
    return trip != concentrator.end() && signatureOf(trip->second) == "d"
               ? ", " + milliseconds(static_cast<std::uint64_t>(trip->second.get<double>() * 1000))
               : std::string();
}

std::string described(const Dictionary& concentrator) {
    const std::string name = clean(text(concentrator, "name"));
    return (name.empty() ? clean(text(concentrator, "mac")) : name) + roundTrip(concentrator);
}

/// Of a whole search: what one interface or the ttys answered.
struct Answer {
    bool there = false;
    std::optional<sdbus::Error> error;
    std::vector<Dictionary> found;
};

/// Errors that have nothing to do with this one place.
bool concernsAll(const sdbus::Error& error) {
    const std::string word = contractWord(error);
    return word.empty() || word == "NotAuthorized";
}

class Search {
public:
    Search(Client& client, int interruptFd) : client_(client), interruptFd_(interruptFd) {}

    void startSerial() { client_.manager().callDiscoverSerial(kAsk, keep(serial_)); }

    /// As many as the daemon takes.
    void lookOn(const std::vector<EthernetPort>& ports, Found& found) {
        std::vector<Answer> answers(ports.size());
        for (std::size_t i = 0; i < ports.size(); ++i) {
            client_.manager().callDiscover(ports[i].name, kListen, keep(answers[i]));
        }
        await([&] {
            return std::all_of(answers.begin(), answers.end(),
                               [](const Answer& answer) { return answer.there; });
        });
        for (std::size_t i = 0; i < ports.size(); ++i) {
            take(ports[i].name, answers[i], found);
        }
    }

    void awaitSerial(Found& found) {
        await([&] { return serial_.there; });
        if (serial_.error && concernsAll(*serial_.error)) {
            throw sdbus::Error(*serial_.error);
        }
        if (serial_.error) {
            found.blanks.push_back({"modems", clean(serial_.error->getMessage())});
            return;
        }
        for (const auto& tty : serial_.found) {
            sortTty(tty, found);
        }
        if (serial_.found.empty()) {
            found.blanks.push_back({"modems", "this machine has no tty with anything behind it"});
        }
    }

private:
    static ManagerProxy::FoundHandler keep(Answer& answer) {
        return [&answer](const std::optional<sdbus::Error>& error, const std::vector<Dictionary>& found) {
            answer.error = error;
            answer.found = found;
            answer.there = true;
        };
    }

    template <typename Done> void await(Done done) {
        while (!done()) {
            if (client_.step(std::nullopt, interruptFd_) == Client::Wake::Interrupt) {
                throw Interrupted{};
            }
        }
    }

    static void take(const std::string& interface, const Answer& answer, Found& found) {
        if (answer.error && concernsAll(*answer.error)) {
            throw sdbus::Error(*answer.error);
        }
        if (answer.error) {
            found.blanks.push_back({interface, clean(answer.error->getMessage())});
        } else if (answer.found.empty()) {
            found.blanks.push_back({interface, "no PPPoE access concentrator answered"});
        } else {
            const auto lines = linesOf(interface, answer.found);
            found.lines.insert(found.lines.end(), lines.begin(), lines.end());
        }
    }

    Client& client_;
    int interruptFd_;
    Answer serial_;
};

} // namespace

std::vector<EthernetPort> ethernetPorts() {
    std::vector<EthernetPort> out;
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) {
        return out;
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(first, freeifaddrs);
    const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_PACKET) {
            continue;
        }
        sockaddr_ll link{};
        std::memcpy(&link, one->ifa_addr, sizeof link);
        if (link.sll_hatype == ARPHRD_ETHER && !isWireless(any, one->ifa_name)) {
            out.push_back({one->ifa_name, (one->ifa_flags & IFF_UP) != 0, (one->ifa_flags & kLowerUp) != 0});
        }
    }
    if (any >= 0) {
        close(any);
    }
    return out;
}

std::vector<Line> linesOf(const std::string& interface, const std::vector<Dictionary>& concentrators) {
    if (concentrators.size() == 1) {
        return {{"pppoe", interface, "PPPoE, " + described(concentrators.front()), {}, {}}};
    }
    std::vector<Line> out{
        {"pppoe",
         interface,
         "PPPoE, whichever of the " + std::to_string(concentrators.size()) + " below answers first",
         {},
         {}}};
    for (const auto& one : concentrators) {
        const std::string name = text(one, "name");
        const auto same = std::count_if(concentrators.begin(), concentrators.end(),
                                        [&](const Dictionary& other) { return text(other, "name") == name; });
        const bool byName = !name.empty() && same == 1;
        out.push_back({"pppoe", interface, "PPPoE, only " + described(one), byName ? name : std::string(),
                       byName ? std::string() : text(one, "mac")});
        if (out.size() > kListed) {
            break;
        }
    }
    return out;
}

void sortTty(const Dictionary& tty, Found& found) {
    const std::string device = text(tty, "device");
    const std::string holder = clean(text(tty, "held-by"));
    const std::string error = clean(text(tty, "error"));
    if (flag(tty, "answers")) {
        const std::string model = clean(text(tty, "model"));
        found.lines.push_back({"serial", device, "modem" + (model.empty() ? "" : ", " + model), {}, {}});
    } else if (!holder.empty()) {
        found.blanks.push_back({device, "held by " + holder + ", so it was not asked"});
    } else {
        found.blanks.push_back({device, error.empty() ? "no modem answered" : error});
    }
}

Found search(Client& client, const SearchOrder& order, int interruptFd) {
    Found found;
    Search search(client, interruptFd);
    if (order.serial) {
        search.startSerial();
    }
    std::vector<EthernetPort> live;
    std::vector<Blank> dead;
    for (const auto& port : order.ethernet ? order.ports : std::vector<EthernetPort>{}) {
        if (!port.up) {
            dead.push_back({port.name, "is switched off; dialling would switch it on"});
        } else if (!port.carrier) {
            dead.push_back({port.name, "no carrier: no cable, or what is at its other end is off"});
        } else {
            live.push_back(port);
        }
    }
    for (std::size_t i = 0; i < live.size(); i += kAtOnce) {
        const auto from = live.begin() + static_cast<std::ptrdiff_t>(i);
        const auto to = live.begin() + static_cast<std::ptrdiff_t>(std::min(i + kAtOnce, live.size()));
        search.lookOn({from, to}, found);
    }
    found.blanks.insert(found.blanks.end(), dead.begin(), dead.end());
    if (order.ethernet && order.ports.empty()) {
        found.blanks.push_back({"PPPoE", "this machine has no Ethernet interface"});
    }
    if (order.serial) {
        search.awaitSerial(found);
    }
    return found;
}

} // namespace ppp::cli
