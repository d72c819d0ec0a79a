// SPDX-License-Identifier: LGPL-2.1-or-later
// What an earlier life of the daemon left in the runtime folder: whatever is in it, the daemon begins, and
// what it does with it can be shown.
#include "core/clamping.hpp"
#include "core/error.hpp"
#include "core/moving_address.hpp"
#include "core/proxy_arp.hpp"
#include "core/resolv_conf.hpp"
#include "core/routing.hpp"
#include "core/zones.hpp"
#include "fuzz/shown_connection.hpp"

using namespace ppp;
using namespace ppp::fuzz;
using namespace std::chrono_literals;

namespace {

void live(const std::string& text, bool alive) {
    test::Machine machine;
    machine.addProfile("isp");
    machine.network.links["ppp0"] = {10, "ppp0", 1492, true, true};
    for (const char* name :
         {"isp", "gone", core::Routing::kRecord, core::Clamping::kRecord, core::Zones::kRecord,
          core::ProxyArp::kRecord, core::MovingAddress::kRecord, ".hooks-isp"}) {
        machine.records.records[name] = text;
    }
    if (alive) {
        machine.engines.survivors.insert("isp");
    }
    core::Manager manager(machine.ports());
    manager.load();
    manager.begin();
    machine.clock.settle();
    machine.dns.answer();
    for (const auto span : {core::Duration(1s), core::Duration(1min), core::Duration(24h)}) {
        machine.clock.advance(span);
        machine.dns.answer();
        for (const core::Connection* const connection : manager.connections()) {
            connection->view();
        }
    }
    manager.downAll([](const auto&) {});
    if (auto* const engine = machine.engines.of("isp")) {
        engine->end({0, {}});
    }
    machine.dns.answer();
    machine.clock.advance(1min);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(asText({data, size}));
    if (const auto record = core::recordFromJson(text)) {
        requireKept(core::toJson(*record));
        core::lineOf(*record);
    }
    const std::string displaced = core::toJson(core::displacedFromJson(text));
    require(core::toJson(core::displacedFromJson(displaced)) == displaced, "routes are read as they were",
            displaced);
    const std::string dns = core::toJson(core::dnsRecordsFromJson(text));
    require(core::toJson(core::dnsRecordsFromJson(dns)) == dns, "name servers are read as they were", dns);
    for (const bool alive : {false, true}) {
        live(text, alive);
    }
    return 0;
}
