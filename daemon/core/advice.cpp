// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of advice, indexed by the enum as the table of reasons is.
#include "core/advice.hpp"

#include <array>

namespace ppp::core {

namespace {

struct Row {
    Reason reason;
    Advice advice;
};

constexpr std::array kRows{
    Row{Reason::None, {"", ""}},
    Row{Reason::UserRequest, {"somebody asked for it: pppctl down, a program on the bus or a timer", ""}},
    Row{Reason::AuthFailed,
        {"user name or password are wrong, or that the provider still holds an older session of this line",
         "check auth.user in the profile and store the password anew with pppctl set-secret NAME"}},
    Row{Reason::PeerAuthFailed,
        {"the profile demands a proof from the peer (auth.require), and the peer has another secret, another "
         "name or "
         "none: few providers prove anything, and whoever has no secret may not be the provider at all",
         "correct auth.require and auth.remote-name in the profile, or store what the peer has to know with "
         "pppctl "
         "set-secret NAME --peer-password"}},
    Row{Reason::DiscoveryTimeout,
        {"no provider is reachable on this wire: the modem is not in bridge mode or not in sync, the VLAN is "
         "wrong, or the provider has an outage",
         "see who answers on the wire with pppctl discover, and check the modem and the VLAN"}},
    Row{Reason::ServiceRejected,
        {"the profile asks for a service name that this provider does not have",
         "see the services with pppctl discover, and correct or remove pppoe.service in the profile"}},
    Row{Reason::AccessConcentratorError,
        {"the provider's concentrator is out of resources, or refuses this line for a while",
         "if it lasts, call the provider and tell the text above"}},
    Row{Reason::NoCarrier,
        {"the cable is unplugged, or the device at its other end is switched off",
         "plug the cable in, or switch the modem on"}},
    Row{Reason::DeviceMissing,
        {"the network card or the modem is not there, or has another name than in the profile",
         "plug the device in, or correct its name in the profile"}},
    Row{Reason::DeviceBusy,
        {"another program holds the device", "end the other program, or give it another device"}},
    Row{Reason::ModemBusy, {"the number is in use", "nothing, unless it stays busy: check the number"}},
    Row{Reason::ModemNoCarrier,
        {"the other side did not answer as a modem, or the line is bad", "check the number and the line"}},
    Row{Reason::ModemNoDialtone,
        {"the modem is not connected to the telephone line", "check the cable to the telephone socket"}},
    Row{Reason::ModemNoAnswer, {"nobody picks up at that number", "check the number"}},
    Row{Reason::ModemError,
        {"the modem did not understand a command or refused it",
         "check the commands of the profile against the modem's manual"}},
    Row{Reason::ModemTimeout,
        {"the modem is switched off, or the speed of the port is wrong",
         "check the modem, its cable and the speed in the profile"}},
    Row{Reason::TunnelTimeout,
        {"the server of the tunnel cannot be reached, or a firewall drops UDP port 1701",
         "check the server's address and the way to it"}},
    Row{Reason::TunnelRefused,
        {"the server of the tunnel does not know us, or has no room",
         "check the tunnel's settings and secret"}},
    Row{Reason::NameLookupFailed,
        {"the name is wrong, or no DNS server is reachable without this link",
         "check the name, or put the address into the profile"}},
    Row{Reason::LcpTimeout,
        {"the provider opened a session and then fell silent, as an overloaded concentrator does, or one "
         "that "
         "still holds an older session",
         "if it lasts, switch the modem off for some minutes, or call the provider"}},
    Row{Reason::NegotiationFailed,
        {"both sides want settings that the other one refuses: authentication, addresses, IPv4 or IPv6",
         "look at pppctl log NAME for what was refused, and change it in the profile"}},
    Row{Reason::Loopback,
        {"the line is looped back somewhere, by a test of the provider or a broken modem",
         "if it lasts, call the provider"}},
    Row{Reason::PeerTerminated,
        {"the provider ended the session: once a day by contract, for maintenance, or because the account "
         "was used "
         "elsewhere",
         "nothing, unless it happens again and again: then ask the provider"}},
    Row{Reason::EchoTimeout,
        {"the line was cut or the provider's side went away without a word",
         "nothing, unless it happens often: then look at the modem's line quality"}},
    Row{Reason::IdleTimeout,
        {"nothing was sent for as long as the profile allows", "pppctl up NAME dials again"}},
    Row{Reason::SessionLimit, {"the session was as long as the profile allows, and a new one is due", ""}},
    Row{Reason::EngineFailed,
        {"pppd was killed, or met an error of its own", "look at pppctl log NAME for pppd's last lines"}},
    Row{Reason::EngineMissing,
        {"the package ppp is not installed, or another version of it than the plugin was built for",
         "install the packages ppp and ppp-manager in versions that fit, then pppctl up NAME"}},
    Row{Reason::KernelSupportMissing,
        {"the kernel lacks the modules for this kind of link, or was upgraded and the machine not yet "
         "restarted",
         "load the module (modprobe pppoe, or l2tp_ppp for a tunnel), or restart the machine after an "
         "upgrade of the kernel"}},
    Row{Reason::ProfileInvalid,
        {"a key of the profile is missing, misspelt or out of its range",
         "correct what is named above in the profile, then pppctl reload"}},
    Row{Reason::SecretsMissing,
        {"the connection was added without a password, or the PIN of the modem's SIM is missing or wrong",
         "store it with pppctl set-secret NAME, a PIN with --pin"}},
    Row{Reason::PhaseTimeout,
        {"the peer, or something on this machine, answered too slowly",
         "if it lasts, look at pppctl log NAME"}},
    Row{Reason::Suspend, {"the machine was put to sleep, and the session could not have survived that", ""}},
    Row{Reason::Shutdown, {"the service was stopped, for example with the machine", ""}},
};

constexpr bool rowsInOrder() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].reason) != i) {
            return false;
        }
    }
    return true;
}
static_assert(rowsInOrder(), "the table is indexed by the enum");

} // namespace

Advice advice(Reason reason) {
    return kRows.at(static_cast<std::size_t>(reason)).advice;
}

Advice advice(Reason reason, std::string_view text) {
    if (meansTunnelSecret(reason, text)) {
        return {
            "the secret of the tunnel, which is not the password, is missing here or is another one there",
            "store the one that the server's operator gives with pppctl set-secret NAME --tunnel-secret"};
    }
    return advice(reason);
}

bool meansTunnelSecret(Reason reason, std::string_view text) {
    const bool secret = reason == Reason::AuthFailed || reason == Reason::SecretsMissing;
    return secret && text.find("tunnel secret") != std::string_view::npos;
}

} // namespace ppp::core
