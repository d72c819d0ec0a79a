// SPDX-License-Identifier: LGPL-2.1-or-later
// What an engine reports, over the whole life of a connection: datagrams of the plugin's language, true,
// broken and out of order, with time, calls, ends and restarts of the daemon between them. Input: the kind of
// profile, then steps, each a byte and what it needs.
#include <algorithm>
#include <array>

#include "core/engine_message.hpp"
#include "core/error.hpp"
#include "core/limits.hpp"
#include "fuzz/shown_connection.hpp"

using namespace ppp;
using namespace ppp::fuzz;
using namespace std::chrono_literals;

namespace {

constexpr std::array kProfiles{
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "auth": {"user": "alice"}})",
    R"({"type": "pppoe", "pppoe": {"interface": "eth0"}, "on-demand": true, "hooks": true,
        "ppp": {"mtu": 1500, "mppe": "128"}, "auth": {"user": "a", "require": ["chap"]}})",
    R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "dial": {"number": "1"}}, "auth": {"user": "alice"}})",
    R"({"type": "l2tp", "l2tp": {"server": "lns.example.net"}, "auth": {"user": "alice"}, "autoconnect": true})",
};
constexpr std::array kInterfaces{"ppp0", "tun-isp"};

class Life {
public:
    explicit Life(Supply& supply) : supply_(supply) {
        machine_.addProfile("isp", kProfiles.at(supply.byte() % kProfiles.size()));
        machine_.profiles.secrets["isp"].insert_or_assign("pin", core::Secret("1234"));
        std::uint32_t index = 10;
        for (const char* name : kInterfaces) {
            machine_.network.links[name] = {index++, name, 1492, true, true};
        }
        start();
        up();
    }

    void step() {
        switch (supply_.byte() % 16) {
        case 8:
            machine_.clock.advance(std::chrono::milliseconds(supply_.word()));
            break;
        case 9:
            machine_.clock.advance(std::chrono::seconds(supply_.word()));
            break;
        case 10:
            end();
            break;
        case 11:
            machine_.dns.answer();
            break;
        case 12:
            call();
            break;
        case 13:
            restart();
            break;
        case 14:
            machine_.network.removeInterface(kInterfaces.at(supply_.byte() % kInterfaces.size()));
            break;
        default:
            report(supply_.piece());
            break;
        }
        requireShown(machine_, *manager_);
    }

private:
    void start() {
        manager_ = std::make_unique<core::Manager>(machine_.ports());
        manager_->load();
        manager_->begin();
        machine_.clock.settle();
    }
    void up() {
        try {
            manager_->get("isp").up({}, [](const auto&) {});
        } catch (const core::Error& refused) {
            requireShown(refused.what(), kShown, "a refusal");
        }
    }
    void report(Bytes datagram) {
        const auto event = core::decodeEngineMessage(datagram);
        if (event && machine_.engines.of("isp") != nullptr) {
            machine_.engines.of("isp")->report(*event);
        }
    }
    void end() {
        const std::uint8_t how = supply_.byte();
        const std::string words(asText(supply_.piece()));
        if (machine_.engines.of("isp") != nullptr) {
            core::EngineEnd end;
            (how < 64 ? end.code : end.signal) = how % 64;
            end.words = words;
            machine_.engines.of("isp")->end(end);
        }
    }
    void call() {
        const std::uint8_t which = supply_.byte();
        core::Connection& isp = manager_->get("isp");
        try {
            if (which % 3 == 0) {
                up();
            } else if (which % 3 == 1) {
                isp.down(which > 128, [](const auto&) {});
            } else {
                isp.redial({which > 128, "fuzz"}, [](const auto&) {});
            }
        } catch (const core::Error& refused) {
            requireShown(refused.what(), kShown, "a refusal");
        }
    }
    /// The record that one life leaves is what the next one finds.
    void restart() {
        const bool alive = supply_.byte() % 2 == 0 && machine_.engines.of("isp") != nullptr;
        manager_->handOver();
        if (const auto record = machine_.records.records.find("isp");
            record != machine_.records.records.end()) {
            requireKept(record->second);
        }
        machine_.dns.answer();
        manager_.reset();
        machine_.dns.pending.clear();
        machine_.engines.survivors.clear();
        if (alive) {
            machine_.engines.survivors.insert("isp");
        }
        start();
    }

    Supply& supply_;
    test::Machine machine_;
    std::unique_ptr<core::Manager> manager_;
};

void textsAreBounded(Bytes datagram) {
    if (const auto event = core::decodeEngineMessage(datagram)) {
        if (const auto* const auth = std::get_if<core::engine::Auth>(&*event)) {
            require(auth->message.size() <= core::limits::kPeerText, "a peer's text is cut");
        }
        if (const auto* const up = std::get_if<core::engine::Ip4Up>(&*event)) {
            requireShown(up->interface, 15, "an interface");
            require(up->dns.size() <= core::limits::kDnsServers, "servers are bounded");
        }
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    textsAreBounded({data, size});
    Supply supply({data, size});
    Life life(supply);
    for (int n = 0; n < 200 && !supply.empty(); ++n) {
        life.step();
    }
    return 0;
}
