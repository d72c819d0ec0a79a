// SPDX-License-Identifier: LGPL-2.1-or-later
// Answers a scenario's questions about the bus, without a program being started for each of them: in the lab
// that costs a hundred times what the question does. A question is a line on stdin, its answer on stdout ends
// with a NUL and begins with "ok " or "no ":
//   property SERVICE PATH INTERFACE PROPERTY
//                                      its value: a text as it is, all else as busctl(1) --json=short has its
//                                      "data"
//   of NAME PROPERTY                   the same of a connection
//   connection NAME                    its object path, as the manager tells it
//   owned NAME                         whether somebody owns this bus name
// Nothing is ever started for a question. It connects anew for each, as the bus may have been restarted.
#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <systemd/sd-bus.h>

#include "dbus/names.hpp"

namespace {

using nlohmann::ordered_json;
namespace names = ppp::names;

struct Unref {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, Unref>;
using Message = std::unique_ptr<sd_bus_message, Unref>;

int check(int result, const char* what) {
    if (result < 0) {
        throw std::runtime_error(std::string(what) + ": errno " + std::to_string(-result));
    }
    return result;
}

template <typename T> ordered_json basic(sd_bus_message* message, char type) {
    T value{};
    check(sd_bus_message_read_basic(message, type, &value), "read");
    return value;
}

ordered_json valueOf(sd_bus_message* message);

/// An array of dictionary entries is an object, any other an array.
ordered_json listOf(sd_bus_message* message, const char* contents) {
    const bool dictionary = contents[0] == '{';
    ordered_json out = dictionary ? ordered_json::object() : ordered_json::array();
    check(sd_bus_message_enter_container(message, 'a', contents), "array");
    while (check(sd_bus_message_at_end(message, 0), "array") == 0) {
        if (!dictionary) {
            out.push_back(valueOf(message));
            continue;
        }
        const std::string entry(contents + 1, std::string(contents).size() - 2);
        check(sd_bus_message_enter_container(message, 'e', entry.c_str()), "entry");
        const std::string key = valueOf(message).get<std::string>();
        out[key] = valueOf(message);
        check(sd_bus_message_exit_container(message), "entry");
    }
    check(sd_bus_message_exit_container(message), "array");
    return out;
}

ordered_json containerOf(sd_bus_message* message, char type, const char* contents) {
    if (type == 'a') {
        return listOf(message, contents);
    }
    check(sd_bus_message_enter_container(message, type, contents), "container");
    ordered_json out;
    if (type == 'v') {
        out["type"] = contents;
        out["data"] = valueOf(message);
    } else {
        while (check(sd_bus_message_at_end(message, 0), "structure") == 0) {
            out.push_back(valueOf(message));
        }
    }
    check(sd_bus_message_exit_container(message), "container");
    return out;
}

ordered_json valueOf(sd_bus_message* message) {
    char type = 0;
    const char* contents = nullptr;
    check(sd_bus_message_peek_type(message, &type, &contents), "type");
    switch (type) {
    case 'b':
        return basic<int>(message, type) != 0;
    case 'y':
        return basic<std::uint8_t>(message, type);
    case 'n':
        return basic<std::int16_t>(message, type);
    case 'q':
        return basic<std::uint16_t>(message, type);
    case 'i':
        return basic<std::int32_t>(message, type);
    case 'u':
        return basic<std::uint32_t>(message, type);
    case 'x':
        return basic<std::int64_t>(message, type);
    case 't':
        return basic<std::uint64_t>(message, type);
    case 'd':
        return basic<double>(message, type);
    case 's':
    case 'o':
    case 'g':
        return basic<const char*>(message, type);
    default:
        return containerOf(message, type, contents);
    }
}

Bus open() {
    sd_bus* raw = nullptr;
    check(sd_bus_open_system(&raw), "the system bus");
    return Bus(raw);
}

/// Calls `member` with texts; the answer's first value.
ordered_json ask(const char* service, const std::string& path, const char* interface, const char* member,
                 const std::vector<std::string>& arguments) {
    const Bus bus = open();
    sd_bus_message* raw = nullptr;
    check(sd_bus_message_new_method_call(bus.get(), &raw, service, path.c_str(), interface, member), member);
    const Message call(raw);
    check(sd_bus_message_set_auto_start(call.get(), 0), member);
    for (const std::string& argument : arguments) {
        check(sd_bus_message_append_basic(call.get(), 's', argument.c_str()), member);
    }
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message* rawReply = nullptr;
    const int result = sd_bus_call(bus.get(), call.get(), 0, &error, &rawReply);
    const Message reply(rawReply);
    const std::string why = error.message != nullptr ? error.message : member;
    sd_bus_error_free(&error);
    check(result, why.c_str());
    return valueOf(reply.get());
}

std::string text(const ordered_json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string property(const char* service, const std::string& path, const std::string& interface,
                     const std::string& name) {
    return text(ask(service, path, "org.freedesktop.DBus.Properties", "Get", {interface, name}).at("data"));
}

std::string answer(const std::string& line) {
    std::istringstream words(line);
    std::string verb, one, two, three, four;
    words >> verb >> one >> two >> three >> four;
    if (verb == "property") {
        return property(one.c_str(), two, three, four);
    }
    if (verb == "of") {
        return property(names::kBusName, names::connectionPath(one), names::kConnectionInterface, two);
    }
    if (verb == "connection") {
        return text(
            ask(names::kBusName, names::kManagerPath, names::kManagerInterface, "GetConnection", {one}));
    }
    if (verb == "owned") {
        return text(ask("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                        "GetNameOwner", {one}));
    }
    throw std::runtime_error("no such question: " + line);
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::string said;
        try {
            said = "ok " + answer(line);
        } catch (const std::exception& e) {
            said = std::string("no ") + e.what();
        }
        std::cout << said << '\0' << std::flush;
    }
}
