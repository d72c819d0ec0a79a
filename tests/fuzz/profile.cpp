// SPDX-License-Identifier: LGPL-2.1-or-later
// A profile as somebody stores it: read, checked, written and read again, turned into pppd's arguments and
// into files for pppd alone.
#include <nlohmann/json.hpp>

#include "cli/import/export_peers.hpp"
#include "cli/import/import.hpp"
#include "core/engine_options.hpp"
#include "core/engine_order.hpp"
#include "core/limits.hpp"
#include "core/profile.hpp"
#include "core/profile_alike.hpp"
#include "core/profile_json.hpp"
#include "core/profile_secrets.hpp"
#include "fuzz/target.hpp"

using namespace ppp;
using namespace ppp::fuzz;
namespace importing = cli::importing;

namespace {

void faultsAreFit(const core::ParsedProfile& parsed) {
    require(parsed.profile.has_value() == parsed.faults.empty(), "a profile, or what is wrong with it");
    require(parsed.faults.size() <= core::limits::kProfileFaults + 1, "not more faults than are listed");
    for (const core::Fault& fault : parsed.faults) {
        requireShown(fault.pointer, 2 * core::limits::kProfileSize, "the pointer of a fault");
        requireShown(fault.text, 8192, "the text of a fault");
    }
}

void survivesWriting(std::string_view text, const core::Profile& profile) {
    core::Faults none;
    const auto document = core::readJson(text, none);
    require(document && none.none(), "what is a profile is JSON");
    const core::ParsedProfile again = core::parseProfile(document->dump());
    require(again.profile == profile, "written and read it is the same", document->dump());
    require(core::dialsAlike(text, document->dump()), "without its comments it dials alike");
}

void argumentsAreFit(const core::Profile& profile) {
    for (const std::string& argument : core::engineArguments("isp", profile, {"/p.so", 3, 4, "eth0"})) {
        require(argument.find('\0') == std::string::npos, "an argument has an end", argument);
        require(core::text::isUtf8(argument) && !core::text::hasControl(argument), "an argument is text",
                argument);
    }
    core::EngineTask task;
    task.type = profile.type;
    task.serial = profile.serial;
    task.l2tp = profile.l2tp;
    const auto again = core::engineTaskFromJson(core::toJson(task));
    if (profile.type != core::LinkType::Pppoe) {
        require(again && again->serial == profile.serial && again->l2tp == profile.l2tp,
                "the order of an engine program comes over as it is", core::toJson(task));
    }
}

/// What quoting could break, for pppd's options and for chat.
void survivesExport(const core::Profile& profile) {
    const importing::PeersFiles files = importing::exportPeers("isp", profile, "/chat", "/pw");
    if (profile.type == core::LinkType::L2tp) {
        return;
    }
    const auto reader = [&](const std::string& path) -> importing::Reading {
        if (path == "/pw") {
            return {"secret\n", {}, false};
        }
        return path == "/chat" && files.chat ? importing::Reading{files.chat, {}, false}
                                             : importing::Reading{{}, "there is no such file", true};
    };
    importing::Result result = importing::readPeers({"/etc/ppp/peers/isp", files.options, reader});
    require(result.connections.size() == 1, "what was exported is one connection", files.options);
    const auto read = core::parseProfile(result.connections.front().profile.dump());
    require(read.profile.has_value(), "what was exported can be imported",
            files.options + core::describe(read.faults));
    const auto same = [&](const std::string& before, const std::string& after) {
        require(before == after, "a text survives its export",
                before + " <> " + after + "\n" + files.options);
    };
    same(profile.auth.user, read.profile->auth.user);
    same(profile.auth.remoteName, read.profile->auth.remoteName);
    if (profile.pppoe) {
        const bool vlan = profile.pppoe->vlan.has_value(); // it is part of the name then
        same(profile.pppoe->interface, vlan ? profile.pppoe->interface : read.profile->pppoe->interface);
        same(profile.pppoe->service, read.profile->pppoe->service);
        same(profile.pppoe->accessConcentrator, read.profile->pppoe->accessConcentrator);
    }
    if (profile.serial) {
        same(profile.serial->device, read.profile->serial->device);
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = asText({data, size});
    const core::ParsedProfile parsed = core::parseProfile(text);
    faultsAreFit(parsed);
    core::dialsAlike(text, "{}");
    if (parsed.profile) {
        require(core::dialsAlike(text, text), "it dials as it dials");
        survivesWriting(text, *parsed.profile);
        argumentsAreFit(*parsed.profile);
        survivesExport(*parsed.profile);
    }
    return 0;
}
