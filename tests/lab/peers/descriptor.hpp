// SPDX-License-Identifier: LGPL-2.1-or-later
// A file descriptor that is closed with its owner.
#pragma once

#include <unistd.h>

namespace ppp::lab {

class Descriptor {
public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (descriptor_ >= 0) {
            close(descriptor_);
        }
    }
    int get() const { return descriptor_; }

private:
    int descriptor_;
};

} // namespace ppp::lab
