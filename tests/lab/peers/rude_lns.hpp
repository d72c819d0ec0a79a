// SPDX-License-Identifier: LGPL-2.1-or-later
// A hostile tunnel server, by seeded chance: it serves one tunnel with one call at a time (RFC 2661), as a
// server would, and in some attempts lies in its control messages. What it does to PPP inside is Rude's. It
// knows no sockets: datagrams go in and out, the time is handed in.
#pragma once

#include "rude.hpp"
#include "session.hpp"

#include <map>
#include <memory>

namespace ppp::lab {

class RudeLns {
public:
    using Put = std::function<void(const Bytes&)>;

    using Log = std::function<void(const std::string&)>;

    // plain: what it would do with manners. put: to the customer who spoke last. log: a line of what goes on.
    RudeLns(Script plain, std::uint32_t seed, Put put, Log log);

    void receive(View datagram, Clock::time_point now);
    void tick(Clock::time_point now);
    std::optional<Clock::time_point> deadline() const;

private:
    struct Heading {
        std::uint16_t flags = 0, tunnel = 0, session = 0, ns = 0, nr = 0;
        View body;
    };
    static std::optional<Heading> read(View datagram);
    void control(const Heading& heading, Clock::time_point now);
    void data(View payload, Clock::time_point now);
    void tunnelAsked(const Heading& heading);
    void callAsked(View body);
    void callBegins(Clock::time_point now);
    void ppp(Protocol protocol, const Bytes& packet);
    void putPpp(const std::vector<Bytes>& frames);
    void end(bool call);
    void say(std::uint16_t type, const Bytes& attributes, std::uint16_t session);
    void sendControl(std::uint16_t session, const Bytes& body);
    Bytes lie(Bytes datagram);
    Bytes strangeAttributes();
    bool illTreats() const { return rude_.from() == Rude::From::Discovery; }

    const Script plain_;
    Put put_;
    Log log_;
    Chance chance_;
    Rude rude_;
    Script script_;
    std::uint16_t peerTunnel_ = 0, peerSession_ = 0; // 0: none
    std::uint16_t ownTunnel_ = 0;
    std::uint16_t ns_ = 0, nr_ = 0;
    Bytes last_; // what was sent last, for a question that comes again
    std::unique_ptr<Session> session_;
    std::multimap<Clock::time_point, std::function<void()>> due_;
};

} // namespace ppp::lab
