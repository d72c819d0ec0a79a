// SPDX-License-Identifier: LGPL-2.1-or-later
// Walks over signatures: to make values, to show a message, to read introspection data.
#include "fuzz/hostile_values.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace ppp::fuzz {

namespace {

constexpr int kDeepest = 12;            // the bus allows 32 arrays and 32 structs in each other
constexpr std::uint32_t kValues = 1200; // of one message: what is in each other grows fast

void must(int result, const char* what) {
    if (result < 0) {
        throw std::runtime_error(std::string(what) + ": " + std::strerror(-result));
    }
}

std::string attribute(const std::string& line, const std::string& name) {
    const auto at = line.find(" " + name + "=\"");
    if (at == std::string::npos) {
        return {};
    }
    const auto from = at + name.size() + 3;
    return line.substr(from, line.find('"', from) - from);
}

} // namespace

std::size_t completeType(std::string_view signature) {
    if (signature.empty()) {
        return 0;
    }
    if (signature[0] == 'a') {
        return 1 + completeType(signature.substr(1));
    }
    if (signature[0] != '(' && signature[0] != '{') {
        return 1;
    }
    std::size_t at = 1;
    while (at < signature.size() && signature[at] != ')' && signature[at] != '}') {
        at += completeType(signature.substr(at));
    }
    return at + 1;
}

std::string Hostile::name() {
    static constexpr std::array<const char*, 18> kNames{"wait",
                                                        "timeout",
                                                        "origin",
                                                        "auth.no_user_interaction",
                                                        "password",
                                                        "peer-password",
                                                        "pin",
                                                        "tunnel-secret",
                                                        "passwort",
                                                        "isp",
                                                        "off",
                                                        "",
                                                        "../../etc/passwd",
                                                        ".hidden",
                                                        "/org/ppp/Connection/isp",
                                                        "v0",
                                                        "nobody",
                                                        "a\nb"};
    return kNames.at(pick(kNames.size()));
}

std::string Hostile::text() {
    switch (pick(12)) {
    case 0:
    case 1:
    case 2:
        return name();
    case 3:
        return "\x1b]0;owned\x07\x1b[2J\r\n\t\x01\x7f";
    case 4:
        return "\xc2\x9b"
               "31m \xe2\x80\xae \xe2\x80\xa8 \xf0\x9f\x92\xa9";
    case 5:
        return std::string(pick(200000), static_cast<char>('!' + pick(90)));
    case 6:
        return std::string(pick(5000), '{');
    case 7:
        return R"({"type":"pppoe","pppoe":{"interface":"v0\u001b"},"auth":{"user":"\u0000"}})";
    case 8:
        return R"({"type":"pppoe","pppoe":{"interface":"v0"},"auth":{"user":"alice"},"priority":1e999,"\u202e":[]})";
    case 9:
        return "%s%n%p -c 'reboot' $(reboot) `reboot` ;reboot\\";
    case 10:
        return std::to_string(static_cast<std::int32_t>(random_()));
    default: {
        std::string out;
        for (std::uint32_t n = pick(64); n > 0; --n) {
            out += static_cast<char>(1 + pick(127));
        }
        return out;
    }
    }
}

std::string Hostile::signature() {
    static constexpr std::array<const char*, 16> kSignatures{
        "",  "s", "u",         "v",     "as", "a{sv}", "a{sa{sv}}", "aav",
        "t", "d", "(sva{sv})", "a(ss)", "ss", "sssu",  "ayayay",    "oga{us}"};
    return kSignatures.at(pick(kSignatures.size()));
}

void Hostile::append(sd_bus_message* message, std::string_view signature) {
    left_ = kValues;
    appendAll(message, signature, 0);
}

void Hostile::appendAll(sd_bus_message* message, std::string_view signature, int depth) {
    while (!signature.empty()) {
        const std::size_t length = completeType(signature);
        appendOne(message, signature.substr(0, length), depth);
        signature.remove_prefix(length);
    }
}

void Hostile::appendOne(sd_bus_message* message, std::string_view type, int depth) {
    left_ -= left_ == 0 ? 0 : 1;
    const std::string inner(type.size() > 1 ? type.substr(1, type.size() - 2) : std::string_view());
    switch (type[0]) {
    case 'a':
        return appendArray(message, type.substr(1), depth);
    case '(':
    case '{':
        must(sd_bus_message_open_container(message, type[0] == '(' ? 'r' : 'e', inner.c_str()), "struct");
        appendAll(message, inner, depth + 1);
        must(sd_bus_message_close_container(message), "end of struct");
        return;
    case 'v': {
        std::string of = pick(3) == 0 ? "v" : signature();
        of = depth < kDeepest ? of.substr(0, completeType(of)) : "s";
        of = of.empty() ? "s" : of;
        must(sd_bus_message_open_container(message, 'v', of.c_str()), "variant");
        appendOne(message, of, depth + 1);
        must(sd_bus_message_close_container(message), "end of variant");
        return;
    }
    case 's':
    case 'o':
    case 'g':
        return appendText(message, type[0]);
    default:
        return appendNumber(message, type[0]);
    }
}

void Hostile::appendArray(sd_bus_message* message, std::string_view element, int depth) {
    must(sd_bus_message_open_container(message, 'a', std::string(element).c_str()), "array");
    const std::uint32_t many = pick(16) == 0 ? pick(1000) : pick(4);
    for (std::uint32_t n = many; n > 0 && left_ > 0; --n) {
        appendOne(message, element, depth + 1);
    }
    must(sd_bus_message_close_container(message), "end of array");
}

void Hostile::appendText(sd_bus_message* message, char type) {
    // Paths and signatures that are none never get past the bus.
    static constexpr std::array<const char*, 5> kPaths{"/", "/a", "/org/ppp/Manager",
                                                       "/org/ppp/Connection/isp", "/org/ppp/_2e_2e_2fetc"};
    const std::string value = type == 's'   ? (left_ > 0 ? text() : "")
                              : type == 'o' ? std::string(pick(8) == 0 ? "/" + std::string(4000, 'x')
                                                                       : kPaths.at(pick(kPaths.size())))
                                            : signature();
    must(sd_bus_message_append_basic(message, type, value.c_str()), "text");
}

void Hostile::appendNumber(sd_bus_message* message, char type) {
    static constexpr std::array<std::uint64_t, 12> kNumbers{
        0, 1, 2, 100, 255, 65535, 60001, 0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 63, 0xffffffffffffffff};
    const std::uint64_t number = kNumbers.at(pick(kNumbers.size()));
    if (type == 'd') {
        const double odd = pick(2) == 0 ? std::numeric_limits<double>::quiet_NaN() : -1e308;
        must(sd_bus_message_append_basic(message, type, &odd), "number");
    } else if (type == 'b') {
        const int flag = static_cast<int>(number & 1);
        must(sd_bus_message_append_basic(message, type, &flag), "flag");
    } else {
        must(sd_bus_message_append_basic(message, type, &number),
             "number"); // little end first: the low bytes
    }
}

std::string dump(sd_bus_message* message, const std::function<void(const std::string&)>& seen) {
    std::string out;
    char type = 0;
    const char* contents = nullptr;
    while (sd_bus_message_peek_type(message, &type, &contents) > 0) {
        if (std::strchr("areV", type) != nullptr || type == 'v') {
            must(sd_bus_message_enter_container(message, type, contents), "enter");
            out += std::string(1, type) + "[" + dump(message, seen) + "]";
            must(sd_bus_message_exit_container(message), "exit");
        } else if (std::strchr("sog", type) != nullptr) {
            const char* text = nullptr;
            must(sd_bus_message_read_basic(message, type, &text), "text");
            seen(text);
            out += std::string(text) + ";";
        } else {
            std::uint64_t number = 0;
            must(sd_bus_message_read_basic(message, type, &number), "number");
            out += std::to_string(number) + ";";
        }
    }
    return out;
}

Described described(const std::string& xml) {
    Described out;
    std::istringstream lines(xml);
    std::string interface;
    for (std::string line; std::getline(lines, line);) {
        const std::string name = attribute(line, "name");
        if (line.find("<node name") != std::string::npos) {
            out.children.push_back(name);
        } else if (line.find("<interface") != std::string::npos) {
            interface = name;
        } else if (line.find("<method") != std::string::npos) {
            out.members.push_back({interface, name, {}, false});
        } else if (line.find("<property") != std::string::npos) {
            out.members.push_back({interface, name, attribute(line, "type"), true});
        } else if (line.find("<arg") != std::string::npos && attribute(line, "direction") == "in" &&
                   !out.members.empty()) {
            out.members.back().in += attribute(line, "type");
        }
    }
    return out;
}

} // namespace ppp::fuzz
