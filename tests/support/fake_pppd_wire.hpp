// SPDX-License-Identifier: LGPL-2.1-or-later
// What a fake pppd says on its engine socket (plugin/message.h): datagrams, their values from a script's
// words, and malformed ones.
#pragma once

#include <csignal>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <unistd.h>

#include "plugin/message.h"

namespace fake_pppd {

/// A fault of the script or its surroundings.
[[noreturn]] inline void misuse(const std::string& text) {
    throw std::runtime_error(text);
}

// As the plugin does: the kernel turns the closing of the last write end into SIGTERM; that it was closed
// before is looked up.
inline void armLifeline(int lifeline) {
    fcntl(lifeline, F_SETFD, FD_CLOEXEC);
    fcntl(lifeline, F_SETOWN, getpid());
    fcntl(lifeline, F_SETSIG, SIGTERM);
    fcntl(lifeline, F_SETFL, O_ASYNC | O_NONBLOCK);
    pollfd state{lifeline, POLLIN, 0};
    if (poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0) {
        raise(SIGTERM);
    }
}

class Datagram {
public:
    explicit Datagram(pppm_kind kind) : bytes_{PPPM_VERSION, static_cast<std::uint8_t>(kind)} {}
    Datagram& bytes(pppm_tag tag, const std::string& value) {
        append(static_cast<std::uint16_t>(tag));
        append(static_cast<std::uint16_t>(value.size()));
        bytes_.insert(bytes_.end(), value.begin(), value.end());
        return *this;
    }
    Datagram& number(pppm_tag tag, std::uint32_t value) {
        return bytes(tag, std::string(reinterpret_cast<const char*>(&value), sizeof value));
    }
    Datagram& text(const std::string& value) { return value.empty() ? *this : bytes(PPPM_T_TEXT, value); }
    const std::vector<std::uint8_t>& get() const { return bytes_; }

private:
    void append(std::uint16_t value) {
        const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
        bytes_.insert(bytes_.end(), raw, raw + sizeof value);
    }
    std::vector<std::uint8_t> bytes_;
};

inline std::uint32_t number(const std::string& text) {
    return static_cast<std::uint32_t>(std::stoul(text, nullptr, 0));
}

/// Out of a SECRETS datagram; empty where there is none in it.
inline std::string passwordIn(const std::vector<std::uint8_t>& datagram, ssize_t size) {
    if (size < 2 || datagram[0] != PPPM_VERSION || datagram[1] != PPPM_SECRETS) {
        misuse("no secrets");
    }
    for (ssize_t at = 2; at < size;) {
        std::uint16_t head[2] = {0, 0}; // tag, length
        const ssize_t value = at + static_cast<ssize_t>(sizeof head);
        if (value <= size) {
            std::memcpy(head, datagram.data() + at, sizeof head);
        }
        at = value + head[1];
        if (at > size) {
            misuse("secrets are malformed");
        }
        if (head[0] == PPPM_T_PASSWORD) {
            return {datagram.begin() + value, datagram.begin() + at};
        }
    }
    return {};
}

inline std::string address4(const std::string& text) {
    std::string bytes(4, '\0');
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) != 1) {
        misuse("not an IPv4 address: " + text);
    }
    return bytes;
}

/// The interface identifier: the last eight bytes of an IPv6 address.
inline std::string identifier6(const std::string& text) {
    std::string bytes(16, '\0');
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) {
        misuse("not an IPv6 address: " + text);
    }
    return bytes.substr(8);
}

inline std::string mac(const std::string& text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size() && bytes.size() < 6; at += 3) {
        bytes.push_back(static_cast<char>(std::stoul(text.substr(at, 2), nullptr, 16)));
    }
    bytes.resize(6);
    return bytes;
}

inline std::uint32_t authProtocol(const std::string& name) {
    static const std::map<std::string, std::uint32_t> table{
        {"pap", 0xc023}, {"chap", 0xc223}, {"eap", 0xc227}};
    const auto found = table.find(name);
    return found == table.end() ? number(name) : found->second;
}

inline std::uint32_t interfaceIndex(const std::string& name) {
    const unsigned index = if_nametoindex(name.c_str());
    return index != 0 ? index : 1000;
}

inline std::uint32_t phaseNumber(const std::string& name) {
    static const std::map<std::string, std::uint32_t> table{
        {"dead", PPPM_PHASE_DEAD},
        {"initialize", PPPM_PHASE_INITIALIZE},
        {"serialconn", PPPM_PHASE_SERIALCONN},
        {"discovery", PPPM_PHASE_SERIALCONN},
        {"dormant", PPPM_PHASE_DORMANT},
        {"establish", PPPM_PHASE_ESTABLISH},
        {"authenticate", PPPM_PHASE_AUTHENTICATE},
        {"network", PPPM_PHASE_NETWORK},
        {"running", PPPM_PHASE_RUNNING},
        {"terminate", PPPM_PHASE_TERMINATE},
        {"disconnect", PPPM_PHASE_DISCONNECT},
        {"opening", PPPM_PHASE_OPENING},
        {"dialing", PPPM_PHASE_DIALING},
        {"lookup", PPPM_PHASE_LOOKUP},
        {"tunnel", PPPM_PHASE_TUNNEL},
    };
    const auto found = table.find(name);
    if (found == table.end()) {
        misuse("no such phase: " + name);
    }
    return found->second;
}

/// What no reader must take for a report.
inline std::vector<std::vector<std::uint8_t>> malformed() {
    return {
        {},                                                             // empty
        {PPPM_VERSION},                                                 // no kind
        {PPPM_VERSION + 1, PPPM_IP4_DOWN},                              // another version
        {PPPM_VERSION, 200},                                            // unknown kind
        {PPPM_VERSION, PPPM_PHASE},                                     // a needed field is missing
        {PPPM_VERSION, PPPM_PHASE, PPPM_T_PHASE, 0, 4},                 // field header cut
        {PPPM_VERSION, PPPM_PHASE, PPPM_T_PHASE, 0, 9, 0, 1},           // field longer than the datagram
        std::vector<std::uint8_t>(PPPM_MAX_DATAGRAM + 1, PPPM_VERSION), // too long
    };
}

} // namespace fake_pppd
