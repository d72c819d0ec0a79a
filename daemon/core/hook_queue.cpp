// SPDX-License-Identifier: LGPL-2.1-or-later
// The record first, then the hooks.
#include "core/hook_queue.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/hook_order.hpp"
#include "core/notes.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

using nlohmann::json;
constexpr int kVersion = 1;

json toValue(const HookDebt& debt) {
    return {{"arguments", debt.arguments},
            {"environment", debt.environment},
            {"interface", debt.interface},
            {"key", debt.key},
            {"since", debt.since.sinceBoot.count()},
            {"sent", debt.sent},
            {"received", debt.received},
            {"prepared", debt.prepared},
            {"up", debt.up}};
}

std::optional<HookDebt> debtFrom(const json& j, const char* key) {
    if (!j.contains(key)) {
        return std::nullopt;
    }
    const json& v = j[key];
    HookDebt debt;
    debt.arguments = v.at("arguments").get<std::vector<std::string>>();
    debt.environment = v.at("environment").get<std::vector<std::string>>();
    debt.interface = v.at("interface");
    debt.key = v.at("key");
    debt.since = {Duration(v.at("since").get<std::int64_t>())};
    debt.sent = v.at("sent");
    debt.received = v.at("received");
    debt.prepared = v.at("prepared");
    debt.up = v.at("up");
    return debt;
}

} // namespace

std::string toJson(const HookBook& book) {
    json out = {{"version", kVersion}, {"orders", json::array()}, {"last", book.last}};
    for (const HookOrder& order : book.orders) {
        out["orders"].push_back(toValue(order));
    }
    for (const auto& [key, debt] : {std::pair("ip4", &book.ip4), {"ip6", &book.ip6}, {"link", &book.link}}) {
        if (*debt) {
            out[key] = toValue(**debt);
        }
    }
    return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<HookBook> hookBookFrom(std::string_view text) try {
    const json j = parseNotes(text);
    if (j.at("version") != kVersion) {
        return std::nullopt;
    }
    HookBook book;
    for (const json& order : j.at("orders")) {
        book.orders.push_back(hookOrderFrom(order));
    }
    book.ip4 = debtFrom(j, "ip4");
    book.ip6 = debtFrom(j, "ip6");
    book.link = debtFrom(j, "link");
    book.last = j.at("last");
    return book;
} catch (const std::exception&) {
    return std::nullopt;
}

HookQueue::HookQueue(std::string connection, const Ports& ports, Ended ended)
    : connection_(std::move(connection)), ports_(ports), ended_(std::move(ended)) {}

void HookQueue::recover(HookBook book) {
    book_ = std::move(book);
    recorded_ = true;
}

void HookQueue::add(HookOrder order) {
    if (!ports_.hooks.any(order.folder)) {
        return;
    }
    order.connection = connection_;
    const auto now = static_cast<std::uint64_t>(ports_.clock.now().sinceBoot.count());
    order.number = book_.last = std::max(book_.last + 1, now); // above those of a book that is lost, too
    book_.orders.push_back(std::move(order));
}

bool HookQueue::takeBack(std::string_view folder, std::string_view event) {
    const auto waiting = book_.orders.begin() + (book_.orders.empty() ? 0 : 1);
    const auto gone = std::remove_if(waiting, book_.orders.end(), [&](const HookOrder& order) {
        return order.folder == folder && (event.empty() || order.arguments.front() == event);
    });
    const bool any = gone != book_.orders.end();
    book_.orders.erase(gone, book_.orders.end());
    return any;
}

bool HookQueue::holds(std::string_view folder) const {
    return std::any_of(book_.orders.begin(), book_.orders.end(),
                       [&](const HookOrder& order) { return order.folder == folder; });
}

void HookQueue::commit() {
    save();
    if (running_ || book_.orders.empty()) {
        return;
    }
    running_ = true;
    ports_.hooks.run(book_.orders.front(), [this, alive = std::weak_ptr<int>(alive_)](const auto& report) {
        if (!alive.expired()) {
            ended(report);
        }
    });
}

void HookQueue::ended(const HookReport& report) {
    running_ = false;
    const HookOrder order = std::move(book_.orders.front());
    book_.orders.pop_front();
    commit();
    ended_(order, report);
}

/// A record that cannot be written costs the next life its knowledge, and nobody his hooks.
void HookQueue::save() {
    const std::string name = std::string(kRecord) + connection_;
    try {
        if (!book_.empty()) {
            ports_.records.save(name, toJson(book_));
            recorded_ = true;
        } else if (recorded_) {
            ports_.records.remove(name);
            recorded_ = false;
            ports_.hooks.forget(connection_);
        }
        unsaved_ = false;
    } catch (const std::exception& e) {
        if (!std::exchange(unsaved_, true)) {
            ports_.journal.log(Severity::Error, connection_,
                               text::cat("cannot record which hooks are due: ", e.what(),
                                         "; after a crash of the service some may not be run"));
        }
    }
}

} // namespace ppp::core
