// SPDX-License-Identifier: LGPL-2.1-or-later
// PPPoE discovery frames: the plugin's reader and the daemon's own must agree on what a frame says.
#include <algorithm>
#include <array>

#include "core/pppoe_frame.hpp"
#include "fuzz/target.hpp"

extern "C" {
#include "plugin/discovery_frame.h"
}

using namespace ppp;
using namespace ppp::fuzz;
namespace pppoe = core::pppoe;

namespace {

void inside(Bytes frame, const std::uint8_t* text, std::size_t length) {
    require(length == 0 || (text >= frame.data() && text + length <= frame.data() + frame.size()),
            "a text is inside its frame");
}

/// Both read the same: what the one takes the other takes, with the same texts.
void agree(const pppoe::Frame& ours, const discovery_frame& theirs, Bytes hostUniq) {
    const bool answer = ours.code == pppoe::Code::Pado || ours.code == pppoe::Code::Pads;
    const bool individual = (ours.source[0] & 1) == 0;
    const bool mine =
        hostUniq.empty() || std::any_of(ours.tags.begin(), ours.tags.end(), [&](const auto& tag) {
            return tag.type == pppoe::tag::kHostUniq && std::ranges::equal(tag.value, hostUniq);
        });
    require((theirs.code != 0) == (answer && individual && mine), "both take the frame, or none does");
    if (theirs.code == 0) {
        return;
    }
    require(theirs.session == ours.session, "both read the session's number");
    const auto names = std::count_if(ours.tags.begin(), ours.tags.end(), [](const auto& tag) {
        return tag.type == pppoe::tag::kConcentratorName;
    });
    if (names == 1) {
        const auto& name = ours.find(pppoe::tag::kConcentratorName)->value;
        require(std::ranges::equal(name, Bytes(theirs.ac_name, theirs.ac_name_length)), "both read the name");
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes frame(data, size);
    const auto ours = pppoe::decode(frame);
    // The filter as this frame's own would be, and one that wants a Host-Uniq.
    for (const bool wanted : {false, true}) {
        discovery_filter filter{};
        std::copy_n(data, std::min<std::size_t>(size, 6), filter.mac);
        const pppoe::Tag* const tag = ours && wanted ? ours->find(pppoe::tag::kHostUniq) : nullptr;
        if (tag != nullptr && tag->value.size() <= DISCOVERY_MAX_HOST_UNIQ) {
            filter.host_uniq_length = tag->value.size();
            std::copy(tag->value.begin(), tag->value.end(), filter.host_uniq);
        }
        const discovery_frame theirs = discovery_frame_read(data, size, &filter);
        inside(frame, theirs.ac_name, theirs.ac_name_length);
        inside(frame, theirs.error_text, theirs.error_text_length);
        require(ours || theirs.code == 0, "what is broken for one is broken for both");
        if (ours) {
            agree(*ours, theirs, {filter.host_uniq, filter.host_uniq_length});
        }
    }
    if (ours) {
        const auto bytes = pppoe::encode(*ours);
        require(bytes.empty() || pppoe::decode(bytes) == ours, "written and read it is the same");
    }
    const std::string text(asText(frame));
    std::array<std::uint8_t, 64> hex{};
    std::array<std::uint8_t, 6> mac{};
    require(discovery_parse_hex(text.c_str(), hex.data(), hex.size()) <= hex.size(), "hex digits fit");
    discovery_parse_mac(text.c_str(), mac.data());
    return 0;
}
