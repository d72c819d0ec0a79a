// SPDX-License-Identifier: LGPL-2.1-or-later
// The ports that the bus service needs beside those of the core: who may do what, who answers on a wire, who
// manages us.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/engine_event.hpp"
#include "core/pending.hpp"

namespace ppp::core {

class Authority {
public:
    enum class Decision { Allowed, Denied };
    virtual ~Authority() = default;
    /// Asks whether the owner of the unique bus name `sender` may do `action` (polkit; without polkit: root
    /// only). interactive: a person may be asked. done comes exactly once, from the loop, at the latest after
    /// the time that a person may take (interactive: 120 s, else 10 s; no answer is Denied), and not at all
    /// once the Pending is gone.
    virtual std::unique_ptr<Pending> check(const std::string& sender, const std::string& action,
                                           const std::map<std::string, std::string>& details,
                                           bool interactive,
                                           std::function<void(Decision, const std::string& why)> done) = 0;
};

/// An access concentrator that answered a PADI. Texts are raw bytes.
struct Concentrator {
    std::string name;
    MacAddress mac{};
    std::vector<std::string> services;
    std::vector<std::uint8_t> cookie;
    Duration roundTrip{0};
};

class ConcentratorFinder {
public:
    virtual ~ConcentratorFinder() = default;
    /// Sends PADI (at once, and again after 1 s and 3 s) and collects PADO for `howLong`; at most
    /// limits::kConcentrators. done(answers, error) once. Throws Error{Busy} where too many searches go on.
    virtual std::unique_ptr<Pending>
    find(const std::string& interface, Duration howLong,
         std::function<void(std::vector<Concentrator>, const std::string& error)> done) = 0;
};

/// A tty that a profile names.
struct NamedPort {
    std::string device;
    std::uint32_t speed = 115200;
    std::string usedBy; ///< who of ours dials on it now; empty: nobody
};

/// A tty of the machine. Texts are harmless.
struct SerialPort {
    std::string device;
    bool answers = false; ///< it said OK to AT
    std::string model;    ///< what it calls itself
    std::string heldBy;   ///< who has it: then it was not asked; empty: nobody that is known
    std::string error;    ///< why it could not be asked, though nobody has it
};

class SerialFinder {
public:
    virtual ~SerialFinder() = default;
    /// All ttys with something behind them and those of the profiles, sorted; at most limits::kSerialPorts.
    /// The free ones are asked AT and ATI, all at once, for at most `howLong`. done(ports, error) once.
    /// Throws Error{Busy} where too many searches go on.
    virtual std::unique_ptr<Pending>
    find(const std::vector<NamedPort>& named, Duration howLong,
         std::function<void(std::vector<SerialPort>, const std::string& error)> done) = 0;
};

/// An engine of this boot, as far as its log lines can be told by it.
struct EngineRun {
    std::uint32_t pid = 0;
    BootTime started; ///< or a little later
};

struct LogQuestion {
    std::string connection;
    std::vector<EngineRun> engines; ///< whose own lines (pppd's) belong to the connection, too
    std::size_t lines = 0;          ///< at most, the newest
};
struct LogLine {
    std::uint64_t time = 0;     ///< µs since 1970, when it was sent
    std::uint32_t priority = 0; ///< 0 to 7, syslog(3)
    std::string text;           ///< harmless, at most limits::kLogLine bytes
};

class LogReader {
public:
    virtual ~LogReader() = default;
    /// What the machine's journal has of a connection since the boot, oldest first. done(lines, error) once,
    /// from the loop, which is not blocked meanwhile. Throws Error{Busy} where limits::kLogReaders are at
    /// work.
    virtual std::unique_ptr<Pending>
    read(const LogQuestion& question,
         std::function<void(std::vector<LogLine>, const std::string& error)> done) = 0;
};

} // namespace ppp::core
