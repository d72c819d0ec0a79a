// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of DNS handlers, the choice among them, and the record of what outlives a link.
#include "sys/dns_handler.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <set>

#include <net/if.h>

#include "core/text.hpp"
#include "sys/file_dns.hpp"
#include "sys/file_io.hpp"
#include "sys/resolvconf_dns.hpp"
#include "sys/resolved_dns.hpp"

namespace ppp::sys {
namespace {

using Choice = core::DnsHandlerChoice;

struct Maker {
    const char* name; // as property DnsHandler of the bus contract shows it
    Choice choice;
    bool byItself;
    bool outlives;
    bool byName;
    std::unique_ptr<DnsBackend> (*make)(const DnsContext& context);
};

// In order of preference.
constexpr std::array kMakers{
    Maker{"resolved", Choice::Resolved, true, false, false, makeResolvedDns},
    Maker{"resolvconf", Choice::Resolvconf, true, true, true, makeResolvconfDns},
    Maker{"file", Choice::File, false, true, false, makeFileDns},
};

constexpr const char* kRecord = "dns.json";
constexpr std::size_t kRecordSize = std::size_t{1024} * 1024; // bytes
constexpr const char* kNobody =
    "nothing on this machine takes DNS servers: neither systemd-resolved nor resolvconf is there";

bool gone(std::uint32_t interface) {
    std::array<char, IF_NAMESIZE> name{};
    return if_indextoname(interface, name.data()) == nullptr;
}

} // namespace

std::string installedDnsHelper() {
    return PPP_MANAGER_LIBEXEC_DIR "/ppp-manager-resolv-conf";
}

DnsHandler::DnsHandler(EventLoop& loop, sdbus::IConnection& bus, core::Journal& journal,
                       OutsideCommands& outside, DnsPaths paths, std::chrono::microseconds deadline)
    : loop_(loop), journal_(journal), paths_(std::move(paths)) {
    const DnsContext context{loop, bus, journal, outside, paths_, deadline, [this] {
                                 if (changed_) {
                                     changed_();
                                 }
                             }};
    for (const Maker& maker : kMakers) {
        backends_.push_back({maker.name, maker.byItself, maker.outlives, maker.byName, maker.make(context)});
    }
    load();
    sweep_ = loop_.after(kSweep, [this] { sweep(); });
}

DnsHandler::~DnsHandler() = default;

void DnsHandler::load() {
    try {
        const auto folder = file_io::openFolder(paths_.runtime);
        const auto content = folder ? file_io::read(folder, kRecord, kRecordSize) : file_io::Content{};
        for (auto& record :
             core::dnsRecordsFromJson(std::string_view(content.bytes.data(), content.bytes.size()))) {
            const auto row = std::find_if(backends_.begin(), backends_.end(),
                                          [&](const Row& one) { return record.handler == one.name; });
            if (row != backends_.end() && row->outlives) {
                row->backend->remember(record.plan);
                const std::uint32_t interface = record.plan.interface;
                inForce_[{interface, &*row}] = {&*row, std::move(record.plan), false};
            }
        }
    } catch (const std::exception& e) {
        journal_.log(core::Severity::Warning, "",
                     core::text::cat("what earlier links have told the resolver cannot be read: ", e.what()));
    }
}

bool DnsHandler::save() try {
    std::vector<core::DnsRecord> records;
    for (const auto& [key, entry] : inForce_) {
        if (entry.row->outlives) {
            records.push_back({entry.row->name, entry.plan});
        }
    }
    const auto folder = file_io::makeFolder(paths_.runtime, 0700);
    if (records.empty()) {
        file_io::remove(folder, kRecord, file_io::Durability::Memory);
    } else {
        file_io::write(folder, kRecord, core::toJson(records), 0600, file_io::Durability::Memory);
    }
    return true;
} catch (const std::exception& e) {
    journal_.log(core::Severity::Error, "",
                 core::text::cat("what the resolver is told cannot be recorded: ", e.what()));
    return false;
}

// An engine may outlive the daemon and end without being taken over: its link is waited for.
void DnsHandler::sweep() {
    bool more = false;
    std::vector<Key> stale;
    for (const auto& [key, entry] : inForce_) {
        if (!entry.claimed && gone(key.first)) {
            stale.push_back(key);
        } else {
            more = more || !entry.claimed;
        }
    }
    for (const auto& key : stale) {
        leave(key, [](const std::string&) {});
    }
    if (more) {
        sweep_ = loop_.after(kSweep, [this] { sweep(); });
        return;
    }
    sweep_.reset();
    for (const Row& row : backends_) {
        row.backend->tidy();
    }
}

std::string DnsHandler::handler() const {
    std::set<const Row*> used; // whether one is available may cost a look at the disk
    for (const auto& [key, entry] : inForce_) {
        if (!entry.leaving) {
            used.insert(entry.row);
        }
    }
    std::erase_if(used, [](const Row* row) { return !row->backend->available(); });
    const Row* row = used.size() == 1 ? *used.begin() : chosen(Choice::Auto);
    return row != nullptr ? row->name : "none";
}

const DnsHandler::Row* DnsHandler::chosen(Choice choice) const {
    for (std::size_t i = 0; i < backends_.size(); ++i) {
        const bool fits = choice == Choice::Auto ? backends_[i].byItself && backends_[i].backend->available()
                                                 : kMakers[i].choice == choice;
        if (fits) {
            return &backends_[i];
        }
    }
    return nullptr;
}

void DnsHandler::apply(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) {
    const Row* row = chosen(plan.handler);
    clearFor(plan, row);
    if (row == nullptr || !row->backend->available()) {
        loop_.post([done = std::move(done), why = row != nullptr ? row->backend->missing() : kNobody] {
            done(why);
        });
        return;
    }
    const Key key{plan.interface, row};
    inForce_[key] = {row, plan};
    if (row->outlives && !save()) {
        inForce_.erase(key);
        loop_.post([done = std::move(done)] { done("what is to be undone later cannot be recorded"); });
        return;
    }
    row->backend->apply(plan, std::move(done));
}

// Another interface may have got the name of one that is gone, and a handler may know them by name: what is
// undone late must not be undone to the new one, whose connection may be heard before the old one's end.
void DnsHandler::clearFor(const core::DnsPlan& plan, const Row* row) {
    std::vector<Key> elsewhere;
    for (auto one = inForce_.begin(); one != inForce_.end();) {
        const auto& [key, entry] = *one;
        if (key.first != plan.interface && key.second == row &&
            (row->byName || entry.leaving || !entry.claimed) &&
            entry.plan.interfaceName == plan.interfaceName) {
            row->backend->revert(entry.plan, [](const std::string&) {});
            one = inForce_.erase(one);
            continue;
        }
        if (key.first == plan.interface && key.second != row && !entry.leaving) {
            elsewhere.push_back(key);
        }
        ++one;
    }
    for (const auto& key : elsewhere) {
        leave(key, [](const std::string&) {});
    }
}

void DnsHandler::revert(const core::DnsPlan& plan, std::function<void(const std::string& error)> done) {
    std::vector<Key> keys; // the one that is in force, and from which the answer comes, last
    for (const auto& [key, entry] : inForce_) {
        if (key.first == plan.interface) {
            keys.insert(entry.leaving ? keys.begin() : keys.end(), key);
        }
    }
    if (keys.empty()) {
        const Row* row = chosen(plan.handler);
        if (row == nullptr || row->outlives) {
            loop_.post([done = std::move(done)] { done({}); });
        } else {
            row->backend->revert(plan, std::move(done));
        }
        return;
    }
    const Key last = keys.back();
    keys.pop_back();
    for (const auto& key : keys) {
        if (!inForce_.at(key).leaving) {
            leave(key, [](const std::string&) {});
        }
    }
    leave(last, std::move(done));
}

void DnsHandler::leave(Key key, DnsBackend::Done done) {
    InForce& entry = inForce_.at(key);
    entry.leaving = true;
    entry.claimed = true;
    entry.again.reset();
    entry.row->backend->revert(entry.plan, [this, key, done = std::move(done)](const std::string& error) {
        left(key, done, error);
    });
}

void DnsHandler::left(Key key, const DnsBackend::Done& done, const std::string& error) {
    const auto found = inForce_.find(key);
    if (found != inForce_.end() && found->second.leaving) {
        InForce& entry = found->second;
        const bool recorded = key.second->outlives;
        if (recorded && !error.empty() && entry.failures < kTries) {
            entry.again = loop_.after(kSweep * (1U << entry.failures++),
                                      [this, key] { leave(key, [](const std::string&) {}); });
        } else {
            inForce_.erase(found);
            if (recorded) {
                save();
            }
        }
    }
    done(error);
}

} // namespace ppp::sys
