// SPDX-License-Identifier: LGPL-2.1-or-later
// Plays the supervisor for one pppd: makes the socket and the lifeline, starts pppd with them, answers its
// question for secrets, prints every message decoded, one line each, with the milliseconds since the start.
// For scenarios that test the plugin without the daemon:
//   engine_probe [--password-file F | --mute | --vanish] [--late] [--limit S]
//                [--close-lifeline-on "KIND…"] [--holder FILE] -- PPPD ARGUMENT...
// The lifeline is closed at the first message whose line starts so. --mute never answers; --vanish closes the
// socket instead; --holder starts a process that keeps both ends open (its pid is written to FILE);
// descriptors 3 and 4 of pppd are socket and lifeline. Ends with pppd's exit code, 128 + signal, or 124.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "message.h"

extern char** environ;

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEngineSocket = 3;
constexpr int kEngineLifeline = 4;

struct Settings {
    std::optional<std::string> password; // the file's first line; nothing: an answer without a password
    bool late = false;
    bool mute = false;
    bool vanish = false;
    int limit = 60; // seconds
    std::string closeOn;
    std::string holderFile;
    std::vector<std::string> command;
};

const std::map<int, std::string> kKinds = {
    {PPPM_HELLO, "HELLO"},
    {PPPM_PHASE, "PHASE"},
    {PPPM_SECRETS_WANTED, "SECRETS_WANTED"},
    {PPPM_AUTH, "AUTH"},
    {PPPM_IP4, "IP4"},
    {PPPM_IP4_DOWN, "IP4_DOWN"},
    {PPPM_IP6, "IP6"},
    {PPPM_IP6_DOWN, "IP6_DOWN"},
    {PPPM_LCP, "LCP"},
    {PPPM_LCP_TERMINATED, "LCP_TERMINATED"},
    {PPPM_SESSION, "SESSION"},
    {PPPM_DISCOVERY, "DISCOVERY"},
    {PPPM_DISCOVERY_ERROR, "DISCOVERY_ERROR"},
    {PPPM_PROTOCOL_REJECTED, "PROTOCOL_REJECTED"},
    {PPPM_EXIT, "EXIT"},
};

const std::array<const char*, 13> kPhases = {
    "DEAD",    "INITIALIZE", "SERIALCONN", "DORMANT",    "ESTABLISH", "AUTHENTICATE", "CALLBACK",
    "NETWORK", "RUNNING",    "TERMINATE",  "DISCONNECT", "HOLDOFF",   "MASTER"};

const std::array<const char*, 3> kVerdicts = {"STARTED", "ACCEPTED", "REFUSED"};

std::string quoted(std::span<const std::uint8_t> bytes) {
    std::ostringstream out;
    out << '"' << std::hex << std::setfill('0');
    for (auto byte : bytes) {
        if (byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\') {
            out << "\\x" << std::setw(2) << static_cast<int>(byte);
        } else {
            out << static_cast<char>(byte);
        }
    }
    out << '"';
    return out.str();
}

std::string colons(std::span<const std::uint8_t> bytes) {
    std::ostringstream out;
    out << std::hex << std::setfill('0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out << (i ? ":" : "") << std::setw(2) << static_cast<int>(bytes[i]);
    }
    return out.str();
}

std::string dotted(std::span<const std::uint8_t> bytes) {
    std::array<char, INET_ADDRSTRLEN> text{};
    if (bytes.size() != 4 || !inet_ntop(AF_INET, bytes.data(), text.data(), text.size())) {
        return "broken";
    }
    return text.data();
}

std::optional<std::uint32_t> number(std::span<const std::uint8_t> bytes) {
    std::uint32_t value = 0;
    if (bytes.size() != sizeof value) {
        return {};
    }
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

template <std::size_t N> std::string named(const std::array<const char*, N>& names, std::uint32_t value) {
    return value < N ? names[value] : std::to_string(value);
}

std::string hex(std::uint32_t value) {
    std::ostringstream out;
    out << "0x" << std::hex << value;
    return out.str();
}

std::string field(int tag, std::span<const std::uint8_t> bytes) {
    const auto value = number(bytes);
    const auto plain = [&] { return value ? std::to_string(*value) : "broken"; };
    switch (tag) {
    case PPPM_T_PID:
        return "pid=" + plain();
    case PPPM_T_TEXT:
        return "text=" + quoted(bytes);
    case PPPM_T_PHASE:
        return named(kPhases, value.value_or(99));
    case PPPM_T_AUTH_PROTOCOL:
        return "protocol=" + hex(value.value_or(0));
    case PPPM_T_VERDICT:
        return named(kVerdicts, value.value_or(99));
    case PPPM_T_INTERFACE:
        return "interface=" + quoted(bytes);
    case PPPM_T_IFINDEX:
        return "ifindex=" + plain();
    case PPPM_T_LOCAL:
        return "local=" + dotted(bytes);
    case PPPM_T_PEER:
        return "peer=" + dotted(bytes);
    case PPPM_T_DNS:
        return "dns=" + dotted(bytes);
    case PPPM_T_MTU:
        return "mtu=" + plain();
    case PPPM_T_LOCAL_ID:
        return "local-id=" + colons(bytes);
    case PPPM_T_PEER_ID:
        return "peer-id=" + colons(bytes);
    case PPPM_T_MRU:
        return "mru=" + plain();
    case PPPM_T_PEER_MRU:
        return "peer-mru=" + plain();
    case PPPM_T_SESSION_ID:
        return "session=" + plain();
    case PPPM_T_PEER_MAC:
        return "mac=" + colons(bytes);
    case PPPM_T_AC_NAME:
        return "ac=" + quoted(bytes);
    case PPPM_T_ERROR_TAG:
        return "tag=" + hex(value.value_or(0));
    case PPPM_T_STATUS:
        return "status=" + plain();
    case PPPM_T_PROTOCOL:
        return "rejected=" + hex(value.value_or(0));
    case PPPM_T_CHAP_DIGEST:
        return "digest=" + hex(value.value_or(0));
    default:
        return "tag" + std::to_string(tag) + "=" + colons(bytes);
    }
}

/// "KIND field field…", or "BROKEN …".
std::string decode(std::span<const std::uint8_t> datagram) {
    if (datagram.size() < 2 || datagram[0] != PPPM_VERSION || !kKinds.contains(datagram[1])) {
        return "BROKEN " + colons(datagram);
    }
    std::string line = kKinds.at(datagram[1]);
    auto rest = datagram.subspan(2);
    while (!rest.empty()) {
        std::array<std::uint16_t, 2> header{};
        if (rest.size() < sizeof header) {
            return "BROKEN " + colons(datagram);
        }
        std::memcpy(header.data(), rest.data(), sizeof header);
        rest = rest.subspan(sizeof header);
        if (header[1] > rest.size()) {
            return "BROKEN " + colons(datagram);
        }
        line += ' ' + field(header[0], rest.first(header[1]));
        rest = rest.subspan(header[1]);
    }
    return line;
}

class Probe {
public:
    explicit Probe(Settings settings) : settings_(std::move(settings)) {}

    int run() {
        makeEnds();
        spawn();
        if (!settings_.holderFile.empty()) {
            hold();
        }
        return listen();
    }

private:
    void makeEnds() {
        std::array<int, 2> pair{}, pipeEnds{};
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) < 0 ||
            pipe2(pipeEnds.data(), O_CLOEXEC) < 0) {
            std::perror("engine_probe");
            std::exit(125);
        }
        socket_ = fcntl(pair[0], F_DUPFD_CLOEXEC, 10);
        engineSocket_ = fcntl(pair[1], F_DUPFD_CLOEXEC, 10);
        engineLifeline_ = fcntl(pipeEnds[0], F_DUPFD_CLOEXEC, 10);
        lifeline_ = fcntl(pipeEnds[1], F_DUPFD_CLOEXEC, 10);
        for (int fd : {pair[0], pair[1], pipeEnds[0], pipeEnds[1]}) {
            close(fd);
        }
    }

    void spawn() {
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, engineSocket_, kEngineSocket);
        posix_spawn_file_actions_adddup2(&actions, engineLifeline_, kEngineLifeline);
        std::vector<char*> arguments;
        for (auto& word : settings_.command) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        started_ = Clock::now();
        if (posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) {
            std::perror(arguments[0]);
            std::exit(125);
        }
        posix_spawn_file_actions_destroy(&actions);
        close(engineSocket_);
        close(engineLifeline_);
        say("ENGINE pid=" + std::to_string(pid_));
    }

    void hold() {
        const pid_t holder = fork();
        if (holder == 0) {
            setsid();
            for (;;) {
                pause();
            }
        }
        std::FILE* file = std::fopen(settings_.holderFile.c_str(), "w");
        if (file) {
            std::fprintf(file, "%d\n", holder);
            std::fclose(file);
        }
    }

    void say(const std::string& line) const {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
        std::cout << std::setw(6) << now.count() << ' ' << line << std::endl;
    }

    void answerSecrets() {
        if (settings_.mute) {
            return;
        }
        if (settings_.vanish) {
            close(socket_);
            socket_ = -1;
            return;
        }
        std::vector<std::uint8_t> datagram = {PPPM_VERSION, PPPM_SECRETS};
        if (settings_.password) {
            const std::array<std::uint16_t, 2> header = {
                PPPM_T_PASSWORD, static_cast<std::uint16_t>(settings_.password->size())};
            datagram.resize(2 + sizeof header + settings_.password->size());
            std::memcpy(datagram.data() + 2, header.data(), sizeof header);
            std::memcpy(datagram.data() + 2 + sizeof header, settings_.password->data(),
                        settings_.password->size());
        }
        send(socket_, datagram.data(), datagram.size(), MSG_NOSIGNAL);
        deaf_ = settings_.late;
    }

    void react(const std::string& line) {
        if (line == "SECRETS_WANTED") {
            answerSecrets();
        }
        if (!settings_.closeOn.empty() && line.starts_with(settings_.closeOn) && lifeline_ >= 0) {
            close(lifeline_);
            lifeline_ = -1;
            say("lifeline closed");
        }
    }

    int listen() {
        const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
        const auto deadline = started_ + std::chrono::seconds(settings_.limit);
        for (;;) {
            const auto left =
                std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
            std::array<pollfd, 2> ready = {pollfd{deaf_ ? -1 : socket_, POLLIN, 0}, pollfd{pidfd, POLLIN, 0}};
            if (left <= 0 || poll(ready.data(), ready.size(), static_cast<int>(left)) == 0) {
                kill(pid_, SIGKILL);
                waitpid(pid_, nullptr, 0);
                say("LIMIT");
                return 124;
            }
            if (ready[0].revents & (POLLIN | POLLHUP) && readOne()) {
                continue;
            }
            if (ready[1].revents && deaf_) {
                deaf_ = false; // what has waited in the queue is read before the end is told
            } else if (ready[1].revents) {
                return finish();
            }
        }
    }

    bool readOne() {
        std::array<std::uint8_t, PPPM_MAX_DATAGRAM> bytes{};
        const auto length = recv(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (length <= 0) {
            if (length == 0) {
                close(socket_);
                socket_ = -1;
            }
            return false;
        }
        const auto line = decode(std::span(bytes).first(static_cast<std::size_t>(length)));
        say(line);
        react(line);
        return true;
    }

    int finish() const {
        int outcome = 0;
        waitpid(pid_, &outcome, 0);
        const int code = WIFEXITED(outcome) ? WEXITSTATUS(outcome) : 128 + WTERMSIG(outcome);
        say("ENDED code=" + std::to_string(code));
        return code;
    }

    Settings settings_;
    int socket_ = -1, engineSocket_ = -1, lifeline_ = -1, engineLifeline_ = -1;
    pid_t pid_ = -1;
    bool deaf_ = false;
    Clock::time_point started_;
};

Settings parse(std::span<char*> words) {
    Settings settings;
    std::size_t i = 1;
    const auto value = [&] {
        if (i + 1 >= words.size()) {
            std::cerr << "engine_probe: " << words[i] << " needs a value\n";
            std::exit(2);
        }
        return std::string(words[++i]);
    };
    for (; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (word == "--password-file") {
            std::ifstream file(value());
            settings.password.emplace();
            std::getline(file, *settings.password);
        } else if (word == "--late") {
            settings.late = true;
        } else if (word == "--mute") {
            settings.mute = true;
        } else if (word == "--vanish") {
            settings.vanish = true;
        } else if (word == "--limit") {
            settings.limit = std::stoi(value());
        } else if (word == "--close-lifeline-on") {
            settings.closeOn = value();
        } else if (word == "--holder") {
            settings.holderFile = value();
        } else if (word == "--") {
            settings.command.assign(words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        } else {
            std::cerr << "engine_probe: unknown word " << word << '\n';
            std::exit(2);
        }
    }
    if (settings.command.empty()) {
        std::cerr << "engine_probe: no command\n";
        std::exit(2);
    }
    return settings;
}

} // namespace

int main(int argc, char** argv) {
    return Probe(parse(std::span(argv, static_cast<std::size_t>(argc)))).run();
}
