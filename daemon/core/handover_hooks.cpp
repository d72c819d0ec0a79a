// SPDX-License-Identifier: LGPL-2.1-or-later
// Who was told that something came is told, once, that it has gone; who was not told yet hears of neither.
#include "core/handover_hooks.hpp"

#include <utility>

#include "core/text.hpp"

namespace ppp::core {

namespace {

/// Until traffic has dialled, what stands for IPv4 is made up.
bool hasIp4(const LinkFacts& facts) {
    return facts.ip4 && !facts.demand;
}

LinkFacts real(LinkFacts facts) {
    if (!hasIp4(facts)) {
        facts.ip4.reset();
    }
    return facts;
}

} // namespace

LinkHooks::LinkHooks(std::string connection, const Ports& ports)
    : connection_(std::move(connection)), ports_(ports),
      queue_(connection_, ports,
             [this](const HookOrder& order, const HookReport& report) { ended(order, report); }) {}

void LinkHooks::recover(const std::string& record) {
    if (auto book = hookBookFrom(record)) {
        queue_.recover(std::move(*book));
        queue_.commit();
    } else {
        ports_.journal.log(Severity::Warning, connection_, "the record of the hooks cannot be read");
    }
}

void LinkHooks::inherit(std::unique_ptr<LinkHooks> gone) {
    HookBook book = gone->queue_.book();
    gone.reset(); // it hears no answer any more
    queue_.recover(std::move(book));
    queue_.commit();
}

void LinkHooks::because(std::string reason, std::string text) {
    reason_ = std::move(reason);
    reasonText_ = std::move(text);
}

void LinkHooks::order(const char* folder, const HookDebt& debt, bool ended) {
    HookOrder order;
    order.folder = folder;
    order.arguments = debt.arguments;
    order.environment = debt.environment;
    if (ended) {
        const auto more = endVariables(debt, ports_.clock.now(), ports_.network.counters(debt.interface));
        order.environment.insert(order.environment.end(), more.begin(), more.end());
    }
    const bool before = order.folder == hooks::kPreUp4;
    order.each = before ? kPrepareLimit : kHookLimit;
    order.all = before ? kPrepareLimit : kEventLimit;
    queue_.add(std::move(order));
}

void LinkHooks::orderDispatcher(const HookDebt& debt, const char* event, const HookDebt* previous) {
    HookOrder order;
    tellDispatcher(order, debt, event, previous);
    if (event == std::string_view("down")) {
        order.environment.push_back(variable("PPP_REASON", reason_));
        order.environment.push_back(variable("PPP_REASON_TEXT", reasonText_));
    }
    order.each = kHookLimit;
    order.all = kEventLimit;
    queue_.add(std::move(order));
}

void LinkHooks::incur(std::optional<HookDebt>& place, HookDebt debt, bool onDemand) {
    debt.since = ports_.clock.now();
    const auto counters = onDemand ? ports_.network.counters(debt.interface) : std::nullopt;
    if (counters) { // the interface was there before this call
        debt.sent = counters->txBytes;
        debt.received = counters->rxBytes;
    }
    place = std::move(debt);
}

void LinkHooks::pay(std::optional<HookDebt>& debt, const char* before, const char* up, const char* down) {
    if (!debt) {
        return;
    }
    const bool heard = !queue_.takeBack(up) && debt->up;
    const bool prepared = !(before != nullptr && queue_.takeBack(before)) && debt->prepared;
    if (heard || prepared) { // else nobody knows of it
        order(down, *debt, true);
    }
    debt.reset();
}

void LinkHooks::payLink() {
    auto& debt = queue_.change().link;
    if (!debt) {
        return;
    }
    const bool unheard = queue_.takeBack(hooks::kDispatcher, "up");
    queue_.takeBack(hooks::kDispatcher, "change");
    if (!unheard) {
        orderDispatcher(*debt, "down");
    }
    debt.reset();
}

bool LinkHooks::prepare(const Profile& profile, const LinkFacts& facts) {
    HookBook& book = queue_.change();
    if (!owes()) {
        failed_.clear();
        because({}, {});
    }
    bool change = false;
    bool asked = false;
    std::optional<HookDebt> four;
    std::optional<HookDebt> six;
    if (hasIp4(facts)) {
        four = debtOfIp4(connection_, profile, facts);
    }
    if (facts.ip6) {
        six = debtOfIp6(connection_, profile, real(facts));
    }
    if (book.ip4 && (!four || four->key != book.ip4->key)) {
        pay(book.ip4, hooks::kPreUp4, hooks::kUp4, hooks::kDown4);
        change = true;
    }
    if (book.ip6 && (!six || six->key != book.ip6->key)) {
        pay(book.ip6, nullptr, hooks::kUp6, hooks::kDown6);
        change = true;
    }
    if (profile.hooks && four && !book.ip4) {
        givenUp_.clear();
        incur(book.ip4, std::move(*four), profile.onDemand);
        book.ip4->prepared = asked = change = true;
        order(hooks::kPreUp4, *book.ip4);
    }
    if (change) {
        queue_.commit();
    }
    return asked;
}

void LinkHooks::tell(const Profile& profile, const LinkFacts& facts) {
    HookBook& book = queue_.change();
    bool change = false;
    if (profile.hooks && hasIp4(facts) && book.ip4 && !book.ip4->up) {
        book.ip4->up = true;
        order(hooks::kUp4, *book.ip4);
        change = true;
    }
    const LinkFacts present = real(facts);
    if (profile.hooks && present.ip6 && !book.ip6) {
        incur(book.ip6, debtOfIp6(connection_, profile, present), profile.onDemand);
        book.ip6->up = true;
        order(hooks::kUp6, *book.ip6);
        change = true;
    }
    const bool there = present.ip4 || present.ip6;
    if (there && (book.link || ports_.hooks.any(hooks::kDispatcher))) {
        HookDebt debt = debtOfLink(connection_, profile, present);
        if (!book.link) {
            orderDispatcher(debt, "up");
            book.link = std::move(debt);
            change = true;
        } else if (book.link->key != debt.key) {
            // Who has not heard of what came before, hears of what there is now.
            const bool unheard = queue_.takeBack(hooks::kDispatcher, "up");
            queue_.takeBack(hooks::kDispatcher, "change");
            orderDispatcher(debt, unheard ? "up" : "change", unheard ? nullptr : &*book.link);
            book.link = std::move(debt);
            change = true;
        }
    }
    if (change) {
        queue_.commit();
    }
}

void LinkHooks::end() {
    HookBook& book = queue_.change();
    if (!owes() && book.orders.empty()) {
        return;
    }
    pay(book.ip4, hooks::kPreUp4, hooks::kUp4, hooks::kDown4);
    pay(book.ip6, nullptr, hooks::kUp6, hooks::kDown6);
    payLink();
    givenUp_.clear();
    queue_.commit();
}

bool LinkHooks::preparing() const {
    return queue_.book().ip4 && queue_.holds(hooks::kPreUp4);
}

void LinkHooks::giveUpPreparing() {
    givenUp_ = text::cat("the hooks of ", hooks::kPreUp4, " are not over after ",
                         text::duration(kPrepareLimit.count()), "; routes are set without them");
    ports_.journal.log(Severity::Warning, connection_, givenUp_);
    if (auto& debt = queue_.change().ip4; debt && queue_.takeBack(hooks::kPreUp4)) {
        debt->prepared = false;
        queue_.commit();
    }
}

void LinkHooks::ended(const HookOrder& order, const HookReport& report) {
    std::string& all = failed_[order.folder];
    all.clear();
    for (const HookFailure& failure : report.failures) {
        const std::string text = text::cat(failure.hook, ": ", failure.text);
        all += (all.empty() ? "hook " : "; hook ") + text;
        ports_.journal.log(Severity::Warning, connection_, "hook " + text);
        if (listener_.failed) {
            listener_.failed(failure);
        }
    }
    if (all.empty()) {
        failed_.erase(order.folder);
    }
    if (report.ran > 0) {
        ports_.journal.log(
            Severity::Info, connection_,
            text::cat("ran ", report.ran, report.ran == 1 ? " hook of " : " hooks of ", order.folder));
    }
    if (listener_.changed) {
        listener_.changed();
    }
}

std::string LinkHooks::trouble() const {
    std::string out = givenUp_;
    for (const auto& [folder, text] : failed_) {
        out += (out.empty() ? "" : "; ") + text;
    }
    return out;
}

void HandoverPreUp::apply(const Profile& profile, const LinkFacts& facts) {
    if (hooks_.prepare(profile, facts)) {
        withdraw();
    }
    if (!hooks_.preparing()) {
        patience_.reset();
    } else if (!patience_ && !late_) {
        patience_ = clock_.at(clock_.now() + LinkHooks::kPrepareLimit, [this] {
            patience_.reset();
            late_ = true;
            hooks_.giveUpPreparing();
            changed_();
        });
    }
}

void HandoverPreUp::look() {
    if (!hooks_.preparing()) {
        withdraw();
    }
}

void HandoverPreUp::withdraw() {
    patience_.reset();
    late_ = false;
}

void HandoverUpHooks::begin() {
    if (const auto asked = std::exchange(asked_, {})) {
        hooks_.tell(asked->profile, asked->facts);
    }
}

void HandoverUpHooks::withdraw() {
    asked_.reset();
    const bool owed = hooks_.owes();
    hooks_.end();
    waits_ = waits_ || owed;
}

} // namespace ppp::core
