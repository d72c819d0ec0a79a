// SPDX-License-Identifier: LGPL-2.1-or-later
// An order in, a report out; a runner that does not say its last word has failed.
#include "sys/hook_runner.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/hook_facts.hpp"
#include "core/hook_order.hpp"
#include "core/text.hpp"
#include "sys/file_io.hpp"

namespace ppp::sys {

namespace {

constexpr std::string_view kHidden = "/etc/ppp/";
constexpr auto kOwnTime = std::chrono::seconds(5); // beside that of the hooks: to start, to end the last one
constexpr std::size_t kReport = std::size_t{64} * 1024; // a failure has some 300 bytes, escaped more

} // namespace

HookRunner::HookRunner(OutsideCommands& commands, std::string program, std::string configuration,
                       const std::string& runtime)
    : commands_(commands), program_(std::move(program)), configuration_(std::move(configuration)),
      numbers_(runtime + "/hooks") {
    file_io::makeFolder(numbers_, 0700);
}

bool HookRunner::any(const std::string& folder) {
    if (folder.starts_with(kHidden)) {
        return true;
    }
    try {
        const UniqueFd opened = file_io::openFolder(
            folder == core::hooks::kDispatcher ? configuration_ + "/dispatcher.d" : folder);
        return opened && !file_io::list(opened).empty();
    } catch (const std::system_error&) {
        return true;
    }
}

void HookRunner::run(const core::HookOrder& order, std::function<void(const core::HookReport&)> done) {
    core::HookOrder asked = order;
    if (asked.folder == core::hooks::kDispatcher) {
        asked.folder = configuration_ + "/dispatcher.d";
    }
    OutsideCommand command;
    command.name = "hooks-" + order.connection;
    command.argv = {program_, "--state", numbers_ + '/' + order.connection};
    command.input = core::toValue(asked).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    command.limit = 2 * order.all + kOwnTime; // it may have to wait for one of an earlier life
    command.leaves = true;
    command.keep = kReport;
    commands_.run(std::move(command), [folder = asked.folder, done = std::move(done)](const OutsideEnd& end) {
        bool complete = false;
        core::HookReport report = core::hookReportFrom(end.words, complete);
        if (!complete) {
            const std::string said = core::text::harmless(end.words, 256);
            report.failures.push_back(
                {folder, core::text::cat("not all of its hooks were run: ppp-manager-hooks ",
                                         end.error.empty() ? "did not say how it ended" : end.error,
                                         said.empty() ? "" : " (" + said + ")")});
        }
        done(report);
    });
}

void HookRunner::forget(const std::string& connection) {
    try {
        if (const UniqueFd folder = file_io::openFolder(numbers_)) {
            file_io::remove(folder, connection, file_io::Durability::Memory);
        }
    } catch (
        const std::system_error&) { // an old number is in nobody's way: it is lower than any that follows
    }
}

} // namespace ppp::sys
