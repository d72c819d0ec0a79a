// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of any D-Bus signature that a caller might send who means harm, by seeded chance; and messages as
// text.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <systemd/sd-bus.h>

namespace ppp::fuzz {

class Hostile {
public:
    explicit Hostile(std::uint32_t seed) : random_(seed) {}

    std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
    /// Any text that the bus carries: empty, huge, control characters, words that mean something here.
    std::string text();
    /// Some other signature of arguments.
    std::string signature();
    /// Appends values of these complete types, one behind the other. Throws std::runtime_error where the bus
    /// library refuses them, which is a fault of ours.
    void append(sd_bus_message* message, std::string_view signature);

private:
    void appendAll(sd_bus_message* message, std::string_view signature, int depth);
    void appendOne(sd_bus_message* message, std::string_view type, int depth);
    void appendArray(sd_bus_message* message, std::string_view element, int depth);
    void appendNumber(sd_bus_message* message, char type);
    void appendText(sd_bus_message* message, char type);
    std::string name();

    std::mt19937 random_;
    std::uint32_t left_ = 0; ///< values that this message may still have
};

/// How long the first complete type of a signature is.
std::size_t completeType(std::string_view signature);

/// The whole message as text; `seen` is called with each string in it.
std::string dump(sd_bus_message* message, const std::function<void(const std::string&)>& seen);

/// A method of introspection data, or a property (`in` is its type then).
struct Member {
    std::string interface, name, in;
    bool property = false;
};
struct Described {
    std::vector<Member> members;
    std::vector<std::string> children; ///< names of nodes below
};
/// Reads the XML that sd-bus writes: an element a line.
Described described(const std::string& xml);

} // namespace ppp::fuzz
