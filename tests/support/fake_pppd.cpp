// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for pppd with our plugin where there is no kernel PPP: same arguments, descriptors, messages,
// signals and exit codes as pppd 2.4.9, but what happens on the line is told by a script.
// fake_pppd_script.hpp describes the script.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_pppd_record.hpp"
#include "fake_pppd_script.hpp"
#include "fake_pppd_wire.hpp"

namespace {

using namespace fake_pppd;
int termPipe[2];

extern "C" void onTerm(int) {
    const int saved = errno;
    if (write(termPipe[1], "t", 1) < 0) {
        // full: it is readable already
    }
    errno = saved;
}

class FakePppd {
public:
    FakePppd(int argc, char** argv);
    void run();

private:
    using Command = void (FakePppd::*)(const Words&);
    static const std::map<std::string, Command>& commands();

    void installHandlers();
    void send(const Datagram& datagram, int flags = MSG_DONTWAIT) const;
    void sendRaw(const std::vector<std::uint8_t>& bytes, int flags) const;
    void enter(std::uint32_t phase);
    bool pause(int milliseconds); ///< false: the time is over; does not return where SIGTERM came
    void answerQuestion();
    [[noreturn]] void finish(int status);
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    void askSecrets(const Words&) { send(Datagram(PPPM_SECRETS_WANTED)); }
    void waitSecrets(const Words& words);
    void login(const Words& words);
    void phase(const Words& words);
    void auth(const Words& words);
    void lcp(const Words& words);
    void lcpTerminated(const Words& words);
    void session(const Words& words);
    void discovery(const Words& words);
    void discoveryError(const Words& words);
    void protocolRejected(const Words& words);
    void ip4(const Words& words);
    void ip4Down(const Words& words);
    void ip6(const Words& words);
    void ip6Down(const Words& words);
    void demand(const Words& words);
    void take(const Words& words) {
        waitFor(words);
        std::filesystem::remove(file(word(words, 1)));
    }
    void wait(const Words& words) { pause(static_cast<int>(number(word(words, 1)))); }
    void waitFor(const Words& words);
    void touch(const Words& words);
    void sleepUntilTerm(const Words& words);
    void ignoreTerm(const Words&) { std::signal(SIGTERM, SIG_IGN); }
    void exitWith(const Words& words);
    void vanish(const Words& words);
    void crash(const Words& words);
    void recordSecret(const Words& words);
    void spam(const Words& words);
    void garbage(const Words& words);
    void closeSocket(const Words& words);
    void complain(const Words& words) { std::cerr << word(words, 1) << '\n'; }
    void onTermTouch(const Words& words) { touchedOnTerm_ = word(words, 1); }
    void echo(const Words& words) { echo_ = number(word(words, 1)); }
    void hold(const Words& words);
    void failure(const Words& words) {
        send(Datagram(PPPM_FAILURE).bytes(PPPM_T_REASON, word(words, 1)).text(word(words, 2, "")));
    }

    std::string folder_, name_ = "default", secret_, touchedOnTerm_;
    int socket_ = -1, lifeline_ = -1;
    std::uint32_t phase_ = PPPM_PHASE_INITIALIZE;
    std::uint32_t echo_ = 12'300; ///< µs; 0: no answer
    bool handlers_ = false, ip4Up_ = false, ip6Up_ = false, hears_ = false, demand_ = false, ready_ = false;
};

const std::map<std::string, FakePppd::Command>& FakePppd::commands() {
    static const std::map<std::string, Command> table{
        {"ask-secrets", &FakePppd::askSecrets},
        {"wait-secrets", &FakePppd::waitSecrets},
        {"login", &FakePppd::login},
        {"phase", &FakePppd::phase},
        {"auth", &FakePppd::auth},
        {"peer-auth", &FakePppd::auth},
        {"lcp", &FakePppd::lcp},
        {"lcp-terminated", &FakePppd::lcpTerminated},
        {"session", &FakePppd::session},
        {"discovery", &FakePppd::discovery},
        {"discovery-error", &FakePppd::discoveryError},
        {"protocol-rejected", &FakePppd::protocolRejected},
        {"ip4", &FakePppd::ip4},
        {"ip4-down", &FakePppd::ip4Down},
        {"ip6", &FakePppd::ip6},
        {"ip6-down", &FakePppd::ip6Down},
        {"demand", &FakePppd::demand},
        {"take", &FakePppd::take},
        {"wait", &FakePppd::wait},
        {"wait-for", &FakePppd::waitFor},
        {"touch", &FakePppd::touch},
        {"sleep-until-term", &FakePppd::sleepUntilTerm},
        {"ignore-term", &FakePppd::ignoreTerm},
        {"exit", &FakePppd::exitWith},
        {"vanish", &FakePppd::vanish},
        {"crash", &FakePppd::crash},
        {"record-secret", &FakePppd::recordSecret},
        {"spam", &FakePppd::spam},
        {"garbage", &FakePppd::garbage},
        {"close-socket", &FakePppd::closeSocket},
        {"complain", &FakePppd::complain},
        {"on-term", &FakePppd::onTermTouch},
        {"echo", &FakePppd::echo},
        {"hold", &FakePppd::hold},
        {"failure", &FakePppd::failure},
    };
    return table;
}

FakePppd::FakePppd(int argc, char** argv) : folder_(std::string(argv[0]) + ".d") {
    if (argc == 2) { // in an engine program's place
        name_ = argv[1];
        socket_ = 3;
        lifeline_ = 4;
    }
    for (int i = 1; i + 1 < argc; ++i) {
        const std::string option = argv[i];
        if (option == "ppp-manager-fd") {
            socket_ = std::atoi(argv[++i]);
        } else if (option == "ppp-manager-lifeline-fd") {
            lifeline_ = std::atoi(argv[++i]);
        } else if (option == "ipparam") {
            name_ = argv[++i];
        }
        demand_ = demand_ || option == "demand";
    }
    record(folder_ + "/" + name_, argv);
    if (socket_ < 0 || lifeline_ < 0) {
        misuse("ppp-manager-fd and ppp-manager-lifeline-fd are needed");
    }
    armLifeline(lifeline_);
    if (std::filesystem::exists(file(name_ + ".early"))) {
        return;
    }
    send(Datagram(PPPM_HELLO).number(PPPM_T_PID, static_cast<std::uint32_t>(getpid())).text("2.4.9"));
}

// pppd handles signals only after its options, and so the secrets, are read: until then SIGTERM kills it.
void FakePppd::installHandlers() {
    if (handlers_) {
        return;
    }
    handlers_ = true;
    if (pipe2(termPipe, O_CLOEXEC | O_NONBLOCK) < 0) {
        misuse("pipe2");
    }
    struct sigaction action {};
    action.sa_handler = onTerm;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void FakePppd::send(const Datagram& datagram, int flags) const {
    sendRaw(datagram.get(), flags);
}

void FakePppd::sendRaw(const std::vector<std::uint8_t>& bytes, int flags) const {
    if (::send(socket_, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL) < 0) {
        // The plugin drops what does not fit, and does not mind that its supervisor is gone.
    }
}

void FakePppd::enter(std::uint32_t phase) {
    phase_ = phase;
    send(Datagram(PPPM_PHASE).number(PPPM_T_PHASE, phase));
}

bool FakePppd::pause(int milliseconds) {
    for (;;) {
        // As of the plugin: questions are heard once the secrets are in.
        pollfd states[2] = {{termPipe[0], POLLIN, 0}, {hears_ ? socket_ : -1, POLLIN, 0}};
        const int ready = poll(states, 2, milliseconds);
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (states[0].revents != 0) {
            if (!touchedOnTerm_.empty()) {
                touch({"touch", touchedOnTerm_});
            }
            finish(phase_ <= PPPM_PHASE_SERIALCONN ? 8 : 5);
        }
        if (ready <= 0) {
            return false;
        }
        answerQuestion();
    }
}

void FakePppd::answerQuestion() {
    std::vector<std::uint8_t> question(PPPM_MAX_DATAGRAM);
    const ssize_t size = recv(socket_, question.data(), question.size(), MSG_DONTWAIT);
    if (size < 2) {
        hears_ = false; // nobody is at the other end
    } else if (question[1] == PPPM_ECHO) {
        std::ofstream(file(name_ + ".echoes"), std::ios::app) << getpid() << '\n';
        if (echo_ != 0) {
            send(Datagram(PPPM_ECHO_REPLY).number(PPPM_T_MICROSECONDS, echo_));
        }
    } else if (question[1] == PPPM_READY) {
        ready_ = true;
    } else if (question[1] == PPPM_DEBUG && size == 10) {
        std::ofstream(file(name_ + ".debug"), std::ios::app) << (question[6] != 0 ? "on\n" : "off\n");
    }
}

void FakePppd::finish(int status) {
    if (phase_ >= PPPM_PHASE_ESTABLISH && phase_ <= PPPM_PHASE_TERMINATE) {
        enter(PPPM_PHASE_TERMINATE);
        if (ip4Up_) {
            ip4Down({});
        }
        if (ip6Up_) {
            ip6Down({});
        }
        enter(PPPM_PHASE_ESTABLISH);
        enter(PPPM_PHASE_DISCONNECT);
    }
    enter(PPPM_PHASE_DEAD);
    send(Datagram(PPPM_EXIT).number(PPPM_T_STATUS, static_cast<std::uint32_t>(status)));
    std::_Exit(status);
}

void FakePppd::run() {
    std::ifstream script(file(name_ + ".script"));
    if (!script) {
        script.open(file("default.script"));
    }
    if (!script) {
        misuse("no script");
    }
    for (std::string line; std::getline(script, line);) {
        const Words words = split(line);
        if (words.empty()) {
            continue;
        }
        const auto command = commands().find(words[0]);
        if (command == commands().end()) {
            misuse("unknown command " + words[0]);
        }
        if (words[0] != "wait-secrets") {
            installHandlers();
            pause(0);
        }
        (this->*command->second)(words);
    }
    installHandlers();
    finish(0);
}

void FakePppd::waitSecrets(const Words&) {
    send(Datagram(PPPM_SECRETS_WANTED));
    pollfd state{socket_, POLLIN, 0};
    std::vector<std::uint8_t> answer(PPPM_MAX_DATAGRAM);
    ssize_t size = -1;
    if (poll(&state, 1, 10'000) > 0) {
        size = recv(socket_, answer.data(), answer.size(), MSG_DONTWAIT);
    }
    secret_ = passwordIn(answer, size);
    hears_ = true;
}

void FakePppd::login(const Words& words) {
    enter(PPPM_PHASE_AUTHENTICATE);
    const bool right = secret_ == word(words, 2);
    auth({"auth", word(words, 1), "started"});
    auth({"auth", word(words, 1), right ? "ok" : "refused", right ? "" : word(words, 3, "")});
    if (!right) {
        finish(19);
    }
}

void FakePppd::phase(const Words& words) {
    enter(phaseNumber(word(words, 1)));
}

void FakePppd::auth(const Words& words) {
    static const std::map<std::string, std::uint32_t> verdicts{
        {"started", PPPM_VERDICT_STARTED}, {"ok", PPPM_VERDICT_ACCEPTED}, {"refused", PPPM_VERDICT_REFUSED}};
    const auto protocol = authProtocol(word(words, 1));
    const auto verdict = verdicts.find(word(words, 2));
    if (verdict == verdicts.end()) {
        misuse("auth: started, ok or refused");
    }
    Datagram datagram(words[0] == "peer-auth" ? PPPM_PEER_AUTH : PPPM_AUTH);
    datagram.number(PPPM_T_AUTH_PROTOCOL, protocol).number(PPPM_T_VERDICT, verdict->second);
    datagram.text(word(words, 3, ""));
    if (protocol == 0xc223) {
        datagram.number(PPPM_T_CHAP_DIGEST, 5);
    }
    send(datagram);
}

void FakePppd::lcp(const Words& words) {
    send(Datagram(PPPM_LCP)
             .number(PPPM_T_MRU, number(word(words, 1, "1492")))
             .number(PPPM_T_PEER_MRU, number(word(words, 2, "1492"))));
}

void FakePppd::lcpTerminated(const Words& words) {
    send(Datagram(PPPM_LCP_TERMINATED).text(word(words, 1, "")));
}

void FakePppd::session(const Words& words) {
    send(Datagram(PPPM_SESSION)
             .number(PPPM_T_SESSION_ID, number(word(words, 1)))
             .bytes(PPPM_T_PEER_MAC, mac(word(words, 2)))
             .bytes(PPPM_T_AC_NAME, word(words, 3)));
}

void FakePppd::discovery(const Words& words) {
    send(Datagram(PPPM_DISCOVERY)
             .bytes(PPPM_T_PEER_MAC, mac(word(words, 1)))
             .bytes(PPPM_T_AC_NAME, word(words, 2)));
}

void FakePppd::discoveryError(const Words& words) {
    send(Datagram(PPPM_DISCOVERY_ERROR)
             .number(PPPM_T_ERROR_TAG, number(word(words, 1)))
             .bytes(PPPM_T_PEER_MAC, mac(word(words, 3, "02:00:00:00:00:01")))
             .text(word(words, 2, "")));
}

void FakePppd::protocolRejected(const Words& words) {
    send(Datagram(PPPM_PROTOCOL_REJECTED).number(PPPM_T_PROTOCOL, number(word(words, 1))));
}

void FakePppd::ip4(const Words& words) {
    const std::string interface = word(words, 1);
    std::uint32_t mtu = 1492;
    std::uint32_t index = interfaceIndex(interface);
    Datagram datagram(PPPM_IP4);
    datagram.bytes(PPPM_T_INTERFACE, interface);
    datagram.bytes(PPPM_T_LOCAL, address4(word(words, 2))).bytes(PPPM_T_PEER, address4(word(words, 3)));
    for (std::size_t i = 4; i < words.size(); ++i) {
        if (words[i] == "mtu") {
            mtu = number(word(words, ++i));
        } else if (words[i] == "index") {
            index = number(word(words, ++i));
        } else {
            datagram.bytes(PPPM_T_DNS, address4(words[i]));
        }
    }
    send(datagram.number(PPPM_T_IFINDEX, index).number(PPPM_T_MTU, mtu));
    ip4Up_ = true;
}

void FakePppd::ip4Down(const Words&) {
    send(Datagram(PPPM_IP4_DOWN));
    ip4Up_ = false;
}

void FakePppd::ip6(const Words& words) {
    const std::string interface = word(words, 1);
    const std::string index = word(words, 5, "0");
    send(Datagram(PPPM_IP6)
             .bytes(PPPM_T_INTERFACE, interface)
             .number(PPPM_T_IFINDEX, index == "0" ? interfaceIndex(interface) : number(index))
             .bytes(PPPM_T_LOCAL_ID, identifier6(word(words, 2)))
             .bytes(PPPM_T_PEER_ID, identifier6(word(words, 3)))
             .number(PPPM_T_MTU, number(word(words, 4, "1492"))));
    ip6Up_ = true;
}

void FakePppd::ip6Down(const Words&) {
    send(Datagram(PPPM_IP6_DOWN));
    ip6Up_ = false;
}

void FakePppd::demand(const Words& words) {
    if (!demand_) {
        return;
    }
    enter(PPPM_PHASE_DORMANT);
    send(Datagram(PPPM_DEMAND)
             .bytes(PPPM_T_INTERFACE, word(words, 1))
             .number(PPPM_T_IFINDEX, interfaceIndex(word(words, 1)))
             .bytes(PPPM_T_LOCAL, address4(word(words, 2)))
             .bytes(PPPM_T_PEER, address4(word(words, 3)))
             .number(PPPM_T_MTU, 1492));
    take({"take", word(words, 4)});
}

void FakePppd::waitFor(const Words& words) {
    while (!std::filesystem::exists(file(word(words, 1)))) {
        pause(10);
    }
}

void FakePppd::touch(const Words& words) {
    std::ofstream(file(word(words, 1)), std::ios::app) << getpid() << '\n';
}

void FakePppd::sleepUntilTerm(const Words&) {
    for (;;) {
        pause(-1);
    }
}

void FakePppd::exitWith(const Words& words) {
    finish(static_cast<int>(number(word(words, 1))));
}

void FakePppd::vanish(const Words& words) {
    std::_Exit(static_cast<int>(number(word(words, 1))));
}

void FakePppd::crash(const Words& words) {
    const int signo = static_cast<int>(number(word(words, 1, "11")));
    std::signal(signo, SIG_DFL);
    raise(signo);
}

void FakePppd::recordSecret(const Words& words) {
    const int fd = open(file(word(words, 1)).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, secret_.data(), secret_.size()) != static_cast<ssize_t>(secret_.size())) {
        misuse("record-secret");
    }
    close(fd);
}

void FakePppd::spam(const Words& words) {
    const Datagram datagram = Datagram(PPPM_DISCOVERY)
                                  .bytes(PPPM_T_PEER_MAC, mac("02:00:00:00:00:01"))
                                  .bytes(PPPM_T_AC_NAME, "spam");
    for (std::uint32_t i = number(word(words, 1)); i > 0; --i) {
        send(datagram, 0);
        pause(0);
    }
}

void FakePppd::garbage(const Words&) {
    for (const auto& bytes : malformed()) {
        sendRaw(bytes, 0);
    }
}

void FakePppd::hold(const Words& words) {
    ready_ = false;
    send(Datagram(PPPM_READY_WANTED)
             .bytes(PPPM_T_INTERFACE, word(words, 1))
             .number(PPPM_T_IFINDEX, interfaceIndex(word(words, 1))));
    while (!ready_) {
        pause(10);
    }
}

void FakePppd::closeSocket(const Words&) {
    hears_ = false;
    close(std::exchange(socket_, -1));
}

} // namespace

int main(int argc, char** argv) {
    try {
        FakePppd(argc, argv).run();
    } catch (const std::exception& e) {
        std::cerr << "fake_pppd: " << e.what() << '\n';
        return 2; // as for an option error
    }
}
