// SPDX-License-Identifier: LGPL-2.1-or-later
// The modem: a line of text on standard output for all that happens; never what may be a secret.
#include "modem.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <poll.h>
#include <pty.h>
#include <stdexcept>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace ppp::lab {

namespace {

constexpr std::chrono::seconds kGuard(1);
constexpr std::size_t kLongestCommand = 512;

int newMaster() {
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        throw std::system_error(errno, std::generic_category(), "pseudo-terminal");
    }
    return master;
}

// Kept open: the terminal's settings stay when nobody else has it open, as a real line's do.
int openSlave(int master) {
    const int slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    if (slave < 0 || tcgetattr(slave, &settings) != 0) {
        throw std::system_error(errno, std::generic_category(), "pseudo-terminal");
    }
    settings.c_lflag &= ~static_cast<tcflag_t>(ECHO); // else what is said to nobody would come back
    tcsetattr(slave, TCSANOW, &settings);
    return slave;
}

template <typename... Parts> void tell(const char* format, Parts... parts) {
    std::printf(format, parts...);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

} // namespace

Modem::Modem(std::string link, std::string scriptPath)
    : link_(std::move(link)), scriptPath_(std::move(scriptPath)), script_(readModemScript(scriptPath_)),
      master_(newMaster()), slave_(openSlave(master_.get())),
      watch_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    const char* terminal = ptsname(master_.get());
    triesLeft_ = script_.tries;
    muted_ = script_.mute;
    noisy_ = !script_.noise.empty();
    unlink(link_.c_str());
    if (inotify_add_watch(watch_.get(), terminal, IN_OPEN | IN_CLOSE) < 0 ||
        symlink(terminal, link_.c_str()) != 0) {
        throw std::system_error(errno, std::generic_category(), link_);
    }
    tell("ready %s", terminal);
}

Modem::~Modem() {
    unlink(link_.c_str());
    drop("end", false);
}

void Modem::run(int signals) {
    while (true) {
        std::array<pollfd, 4> wanted{pollfd{signals, POLLIN, 0}, pollfd{watch_.get(), POLLIN, 0},
                                     pollfd{master_.get(), POLLIN, 0},
                                     pollfd{far_ ? far_->get() : -1, POLLIN, 0}};
        if (poll(wanted.data(), wanted.size(), patience()) < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        if ((wanted[0].revents & POLLIN) != 0 && !onSignal(signals)) {
            return;
        }
        if (wanted[1].revents != 0) {
            fromWatch();
        }
        if ((wanted[2].revents & POLLIN) != 0) {
            fromTerminal();
        }
        if (wanted[3].revents != 0 && far_) {
            fromFar();
        }
        elapsed();
    }
}

int Modem::patience() const {
    if (!due_) {
        return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due_ - Clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(left);
}

bool Modem::onSignal(int signals) {
    signalfd_siginfo info{};
    if (read(signals, &info, sizeof info) != sizeof info) {
        return true;
    }
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
        return false;
    }
    if (info.ssi_signo == SIGUSR1) {
        drop("dropped", true);
    } else if (info.ssi_signo == SIGUSR2) {
        drop("dropped", false);
        pinEntered_ = false;
        muted_ = script_.mute;
        tell("power cycled");
    } else if (info.ssi_signo == SIGHUP) {
        const int left = triesLeft_;
        script_ = readModemScript(scriptPath_);
        muted_ = script_.mute;
        noisy_ = !script_.noise.empty();
        triesLeft_ = left; // a SIM does not forget
        tell("script read");
    }
    return true;
}

void Modem::fromWatch() {
    alignas(inotify_event) std::array<char, 4096> buffer;
    const ssize_t size = read(watch_.get(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at < size;) {
        const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
        openers_ += (event->mask & IN_OPEN) != 0 ? 1 : -1;
        at += static_cast<ssize_t>(sizeof *event + event->len);
    }
    if (openers_ == 0 && !silentUser_) {
        tell("closed");
        typed_.clear();
        drop("hung up: the terminal was closed", false); // as DTR would
    } else if (openers_ > 0 && silentUser_) {
        tell("opened");
    }
    silentUser_ = openers_ == 0;
}

void Modem::fromTerminal() {
    std::array<char, 4096> buffer;
    const ssize_t size = read(master_.get(), buffer.data(), buffer.size());
    if (size <= 0) {
        return;
    }
    if (stage_ == Stage::Data) {
        data(buffer.data(), static_cast<std::size_t>(size));
        return;
    }
    for (ssize_t at = 0; at < size; ++at) {
        const char byte = buffer[static_cast<std::size_t>(at)];
        if (stage_ == Stage::Dialling) {
            tell("call aborted");
            due_.reset();
            stage_ = Stage::Command;
            answer("NO CARRIER");
            continue;
        }
        const bool echo = stage_ == Stage::Login ? step_ == 0 : script_.echo;
        if (echo) {
            write(std::string(1, byte));
        }
        if (byte != '\r') {
            typed_ += typed_.size() < kLongestCommand && byte != '\n' ? std::string(1, byte) : "";
            continue;
        }
        const std::string line = std::exchange(typed_, {});
        if (stage_ == Stage::Login) {
            login(line);
        } else if (stage_ == Stage::Answering) {
            tell("a command into a command");
        } else {
            command(line);
        }
    }
}

void Modem::command(const std::string& line) {
    const bool secret = line.starts_with("AT+CPIN=");
    tell("command %s", secret ? "AT+CPIN=..." : line.c_str());
    if (muted_ > 0) {
        --muted_;
        return;
    }
    if (line.starts_with("ATD")) {
        dial(line.substr(3));
        return;
    }
    const std::string text = answerTo(line);
    if (!text.empty()) {
        answer(text);
    }
}

std::string Modem::answerTo(const std::string& line) {
    for (const auto& [beginning, reply] : script_.replies) {
        if (line.starts_with(beginning)) {
            return reply;
        }
    }
    if (line == "AT+CPIN?") {
        const char* state = triesLeft_ == 0                      ? "SIM PUK"
                            : script_.pin.empty() || pinEntered_ ? "READY"
                                                                 : "SIM PIN";
        write(script_.lineEnd + "+CPIN: " + state + script_.lineEnd);
        return "OK";
    }
    if (line.starts_with("AT+CPIN=")) {
        return enterPin(line);
    }
    if (line.starts_with("ATI")) {
        write(script_.lineEnd + "Lab Modem 56K" + script_.lineEnd);
        return "OK";
    }
    if (line.starts_with("ATH")) {
        const bool called = inCall_;
        drop("hung up by ATH", false);
        return called ? "NO CARRIER" : "OK";
    }
    return line.starts_with("AT") || line.empty() ? (line.empty() ? "" : "OK") : "ERROR";
}

std::string Modem::enterPin(const std::string& line) {
    if (line == "AT+CPIN=\"" + script_.pin + "\"" && triesLeft_ > 0) {
        pinEntered_ = true;
        triesLeft_ = script_.tries;
        tell("pin right");
        return "OK";
    }
    triesLeft_ -= triesLeft_ > 0 ? 1 : 0;
    tell("pin wrong, %d tries left", triesLeft_);
    return "+CME ERROR: 16";
}

std::string Modem::inWords(const std::string& result) const {
    static const std::map<std::string, std::string> kNumbers{
        {"OK", "0"},          {"CONNECT", "1"},      {"RING", "2"}, {"NO CARRIER", "3"}, {"ERROR", "4"},
        {"NO DIALTONE", "6"}, {"NO DIAL TONE", "6"}, {"BUSY", "7"}, {"NO ANSWER", "8"}};
    if (script_.words) {
        return script_.lineEnd + result + script_.lineEnd;
    }
    const auto number = kNumbers.find(result.starts_with("CONNECT") ? "CONNECT" : result);
    return (number == kNumbers.end() ? result : number->second) + "\r";
}

void Modem::answer(const std::string& text) {
    pending_ += std::exchange(noisy_, false) ? script_.noise : "";
    pending_ += inWords(text);
    if (script_.delay.count() == 0) {
        write(std::exchange(pending_, {}));
        return;
    }
    stage_ = Stage::Answering;
    due_ = Clock::now() + script_.delay;
}

void Modem::dial(const std::string& number) {
    tell("dial %s", number.c_str());
    if (!script_.pin.empty() && !pinEntered_) {
        answer("+CME ERROR: 11");
        return;
    }
    stage_ = Stage::Dialling;
    if (!script_.dial.empty()) {
        due_ = Clock::now() + script_.dialDelay;
    }
}

void Modem::elapsed() {
    if (!due_ || Clock::now() < *due_) {
        return;
    }
    due_.reset();
    if (stage_ == Stage::Answering) {
        stage_ = Stage::Command;
        write(std::exchange(pending_, {}));
    } else if (stage_ == Stage::Dialling) {
        stage_ = Stage::Command;
        tell("result %s", script_.dial.c_str());
        write(inWords(script_.dial));
        if (script_.dial.starts_with("CONNECT")) {
            connected();
        }
    } else if (stage_ == Stage::Data && escape_ == "+++") {
        tell("escaped");
        escape_.clear();
        stage_ = Stage::Command;
        answer("OK");
    }
}

void Modem::connected() {
    inCall_ = true;
    step_ = 0;
    stage_ = Stage::Login;
    typed_.clear();
    if (script_.login.empty()) {
        startFar();
        return;
    }
    write(script_.login.front().prompt);
    if (script_.login.front().answer.empty()) {
        startFar();
    }
}

void Modem::login(const std::string& typed) {
    if (typed != script_.login[step_].answer) {
        tell("login refused at step %zu", step_ + 1);
        write("\r\n" + script_.refusal + "\r\n");
        step_ = 0;
        write(script_.login.front().prompt);
        return;
    }
    tell("login step %zu right", step_ + 1);
    ++step_;
    if (step_ == script_.login.size()) {
        startFar();
        return;
    }
    write("\r\n" + script_.login[step_].prompt);
    if (script_.login[step_].answer.empty()) {
        startFar();
    }
}

void Modem::startFar() {
    tell("connected");
    stage_ = Stage::Data;
    lastByte_ = Clock::now();
    if (script_.far.empty()) {
        return;
    }
    int pair[2] = {-1, -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        throw std::system_error(errno, std::generic_category(), "socketpair");
    }
    std::vector<char*> arguments;
    for (std::string& word : script_.far) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    farPid_ = fork();
    if (farPid_ == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        dup2(pair[1], STDIN_FILENO);
        dup2(pair[1], STDOUT_FILENO);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    close(pair[1]);
    fcntl(pair[0], F_SETFL, O_NONBLOCK);
    far_.emplace(pair[0]);
}

void Modem::data(const char* bytes, std::size_t size) {
    const auto now = Clock::now();
    const bool quiet = now - lastByte_ >= kGuard;
    lastByte_ = now;
    escape_ = (quiet || !escape_.empty()) && escape_.size() + size <= 3 &&
                      std::string(bytes, size).find_first_not_of('+') == std::string::npos
                  ? escape_ + std::string(bytes, size)
                  : "";
    due_.reset();
    if (escape_ == "+++") {
        due_ = now + kGuard;
    }
    if (far_ && send(far_->get(), bytes, size, MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
        drop("the far end is gone", true);
    }
}

void Modem::fromFar() {
    std::array<char, 4096> buffer;
    const ssize_t size = read(far_->get(), buffer.data(), buffer.size());
    if (size > 0) {
        write(std::string(buffer.data(), static_cast<std::size_t>(size)));
    } else if (size == 0 || errno != EAGAIN) {
        drop("the far end is gone", true);
    }
}

void Modem::drop(const char* why, bool carrierLost) {
    if (stage_ == Stage::Command && !inCall_) {
        return;
    }
    far_.reset();
    if (farPid_ > 0) {
        kill(farPid_, SIGTERM);
        waitpid(farPid_, nullptr, 0);
        farPid_ = 0;
    }
    stage_ = Stage::Command;
    inCall_ = false;
    due_.reset();
    pending_.clear();
    escape_.clear();
    if (carrierLost) {
        write(inWords("NO CARRIER"));
    }
    tell("%s", why); // what is said has happened
}

// What nobody reads is lost, as on a line. A modem with a pace is deaf while it speaks.
void Modem::write(const std::string& bytes) {
    if (script_.pace.count() > 0 && stage_ != Stage::Data) {
        for (const char byte : bytes) {
            std::this_thread::sleep_for(script_.pace);
            if (::write(master_.get(), &byte, 1) < 0) {
                return;
            }
        }
        return;
    }
    if (::write(master_.get(), bytes.data(), bytes.size()) < 0 && errno != EAGAIN) {
        tell("cannot write: %d", errno);
    }
}

} // namespace ppp::lab
