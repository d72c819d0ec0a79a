// SPDX-License-Identifier: LGPL-2.1-or-later
// Text for libnftables, in one transaction each, and its words where the kernel refuses.
#include "sys/packet_filter.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include <nftables/libnftables.h>

#include "core/text.hpp"

namespace ppp::sys {

namespace {

using core::text::cat;

constexpr std::uint32_t kHeaders4 = 40,
                        kHeaders6 = 60; // IP and TCP without options, bytes: RFC 9293 section 3.7.1
constexpr std::size_t kWords = 200;

struct Free {
    void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};

/// "internal:0:0-0: Error: Could not process rule: Operation not supported", then what it was about.
std::string words(const char* complaint) {
    std::string all = complaint == nullptr ? "" : complaint;
    all.resize(std::min(all.find('\n'), all.size()));
    constexpr std::string_view kBefore = "Error: ";
    if (const auto mark = all.find(kBefore); mark != std::string::npos)
        all.erase(0, mark + kBefore.size());
    if (all.starts_with("cache initialization failed"))
        all += "; is nf_tables missing in this kernel?";
    return all.empty() ? "libnftables does not say why" : core::text::harmless(all, kWords);
}

/// A context each time: kept, it would hold a copy of the machine's whole ruleset.
bool run(const std::string& commands, std::string& error) {
    NetlinkSocket{NETLINK_NETFILTER}; // libnftables ends the process where it cannot have its own
    const std::unique_ptr<nft_ctx, Free> context(nft_ctx_new(NFT_CTX_DEFAULT));
    if (!context || nft_ctx_buffer_error(context.get()) != 0 || nft_ctx_buffer_output(context.get()) != 0) {
        error = "no memory for libnftables";
        return false;
    }
    if (nft_run_cmd_from_buffer(context.get(), commands.c_str()) == 0)
        return true;
    error = words(nft_ctx_get_error_buffer(context.get()));
    return false;
}

/// Of one chain: `which` is iif or oif. Only what is larger is written: a peer's smaller one is its business.
std::string rules(const char* which, const std::map<std::uint32_t, std::string>& interfaces) {
    std::string out;
    for (const auto& [mtu, numbers] : interfaces) {
        for (const auto& [family, headers] : {std::pair{"ipv4", kHeaders4}, {"ipv6", kHeaders6}}) {
            if (mtu > headers) {
                const std::uint32_t size = mtu - headers;
                out += cat("    ", which, " { ", numbers, " } meta nfproto ", family,
                           " tcp flags & (syn | rst) == syn tcp option maxseg size > ", size,
                           " tcp option maxseg size set ", size, "\n");
            }
        }
    }
    return out;
}

} // namespace

std::string filterCommands(const std::vector<core::MssClamp>& clamps) {
    // To add before removing is how a table goes that may not be there.
    std::string out =
        cat("add table inet ", PacketFilter::kTable, "\ndelete table inet ", PacketFilter::kTable, "\n");
    if (clamps.empty())
        return out;
    std::map<std::uint32_t, std::string> interfaces; // by MTU
    for (const core::MssClamp& clamp : clamps) {
        std::string& numbers = interfaces[clamp.mtu];
        numbers += cat(numbers.empty() ? "" : ", ", clamp.interface);
    }
    // These two hooks see what is forwarded as well as what is local, and in a VRF the link itself and not
    // its master. Priority: after chains that others have at "mangle" (-150).
    out += cat("table inet ", PacketFilter::kTable, " {\n  chain arriving {\n",
               "    type filter hook prerouting priority -149; policy accept;\n", rules("iif", interfaces),
               "  }\n  chain leaving {\n    type filter hook postrouting priority -149; policy accept;\n",
               rules("oif", interfaces), "  }\n}\n");
    return out;
}

bool PacketFilter::write(const std::vector<core::MssClamp>& clamps, std::string& error) try {
    if (!watch_ && !clamps.empty())
        watch_ = std::make_unique<FilterWatch>(
            loop_, kTable, FilterWatch::Told{[this] { interfered_(); }, [this] { writeAgain(); }});
    if (!run(filterCommands(clamps), error)) {
        if (written_.empty())
            watch_.reset();
        return false;
    }
    written_ = clamps;
    if (clamps.empty())
        watch_.reset();
    else
        watch_->madeByUs();
    return true;
} catch (const std::system_error& failed) {
    error = failed.what();
    return false;
}

/// Nobody knows whether somebody touched it: it is made anew without a word.
void PacketFilter::writeAgain() {
    std::string error;
    if (!write(std::vector<core::MssClamp>(written_), error))
        interfered_();
}

} // namespace ppp::sys
