// SPDX-License-Identifier: LGPL-2.1-or-later
// ppp-managerd: reads its arguments, wires core, sys and service together, runs the loop. The only file that
// knows all three.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <getopt.h>
#include <memory>
#include <string>
#include <sys/prctl.h>
#include <vector>

#include "core/manager.hpp"
#include "core/text.hpp"
#include "dbus/names.hpp"
#include "instrument.hpp"
#include "service/bus_service.hpp"
#include "sys/agent_calls.hpp"
#include "sys/bus_event_source.hpp"
#include "sys/clock_watch.hpp"
#include "sys/device_nodes.hpp"
#include "sys/dhcp6_clients.hpp"
#include "sys/dns_handler.hpp"
#include "sys/engine_keeper.hpp"
#include "sys/engine_launcher.hpp"
#include "sys/event_loop.hpp"
#include "sys/fd_store.hpp"
#include "sys/file_watch.hpp"
#include "sys/firewall_zones.hpp"
#include "sys/hook_runner.hpp"
#include "sys/journal.hpp"
#include "sys/journal_reader.hpp"
#include "sys/kernel_ip6.hpp"
#include "sys/kernel_neighbours.hpp"
#include "sys/kernel_network.hpp"
#include "sys/link_counters.hpp"
#include "sys/log_control.hpp"
#include "sys/name_watcher.hpp"
#include "sys/outside_command.hpp"
#include "sys/packet_filter.hpp"
#include "sys/polkit_authority.hpp"
#include "sys/pppoe_finder.hpp"
#include "sys/profile_files.hpp"
#include "sys/record_files.hpp"
#include "sys/redial_timers.hpp"
#include "sys/serial_finder.hpp"
#include "sys/sleep_watch.hpp"
#include "sys/story_files.hpp"
#include "sys/system_clock.hpp"
#include "sys/unit_manager.hpp"

namespace {

using namespace ppp;

struct Arguments {
    std::string configuration = "/etc/ppp-manager";
    std::string runtime = "/run/ppp-manager";
    std::string credentials; ///< systemd credentials; empty: none
    sys::EnginePaths engine = sys::installedEnginePaths();
    bool debug = false;
};

void usage(std::FILE* out) {
    std::fputs(
        "usage: ppp-managerd [--config DIR] [--runtime DIR] [--pppd FILE] [--plugin FILE]\n"
        "                    [--ppp-device FILE] [--serial-engine FILE] [--l2tp-engine FILE] [--hooks FILE]\n"
        "                    [--locks DIR] [--debug]\n"
        "\n"
        "Supervises PPP connections; started by systemd (ppp-manager.service) or D-Bus.\n"
        "  --config DIR       profiles and secrets   (default: $CONFIGURATION_DIRECTORY, /etc/ppp-manager)\n"
        "  --runtime DIR      runtime records        (default: $RUNTIME_DIRECTORY, /run/ppp-manager)\n"
        "  --pppd FILE        the engine\n"
        "  --plugin FILE      the plugin loaded by it\n"
        "  --ppp-device FILE  the kernel's door for PPP; empty: not looked at (default: /dev/ppp)\n"
        "  --serial-engine FILE, --l2tp-engine FILE  the programs for serial lines and L2TP tunnels\n"
        "  --hooks FILE       the program that runs hooks\n"
        "  --locks DIR        lock files of ttys     (default: /run/lock)\n"
        "  --debug            log more\n",
        out);
}

/// What systemd names in the environment is a list with colons (systemd.exec(5)); ours is the first.
void takeFolder(const char* variable, std::string& folder) {
    if (const char* list = std::getenv(variable)) {
        folder = std::string(list).substr(0, std::string(list).find(':'));
    }
}

/// Where the text of this option belongs; null where it has none.
std::string* textOption(Arguments& out, int letter) {
    switch (letter) {
    case 'c':
        return &out.configuration;
    case 'r':
        return &out.runtime;
    case 'p':
        return &out.engine.pppd;
    case 'l':
        return &out.engine.plugin;
    case 'k':
        return &out.engine.pppDevice;
    case 's':
        return &out.engine.serial;
    case 't':
        return &out.engine.l2tp;
    case 'H':
        return &out.engine.hooks;
    case 'L':
        return &out.engine.locks;
    default:
        return nullptr;
    }
}

Arguments parse(int argc, char** argv) {
    Arguments out;
    takeFolder("CONFIGURATION_DIRECTORY", out.configuration);
    takeFolder("RUNTIME_DIRECTORY", out.runtime);
    takeFolder("CREDENTIALS_DIRECTORY", out.credentials);
    constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                   {"runtime", required_argument, nullptr, 'r'},
                                   {"pppd", required_argument, nullptr, 'p'},
                                   {"plugin", required_argument, nullptr, 'l'},
                                   {"ppp-device", required_argument, nullptr, 'k'},
                                   {"serial-engine", required_argument, nullptr, 's'},
                                   {"l2tp-engine", required_argument, nullptr, 't'},
                                   {"hooks", required_argument, nullptr, 'H'},
                                   {"locks", required_argument, nullptr, 'L'},
                                   {"debug", no_argument, nullptr, 'd'},
                                   {"help", no_argument, nullptr, 'h'},
                                   {nullptr, 0, nullptr, 0}};
    int letter = 0;
    while ((letter = getopt_long(argc, argv, "", kOptions, nullptr)) != -1) {
        if (std::string* text = textOption(out, letter)) {
            *text = optarg;
        } else if (letter == 'd') {
            out.debug = true;
        } else {
            usage(letter == 'h' ? stdout : stderr);
            std::exit(letter == 'h' ? 0 : 2);
        }
    }
    if (optind != argc) {
        usage(stderr);
        std::exit(2);
    }
    out.engine.lines = out.runtime + "/lines";
    return out;
}

sys::DnsPaths dnsPaths(const Arguments& arguments) {
    sys::DnsPaths paths;
    paths.helper = sys::installedDnsHelper();
    paths.runtime = arguments.runtime;
    return paths;
}

/// Signals arrive through the loop; children must never inherit this mask (the launcher clears it).
void blockSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) {
        sigaddset(&set, signal);
    }
    sigprocmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

/// A bus that is being restarted is waited for here: to fail and be started again would cost the machine a
/// unit start each time. Gives up in time to say why before the service manager's own limit for a start (90
/// s).
std::unique_ptr<sdbus::IConnection> openBus(core::Journal& journal) {
    constexpr timespec kBetween{0, 250'000'000};
    constexpr int kTries = 240;
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    for (int tries = 1;; ++tries) {
        try {
            return sdbus::createSystemBusConnection();
        } catch (const sdbus::Error& error) {
            if (tries == kTries) {
                throw;
            }
            if (tries == 1) {
                journal.log(core::Severity::Warning, "",
                            core::text::cat("waiting for the system bus: ", error.what()));
            }
        }
        if (sigtimedwait(&stop, nullptr, &kBetween) > 0) {
            std::exit(EXIT_SUCCESS);
        }
    }
}

/// Everything, in the order in which it depends on each other.
class Daemon {
public:
    Daemon(const Arguments& arguments, sys::SystemJournal& journal)
        : journal_(journal), clock_(loop_), bus_(openBus(journal)), busSource_(loop_, *bus_, journal_),
          storedFds_(fdStore_), watcher_(loop_, *bus_), authority_(loop_, *bus_, watcher_),
          units_(loop_, *bus_, journal_, ownUnit_,
                 [this](std::uint32_t pid) { return sys::UnitManager::isIn(pid, ownUnit_); }),
          engines_(
              loop_, arguments.engine, instrument_->keeper(storedFds_),
              [this](const std::string& connection, std::uint32_t pid, std::function<void()> done) {
                  instrument_->step("move the engine of " + connection + " to its scope");
                  units_.moveToScope(connection, pid, std::move(done));
              },
              journal_),
          network_(loop_,
                   [&journal](const std::string& text) { journal.log(core::Severity::Error, "", text); }),
          outside_(loop_, *bus_, ownUnit_),
          ip6_(loop_, [&journal](const std::string& text) { journal.log(core::Severity::Error, "", text); }),
          prefixes_(loop_, *bus_, journal_, arguments.runtime + "/dhcp6", sys::dhcp6::installed(),
                    !ownUnit_.empty()),
          redials_(loop_, *bus_, journal_, !ownUnit_.empty()),
          dns_(loop_, *bus_, journal_, outside_, dnsPaths(arguments)), devices_(loop_, journal_),
          filter_(loop_), firewall_(loop_, *bus_), profiles_(arguments.configuration, arguments.credentials),
          records_(arguments.runtime), stories_(arguments.runtime), finder_(loop_), serials_(loop_, *bus_),
          logReader_(loop_), sleep_(loop_, *bus_, journal_), agents_(loop_, *bus_, watcher_),
          hooks_(outside_, arguments.engine.hooks, arguments.configuration, arguments.runtime),
          engineFiles_(arguments.engine.files()),
          manager_(instrument_->ports(core::Ports{clock_, engines_, network_, dns_, profiles_, records_,
                                                  stories_, journal_, devices_, filter_, hooks_, firewall_,
                                                  neighbours_, ip6_, prefixes_, redials_, agents_})),
          clockWatch_(loop_, [this] { manager_.clockStepped(); }) {}

    /// Whatever ends this life but an orderly stop leaves the links to the next one: the engines would
    /// otherwise go with their handles.
    int run() {
        try {
            const int code = serve();
            if (code != 0) {
                manager_.handOver();
            }
            return code;
        } catch (...) {
            manager_.handOver();
            throw;
        }
    }

private:
    int serve() {
        signals_[0] = loop_.signal(SIGTERM, [this] { stopAsked(); });
        signals_[1] = loop_.signal(SIGINT, [this] { stopAsked(); });
        signals_[2] = loop_.signal(SIGHUP, [this] { reloadAsked(); });
        manager_.load();
        service_ = std::make_unique<service::BusService>(*bus_, manager_, authority_, finder_, serials_,
                                                         logReader_, clock_, sys::linkCounters);
        logControl_ = std::make_unique<sys::LogControl>(*bus_, journal_);
        sleep_.listen([this](std::function<void()> ready) { manager_.prepareSleep(std::move(ready)); },
                      [this] { manager_.resumed(); });
        manager_.begin();
        prefixes_.forgetOthers();
        instrument_->step("take the name");
        bus_->requestName(bus::ServiceName{names::kBusName});
        engineWatch_ = std::make_unique<sys::FileWatch>(
            loop_, engineFiles_, [this] { manager_.engineChanged(); }, journal_);
        loop_.watchdog();
        instrument_->step("say READY");
        sys::UnitManager::notifyReady(core::text::cat(manager_.connections().size(), " connections"));
        return loop_.run();
    }

    void reloadAsked() {
        try {
            manager_.reload();
        } catch (const std::exception& error) {
            journal_.log(core::Severity::Error, "", core::text::cat("cannot reload: ", error.what()));
        }
    }

    /// A restart (or an upgrade) leaves the links to the next daemon; anything else takes them down.
    void stopAsked() {
        if (stopping_) {
            return;
        }
        stopping_ = true;
        sys::UnitManager::notifyStopping("stopping");
        units_.stopIsRestart([this](bool restart) {
            if (restart) {
                journal_.log(core::Severity::Notice, "", "restarting: links stay up");
                manager_.handOver();
                loop_.exit(0);
                return;
            }
            manager_.shutdown([this] { loop_.exit(0); });
        });
    }

    std::unique_ptr<Instrument> instrument_ = makeInstrument();
    sys::SystemJournal& journal_;
    sys::EventLoop loop_;
    sys::SystemClock clock_;
    const std::string ownUnit_ = sys::UnitManager::ownUnitName(); ///< empty: there is no systemd
    std::unique_ptr<sdbus::IConnection> bus_;
    sys::BusEventSource busSource_;
    sys::FdStore fdStore_;
    sys::StoredFds storedFds_;
    sys::NameWatcher watcher_;
    sys::PolkitAuthority authority_;
    sys::UnitManager units_;
    sys::EngineLauncher engines_;
    sys::KernelNetwork network_;
    sys::OutsideCommands outside_;
    sys::KernelIp6 ip6_;
    sys::Dhcp6Clients prefixes_;
    sys::RedialTimers redials_;
    sys::DnsHandler dns_;
    sys::DeviceNodes devices_;
    sys::PacketFilter filter_;
    sys::FirewallZones firewall_;
    sys::KernelNeighbours neighbours_;
    sys::ProfileFiles profiles_;
    sys::RecordFiles records_;
    sys::StoryFiles stories_;
    sys::PppoeFinder finder_;
    sys::SerialFinder serials_;
    sys::JournalReader logReader_;
    sys::SleepWatch sleep_;
    sys::AgentCalls agents_;
    sys::HookRunner hooks_;
    std::vector<std::string> engineFiles_;
    core::Manager manager_;
    sys::ClockWatch clockWatch_;
    std::unique_ptr<service::BusService> service_;
    std::unique_ptr<sys::LogControl> logControl_;
    std::unique_ptr<sys::EventSource> signals_[3];
    std::unique_ptr<sys::FileWatch> engineWatch_;
    bool stopping_ = false;
};

} // namespace

int main(int argc, char** argv) {
    const Arguments arguments = parse(argc, argv);
    blockSignals();
    prctl(PR_SET_DUMPABLE, 0); // a core dump would hold secrets
    sys::SystemJournal journal;
    if (arguments.debug) {
        journal.setLevel(core::Severity::Debug);
    }
    try {
        return Daemon(arguments, journal).run();
    } catch (const std::exception& error) {
        journal.log(core::Severity::Error, "", core::text::cat("cannot go on: ", error.what()));
        return 1;
    }
}
