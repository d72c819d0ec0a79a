// SPDX-License-Identifier: LGPL-2.1-or-later
// PPP frames of a peer, as the plugin reads them inside pppd.
#include "fuzz/target.hpp"

extern "C" {
#include "plugin/ppp_frame.h"
}

using namespace ppp::fuzz;

namespace {

void inside(Bytes frame, const std::uint8_t* text, std::size_t length) {
    require((text == nullptr) == (length == 0), "a text is there or it is not");
    require(text == nullptr || (text >= frame.data() && length <= frame.size() &&
                                text + length <= frame.data() + frame.size()),
            "a text is inside its frame");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ppp_frame frame = ppp_frame_read(data, size);
    inside({data, size}, frame.text, frame.text_length);
    inside({data, size}, frame.name, frame.name_length);
    require(frame.event >= PPP_EVENT_NONE && frame.event <= PPP_EVENT_EAP_FAILURE, "an event that there is");
    if (frame.event == PPP_EVENT_NONE) {
        require(frame.auth_protocol == 0 && frame.rejected == 0, "nothing is told of a broken frame");
    }
    // What pppd would drop for its length is nothing to us, either.
    if (size < 8 || static_cast<std::size_t>(data[6] << 8 | data[7]) > size - 4) {
        require(frame.event == PPP_EVENT_NONE, "a length beyond the frame");
    }
    return 0;
}
