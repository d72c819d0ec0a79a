// SPDX-License-Identifier: LGPL-2.1-or-later
// The notices of group NFNLGRP_NFTABLES. The kernel puts many into one datagram, so no socket filter can hold
// back those of other tables; but there are none while nobody changes a firewall.
#include "sys/filter_watch.hpp"

#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/epoll.h>

namespace ppp::sys {

namespace {

constexpr int kReceiveBuffer = 1024 * 1024; // bytes

// One number for all kinds of notices: the table's name is their first attribute.
static_assert(NFTA_TABLE_NAME == 1 && NFTA_CHAIN_TABLE == 1 && NFTA_RULE_TABLE == 1 && NFTA_SET_TABLE == 1 &&
              NFTA_SET_ELEM_LIST_TABLE == 1 && NFTA_OBJ_TABLE == 1 && NFTA_FLOWTABLE_TABLE == 1);

} // namespace

FilterWatch::FilterWatch(EventLoop& loop, std::string table, Told told)
    : table_(std::move(table)), told_(std::move(told)), socket_(NETLINK_NETFILTER) {
    socket_.receiveBuffer(kReceiveBuffer);
    if (!socket_.join(NFNLGRP_NFTABLES))
        throw std::system_error(errno, std::generic_category(), "notices of nf_tables");
    readable_ = loop.io(socket_.fd(), EPOLLIN, [this](std::uint32_t) { read(); });
}

bool FilterWatch::ofTable(const netlink::Message& message) const {
    if (NFNL_SUBSYS_ID(message.type) != NFNL_SUBSYS_NFTABLES || message.payload.size() < sizeof(nfgenmsg))
        return false;
    if (reinterpret_cast<const nfgenmsg*>(message.payload.data())->nfgen_family != NFPROTO_INET)
        return false;
    const auto all = netlink::attributes(message.payload.subspan(sizeof(nfgenmsg)));
    if (!all || NFNL_MSG_TYPE(message.type) == NFT_MSG_NEWGEN)
        return false;
    for (const netlink::Attribute& one : *all) {
        if (one.type == NFTA_TABLE_NAME)
            return std::string_view(reinterpret_cast<const char*>(one.value.data()), one.value.size()) ==
                   std::string_view(table_.c_str(), table_.size() + 1);
    }
    return false;
}

void FilterWatch::take(const netlink::Message& message, bool made) {
    if (!ofTable(message))
        return;
    if (made && NFNL_MSG_TYPE(message.type) == NFT_MSG_NEWTABLE) {
        ours_ = message.port;
        touched_ = false;
    } else if (message.port != ours_) {
        touched_ = true;
    }
}

void FilterWatch::madeByUs() {
    ours_ = 0;
    touched_ = false;
    for (auto got = socket_.receive(false); got != NetlinkSocket::Outcome::Nothing;
         got = socket_.receive(false)) {
        if (const auto all = netlink::messages(socket_.datagram()))
            for (const netlink::Message& message : *all)
                take(message, true);
    }
    if (touched_)
        told_.touched();
}

void FilterWatch::read() {
    touched_ = false;
    bool lost = false;
    for (auto got = socket_.receive(false); got != NetlinkSocket::Outcome::Nothing;
         got = socket_.receive(false)) {
        const auto all = netlink::messages(socket_.datagram());
        lost = lost || got == NetlinkSocket::Outcome::Lost || !all;
        for (const netlink::Message& message : all ? *all : std::vector<netlink::Message>())
            take(message, false);
    }
    if (touched_)
        told_.touched();
    else if (lost)
        told_.lost();
}

} // namespace ppp::sys
