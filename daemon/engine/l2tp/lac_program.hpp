// SPDX-License-Identifier: LGPL-2.1-or-later
// The L2TP engine: looks the server up, tries its addresses in turn, runs the control connection over a UDP
// socket, makes the kernel's tunnel and session, and has pppd started on it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/host/run.hpp"
#include "engine/l2tp/kernel_tunnel.hpp"
#include "engine/l2tp/lac.hpp"
#include "engine/l2tp/name_lookup.hpp"

namespace ppp::l2tp {

class LacProgram final : public engine::BoundProgram {
public:
    explicit LacProgram(sys::EventLoop& loop) : loop_(loop) {}
    void bind(engine::EngineHost& host) override { host_ = &host; }

    void begin() override;
    void stop() override;
    void pppdEnded(const engine::PppdEnd& end) override;
    bool pppdSaid(engine::Bytes datagram) override;
    void serverPinned(std::string_view address) override;

private:
    void onAddresses(const NameLookup::Answer& found);
    void tryNext(const std::string& failure);
    void reach();
    bool connectTo(const ServerAddress& server, std::string& error);
    bool guarded(std::string& error);
    void startLac();
    LacSettings settings();
    void readable();
    void take(Bytes datagram);
    void pump();
    void send();
    void happened(const LacEvent& event);
    void onOpened(const TunnelOpened& tunnel);
    void onCallTaken(const CallTaken& call);
    void onEnded(const Ended& ended);
    void kernelRefused(const std::exception& error);
    void callReady();
    void rearm();
    void maybeFinish();
    void dropPppd();
    void fail(core::Reason reason, const std::string& words, bool passing = false);

    sys::EventLoop& loop_;
    engine::EngineHost* host_ = nullptr;
    std::unique_ptr<NameLookup> lookup_;
    std::vector<ServerAddress> addresses_;
    std::size_t next_ = 0; ///< of addresses_
    std::string failures_; ///< of the addresses tried so far
    sys::UniqueFd socket_;
    std::optional<KernelTunnel> kernel_; // goes before the socket
    std::optional<Lac> lac_;
    std::uint16_t tunnel_ = 0, session_ = 0;
    bool leaving_ = false;   ///< no more addresses are tried
    bool sent_ = false;      ///< some server was sent something
    bool unguarded_ = false; ///< for want of an IPsec policy some server was not
    bool goodbye_ = false;   ///< pppd takes leave of its peer
    std::string farewell_;   ///< what the server said to that
    std::unique_ptr<sys::EventSource> pinWait_, readable_, timer_, ready_, grace_;
};

} // namespace ppp::l2tp
