// SPDX-License-Identifier: LGPL-2.1-or-later
// A modem on a pseudo-terminal: commands, a SIM that counts, a call, a login, and a program at the far end.
#pragma once

#include "descriptor.hpp"
#include "modem_script.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace ppp::lab {

class Modem {
public:
    // `link` becomes a symbolic link to the terminal, and goes with this.
    Modem(std::string link, std::string scriptPath);
    ~Modem();
    Modem(const Modem&) = delete;
    Modem& operator=(const Modem&) = delete;

    // Until SIGTERM. SIGUSR1: the line drops (NO CARRIER); SIGUSR2: power off and on; SIGHUP: the script is
    // read again.
    void run(int signals);

private:
    using Clock = std::chrono::steady_clock;
    enum class Stage { Command, Answering, Dialling, Login, Data };

    void fromTerminal();
    void fromFar();
    void fromWatch();
    bool onSignal(int signals);
    void elapsed();
    int patience() const;

    void command(const std::string& line);
    std::string answerTo(const std::string& line);
    std::string enterPin(const std::string& line);
    void answer(const std::string& text);
    void dial(const std::string& number);
    void connected();
    void login(const std::string& typed);
    void startFar();
    void data(const char* bytes, std::size_t size);
    void drop(const char* why, bool tell);
    void write(const std::string& bytes);
    std::string inWords(const std::string& result) const;

    std::string link_, scriptPath_;
    ModemScript script_;
    Descriptor master_, slave_, watch_;
    std::optional<Descriptor> far_;
    int farPid_ = 0;
    Stage stage_ = Stage::Command;
    bool inCall_ = false;    // also while commands are heard in between (+++)
    bool silentUser_ = true; // nobody has the terminal open
    int openers_ = 0;
    int muted_ = 0;
    bool noisy_ = false;
    int triesLeft_ = 3;
    bool pinEntered_ = false;
    std::string typed_;
    std::size_t step_ = 0;
    std::string pending_; // an answer that is delayed
    std::optional<Clock::time_point> due_;
    std::string escape_;
    Clock::time_point lastByte_{};
};

} // namespace ppp::lab
