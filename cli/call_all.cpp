// SPDX-License-Identifier: LGPL-2.1-or-later
// As many calls under way as are allowed, answers in the order in which they come.
#include "cli/call_all.hpp"

#include <deque>
#include <memory>
#include <utility>

namespace ppp::cli {

namespace {

constexpr std::size_t kAtOnce = 32; // the daemon takes 64 of one caller

} // namespace

void callAll(
    Client& client, const std::vector<DialTarget>& targets, const std::string& method,
    const Dictionary& options,
    const std::function<void(const DialTarget& target, const std::optional<sdbus::Error>& error)>& told) {
    std::deque<std::pair<std::size_t, std::optional<sdbus::Error>>> answers;
    std::vector<std::unique_ptr<ConnectionProxy>> called; // behind the answers: they go first
    for (std::size_t finished = 0; finished < targets.size();) {
        while (called.size() < targets.size() && called.size() < finished + kAtOnce) {
            const std::size_t n = called.size();
            called.push_back(client.open(targets[n].path));
            called.back()->callWaited(
                method, options,
                [&answers, n](const std::optional<sdbus::Error>& error) { answers.emplace_back(n, error); });
        }
        client.step(std::nullopt);
        for (; !answers.empty(); answers.pop_front()) {
            ++finished;
            told(targets[answers.front().first], answers.front().second);
        }
    }
}

} // namespace ppp::cli
