// SPDX-License-Identifier: LGPL-2.1-or-later
// The collection of a profile's faults and the wording they share.
#include "core/profile_faults.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/text.hpp"

namespace ppp::core {
namespace {

constexpr std::size_t kShownValue = 64;    // bytes
constexpr std::size_t kShownPointer = 256; // bytes

} // namespace

void Faults::add(std::string_view pointer, std::string text) {
    if (faults_.size() < limits::kProfileFaults) {
        faults_.push_back({text::harmless(pointer, kShownPointer), std::move(text)});
    } else {
        ++more_;
    }
}

void Faults::addNews(Faults later) {
    const std::vector<Fault> old = faults_;
    for (Fault& fault : later.faults_) {
        const bool known = std::any_of(old.begin(), old.end(), [&](const Fault& earlier) {
            return earlier.pointer == fault.pointer || earlier.pointer.starts_with(fault.pointer + "/");
        });
        if (!known) {
            add(fault.pointer, std::move(fault.text));
        }
    }
    more_ += later.more_;
}

std::vector<Fault> Faults::take() {
    if (more_ > 0) {
        faults_.push_back({"", text::cat("and ", more_, " more ", more_ == 1 ? "fault" : "faults")});
    }
    more_ = 0;
    return std::exchange(faults_, {});
}

std::string memberPointer(std::string_view parent, std::string_view key) {
    std::string out(parent);
    out += '/';
    for (const char c : key) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string itemPointer(std::string_view parent, std::size_t index) {
    return text::cat(parent, '/', index);
}

std::string inQuotes(std::string_view value) {
    return text::cat('"', text::harmless(value, kShownValue), value.size() > kShownValue ? "...\"" : "\"");
}

std::string alternatives(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) {
            out += i + 1 == words.size() ? " or " : ", ";
        }
        out += text::cat('"', words[i], '"');
    }
    return out;
}

} // namespace ppp::core
