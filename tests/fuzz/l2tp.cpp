// SPDX-License-Identifier: LGPL-2.1-or-later
// An L2TP server that says anything, to a client whose call is made, kept and closed. Input: whether there is
// a secret, then steps, each a byte and what it needs.
#include <algorithm>

#include "engine/l2tp/lac.hpp"
#include "fuzz/target.hpp"

using namespace ppp;
using namespace ppp::fuzz;
using namespace ppp::l2tp;
using namespace std::chrono_literals;

namespace {

const std::string kSecret = "geheim";

l2tp::Bytes secretBytes(bool there) {
    return there ? l2tp::Bytes(reinterpret_cast<const std::uint8_t*>(kSecret.data()), kSecret.size())
                 : l2tp::Bytes();
}

LacSettings settings(std::uint8_t how) {
    LacSettings out;
    out.hostName = "client.test";
    out.tunnel = 100;
    out.session = 200;
    out.callSerial = 1;
    out.secret = secretBytes((how & 1) != 0);
    out.challenge = {1, 2, 3};
    out.helloInterval = (how & 2) != 0 ? 60s : 0s;
    return out;
}

class Tunnel {
public:
    explicit Tunnel(std::uint8_t how) : lac_(settings(how)) {
        lac_.start(now_);
        look();
    }

    void step(Supply& supply) {
        switch (supply.byte() % 8) {
        case 0:
            lac_.callReady(now_);
            break;
        case 1:
            now_ += std::chrono::milliseconds(supply.word());
            lac_.tick(now_);
            break;
        case 2: // any datagram
            lac_.receive(supply.piece(), now_);
            break;
        case 3:
            if (supply.byte() == 7) {
                lac_.close("fuzz", now_);
            }
            break;
        case 4: // out of turn
            receive(supply, static_cast<std::uint16_t>(ns_ + supply.byte()));
            break;
        default: // in turn, with any attributes
            receive(supply, ns_++);
            break;
        }
        look();
    }

    void end() {
        lac_.close("over", now_);
        look();
        for (int n = 0; n < 200 && lac_.deadline(); ++n) {
            now_ = std::max(now_, *lac_.deadline());
            lac_.tick(now_);
            look();
        }
        require(lac_.finished() && finishes_ == 1, "every tunnel comes to its end, once");
        require(ends_ <= 1, "it is said once why");
    }

private:
    void receive(Supply& supply, std::uint16_t ns) {
        const std::uint16_t session = supply.byte() % 2 == 0 ? 0 : 200;
        lac_.receive(writeMessage(100, session, ns, nr_, supply.piece()), now_);
    }
    void look() {
        for (const LacEvent& one : lac_.takeEvents()) {
            require(finishes_ == 0, "nothing comes behind the last event");
            if (const auto* const ended = std::get_if<Ended>(&one)) {
                ++ends_;
                require(!ended->text.empty() && ended->text.size() <= 4096, "the end has its words");
            }
            finishes_ += std::holds_alternative<Finished>(one) ? 1 : 0;
        }
        for (const Datagram& one : lac_.takeDatagrams()) {
            require(one.size() <= kLargestMessage, "a message is bounded");
            const auto header = readHeader(one);
            require(header.has_value(), "what we say is L2TP");
            if (!header->body.empty()) {
                nr_ = static_cast<std::uint16_t>(header->ns + 1);
                require(std::holds_alternative<Message>(readMessage(header->body, {})),
                        "what we say can be read");
            }
        }
    }

    Time now_ = 1000s;
    Lac lac_;
    std::uint16_t ns_ = 0, nr_ = 0;
    int ends_ = 0, finishes_ = 0;
};

void codec(ppp::fuzz::Bytes datagram, bool secret) {
    const auto header = readHeader(datagram);
    if (!header) {
        return;
    }
    require(header->body.size() <= datagram.size(), "a body is inside its datagram");
    const auto again = writeMessage(header->tunnel, header->session, header->ns, header->nr, header->body);
    const auto read = readHeader(again);
    require(read && read->ns == header->ns && std::ranges::equal(read->body, header->body),
            "written and read it is the same");
    const auto message = readMessage(header->body, secretBytes(secret));
    if (const auto* const flaw = std::get_if<Flaw>(&message)) {
        require(!flaw->text.empty(), "a flaw has its words");
        return;
    }
    const auto& whole = std::get<Message>(message);
    require(whole.tunnel.value_or(1) != 0 && whole.window.value_or(1) != 0, "zero is no number");
    if (whole.result) {
        describeStop(*whole.result);
        describeCall(*whole.result);
    }
    require(!messageName(whole.type).empty(), "a message has a name");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    codec({data, size}, false);
    codec({data, size}, true);
    Supply supply({data, size});
    Tunnel tunnel(supply.byte());
    for (int n = 0; n < 200 && !supply.empty(); ++n) {
        tunnel.step(supply);
    }
    tunnel.end();
    return 0;
}
