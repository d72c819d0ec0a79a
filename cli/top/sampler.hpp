// SPDX-License-Identifier: LGPL-2.1-or-later
// Asks for the counters of all links, without waiting for any: a link whose peer is silent, or a daemon that
// is, holds up nothing else.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/client.hpp"
#include "cli/top/rates.hpp"

namespace ppp::cli {

/// A connection as of the last round.
struct Watched {
    Snapshot link;
    RateMeter meter;
    std::optional<Dictionary> statistics; ///< where it has counters
    bool asked = false;                   ///< the answer has not come yet
    std::unique_ptr<ConnectionProxy> proxy;
};

class Sampler {
public:
    /// Both must live as long as this. The daemon is running (Client::Start::Never).
    explicit Sampler(Client& client);
    Sampler(const Sampler&) = delete;
    Sampler& operator=(const Sampler&) = delete;

    /// Begins a round: which links there are, then the counters of each that has an interface. Those whose
    /// last answer is still missing are left alone. Answers come out of Client::step().
    void begin();
    /// All of the round has been answered.
    bool complete() const { return !listing_ && waiting_ == 0 && queue_.empty(); }
    /// By name. Empty while the daemon is away.
    std::vector<const Watched*> links() const;
    bool running() const { return running_; }
    /// Why the last list did not come; empty where it did.
    const std::string& trouble() const { return trouble_; }

private:
    using Objects = std::map<sdbus::ObjectPath, std::map<std::string, Dictionary>>;

    void lookAt(const std::string& owner);
    void noteOwner(const std::string& owner);
    void noteList(const Objects& objects);
    void askMore();
    void ask(Watched& watched);
    void forgetAll();

    Client& client_;
    std::string service_; ///< the daemon's unique name: a call to the other one could have the bus start it
    std::unique_ptr<sdbus::IProxy> root_;
    std::map<std::string, Watched> watched_; ///< by path
    std::deque<std::string> queue_;          ///< paths to be asked for in this round
    std::size_t waiting_ = 0;                ///< questions without an answer
    bool listing_ = false;
    bool running_ = true;
    std::string trouble_;
    sdbus::Slot owner_; // last: it goes first
};

} // namespace ppp::cli
