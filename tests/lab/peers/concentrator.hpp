// SPDX-License-Identifier: LGPL-2.1-or-later
// The scripted access concentrators of one Ethernet interface: discovery, their sessions, and the log of
// every frame.
#pragma once

#include "descriptor.hpp"
#include "rude.hpp"
#include "script.hpp"
#include "session.hpp"

#include <map>
#include <memory>

namespace ppp::lab {

class Concentrator {
public:
    // Opens the packet sockets. Throws std::system_error.
    explicit Concentrator(Script script);
    ~Concentrator() = default;
    Concentrator(const Concentrator&) = delete;
    Concentrator& operator=(const Concentrator&) = delete;

    // Serves until SIGTERM or SIGINT; SIGUSR1 has all sessions negotiate anew, from LCP on. The caller has
    // blocked the three; they are taken through signalDescriptor.
    void run(int signalDescriptor);

private:
    struct Customer {
        Mac concentrator{};
        Mac peer{};
        Bytes hostUniq; ///< of its PADR: tells clients of one address apart
        std::unique_ptr<Session> session;
    };

    void readFrames(int descriptor);
    void receiveDiscovery(const PppoeFrame& frame);
    bool goesOn(int signalDescriptor);
    void renegotiate();
    void receiveSession(const PppoeFrame& frame);
    void offer(const PppoeFrame& padi, const Tags& tags);
    void open(const PppoeFrame& padr, const Tags& tags);
    void close(std::uint16_t id);
    void transmit(const PppoeFrame& frame);
    void put(const Bytes& frame);
    void putRude(const std::vector<Bytes>& frames);
    void beginRudely();
    void openedRudely(std::uint16_t id);
    void later(Milliseconds delay, std::function<void()> action);
    void runDue();
    std::optional<Clock::time_point> nextDue() const;
    bool knows(const PppoeFrame& frame, const Tags& tags) const;
    bool serves(const Tags& tags) const;
    std::uint16_t grant(const Tags& asked, Tags& answer) const;
    bool isOurs(const Mac& mac) const;
    void log(const char* direction, const Mac& peer, const std::string& what) const;

    Script script_;
    Script plain_; // as the command line said it; of a rude one, script_ is another one for each attempt
    std::optional<Rude> rude_;
    Descriptor discovery_;
    Descriptor sessions_;
    Clock::time_point started_ = Clock::now();
    std::multimap<Clock::time_point, std::function<void()>> due_;
    std::map<std::uint16_t, Customer> customers_;
    std::uint16_t lastSession_ = 0;
};

} // namespace ppp::lab
