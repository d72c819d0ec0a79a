// SPDX-License-Identifier: LGPL-2.1-or-later
// Rounds of questions on the bus.
#include "cli/top/sampler.hpp"

#include <algorithm>
#include <utility>

#include "cli/failure.hpp"

namespace ppp::cli {

namespace {

constexpr std::size_t kAtOnce = 32; // below the daemon's limit of pending calls of one caller

} // namespace

Sampler::Sampler(Client& client) : client_(client) {
    owner_ = bus::addMatch(client_.bus(),
                           "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                           "member='NameOwnerChanged',arg0='" +
                               std::string(names::kBusName) + "'",
                           [this](auto&& message) {
                               std::string name;
                               std::string before;
                               std::string after;
                               try {
                                   message >> name >> before >> after;
                               } catch (const sdbus::Error&) { // nothing may be thrown through sd-bus
                                   return;
                               }
                               noteOwner(after);
                           });
    lookAt(client.whereToLook()); // after it is watched: no change of hands is missed
}

void Sampler::lookAt(const std::string& owner) {
    service_ = owner;
    root_ = sdbus::createProxy(client_.bus(), bus::ServiceName{owner}, sdbus::ObjectPath{names::kRootPath});
}

void Sampler::noteOwner(const std::string& owner) {
    running_ = !owner.empty();
    listing_ = false; // what is asked is answered by nobody any more
    forgetAll();
    if (running_) {
        lookAt(owner);
    }
}

/// What is asked on the way is answered by nobody any more.
void Sampler::forgetAll() {
    watched_.clear();
    queue_.clear();
    waiting_ = 0;
}

void Sampler::begin() {
    if (!running_ || listing_) {
        return;
    }
    listing_ = true;
    root_->callMethodAsync("GetManagedObjects")
        .onInterface("org.freedesktop.DBus.ObjectManager")
        .uponReplyInvoke([this](bus::CallError error, const Objects& objects) {
            listing_ = false;
            if (bus::failed(error)) {
                trouble_ = explain(*error).what();
                return;
            }
            trouble_.clear();
            if (running_) {
                noteList(objects);
            }
        });
}

void Sampler::noteList(const Objects& objects) {
    for (auto it = watched_.begin(); it != watched_.end();) {
        if (objects.count(sdbus::ObjectPath{it->first}) == 0) {
            waiting_ -= it->second.asked ? 1 : 0; // the answer goes with the proxy
            it = watched_.erase(it);
        } else {
            ++it;
        }
    }
    queue_.clear();
    for (const auto& [path, interfaces] : objects) {
        const auto found = interfaces.find(names::kConnectionInterface);
        if (found == interfaces.end()) {
            continue;
        }
        Watched& watched = watched_[path];
        watched.link = {path, found->second};
        if (!watched.proxy) {
            watched.proxy = std::make_unique<ConnectionProxy>(client_.bus(), path, service_);
        }
        if (watched.link.text("Interface").empty()) {
            watched.statistics.reset();
            watched.meter.gap();
        } else if (!watched.asked) {
            queue_.push_back(path);
        }
    }
    askMore();
}

void Sampler::askMore() {
    while (!queue_.empty() && waiting_ < kAtOnce) {
        const auto found = watched_.find(queue_.front());
        queue_.pop_front();
        if (found != watched_.end()) {
            ask(found->second);
        }
    }
}

void Sampler::ask(Watched& watched) {
    watched.asked = true;
    ++waiting_;
    watched.proxy->callStatistics(
        [this, &watched, asked = Clock::now()](const std::optional<sdbus::Error>& error, Dictionary values) {
            if (!watched.asked) {
                return;
            }
            watched.asked = false;
            --waiting_;
            if (error || values.count("rx-bytes") == 0) {
                watched.statistics.reset();
                watched.meter.gap();
            } else {
                watched.meter.note({asked, number(values, "sessions"), number(values, "rx-bytes"),
                                    number(values, "tx-bytes")});
                watched.statistics = std::move(values);
            }
            askMore();
        });
}

std::vector<const Watched*> Sampler::links() const {
    std::vector<const Watched*> out;
    for (const auto& [path, watched] : watched_) {
        out.push_back(&watched);
    }
    std::sort(out.begin(), out.end(),
              [](const Watched* a, const Watched* b) { return a->link.text("Name") < b->link.text("Name"); });
    return out;
}

} // namespace ppp::cli
