// SPDX-License-Identifier: LGPL-2.1-or-later
// A secret agent as people have it, and as nobody should: secret_agent BEHAVIOUR [CONNECTION]. Registers,
// says what it is asked, and behaves as told:
//
//   give          a line of its input for each key
//   decline       an error of its own · die: leaves without an answer · never: says nothing
//   late          answers (a line of its input) when it is told Cancel · twice: two answers, each a line
//   wrong-type    a number for the password · signature: a text for the dictionary · nothing: an empty one
//   long          256 bytes · newline: two lines · more: the PIN beside what was asked for
//
// With an object path it calls Up of that connection, waited for, as its own agent. It prints, a line each:
// "ready", "asked KEYS USER REASON: TEXT", "cancel", and of Up "up" or "error NAME: TEXT"; then it goes on
// until it is killed. A daemon that comes anew is registered with anew.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <poll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

namespace {

constexpr const char* kService = "org.ppp.Manager";

std::string behaviour;
sd_bus_message* kept = nullptr; ///< the question that is answered late
const char* wanted = nullptr;   ///< the connection to bring up

void say(const std::string& line) {
    std::cout << line << std::endl;
}

std::string inputLine() {
    std::string line;
    std::getline(std::cin, line);
    return line;
}

void must(int result, const char* what) {
    if (result < 0) {
        std::fprintf(stderr, "secret_agent: %s: %s\n", what, std::strerror(-result));
        std::exit(EXIT_FAILURE);
    }
}

void answer(sd_bus_message* call, const std::vector<std::pair<std::string, std::string>>& secrets) {
    sd_bus_message* reply = nullptr;
    must(sd_bus_message_new_method_return(call, &reply), "reply");
    sd_bus_message_open_container(reply, 'a', "{sv}");
    for (const auto& [key, value] : secrets) {
        sd_bus_message_append(reply, "{sv}", key.c_str(), "s", value.c_str());
    }
    sd_bus_message_close_container(reply);
    must(sd_bus_send(nullptr, reply, nullptr), "send");
    sd_bus_message_unref(reply);
}

int lie(sd_bus_message* call) {
    if (behaviour == "wrong-type") {
        return sd_bus_reply_method_return(call, "a{sv}", 1, "password", "u", 42U);
    }
    if (behaviour == "signature") {
        return sd_bus_reply_method_return(call, "s", "a text");
    }
    if (behaviour == "long") {
        answer(call, {{"password", std::string(256, 'x')}});
    } else if (behaviour == "newline") {
        answer(call, {{"password", "two\nlines"}});
    } else if (behaviour == "more") {
        answer(call, {{"password", inputLine()}, {"pin", "1234"}});
    } else if (behaviour == "nothing") {
        answer(call, {});
    }
    return 1;
}

struct Asked {
    std::vector<std::string> keys;
    std::map<std::string, std::string> hints;
};

Asked read(sd_bus_message* call) {
    Asked out;
    const char* text = nullptr;
    must(sd_bus_message_read(call, "o", &text), "path");
    must(sd_bus_message_enter_container(call, 'a', "s"), "keys");
    while (sd_bus_message_read(call, "s", &text) > 0) {
        out.keys.emplace_back(text);
    }
    sd_bus_message_exit_container(call);
    must(sd_bus_message_enter_container(call, 'a', "{sv}"), "hints");
    while (sd_bus_message_enter_container(call, 'e', "sv") > 0) {
        const char* key = nullptr;
        must(sd_bus_message_read(call, "s", &key), "hint");
        must(sd_bus_message_read(call, "v", "s", &text), "hint");
        out.hints[key] = text;
        sd_bus_message_exit_container(call);
    }
    return out;
}

int getSecrets(sd_bus_message* call, void*, sd_bus_error*) {
    Asked asked = read(call);
    std::string line = "asked ";
    for (const auto& key : asked.keys) {
        line += key + ' ';
    }
    say(line + asked.hints["user"] + ' ' + asked.hints["reason"] + ": " + asked.hints["text"]);
    if (behaviour == "die") {
        _exit(EXIT_SUCCESS);
    }
    if (behaviour == "decline") {
        return sd_bus_reply_method_errorf(call, "org.ppp.Error.NoSecrets", "the dialogue was closed");
    }
    if (behaviour == "never") {
        return 1;
    }
    if (behaviour == "late") {
        kept = sd_bus_message_ref(call);
        return 1;
    }
    if (behaviour != "give" && behaviour != "twice") {
        return lie(call);
    }
    for (int times = behaviour == "twice" ? 2 : 1; times > 0; --times) {
        std::vector<std::pair<std::string, std::string>> secrets;
        for (const auto& key : asked.keys) {
            secrets.emplace_back(key, inputLine());
        }
        answer(call, secrets);
    }
    return 1;
}

int cancel(sd_bus_message* call, void*, sd_bus_error*) {
    say("cancel");
    if (kept != nullptr) {
        answer(kept, {{"password", inputLine()}});
        kept = sd_bus_message_unref(kept);
    }
    return sd_bus_reply_method_return(call, "");
}

int outcome(sd_bus_message* reply, void*, sd_bus_error*) {
    const sd_bus_error* error = sd_bus_message_get_error(reply);
    say(error == nullptr ? "up" : std::string("error ") + error->name + ": " + error->message);
    return 0;
}

int registered(sd_bus_message* reply, void* bus, sd_bus_error*) {
    const sd_bus_error* error = sd_bus_message_get_error(reply);
    say(error == nullptr ? "ready" : std::string("refused ") + error->name + ": " + error->message);
    if (wanted != nullptr) { // not before: nobody would be asked
        must(sd_bus_call_method_async(static_cast<sd_bus*>(bus), nullptr, kService, wanted,
                                      "org.ppp.Connection", "Up", outcome, nullptr, "a{sv}", 1, "wait", "b",
                                      1),
             "Up");
        wanted = nullptr;
    }
    return 0;
}

void enroll(sd_bus* bus) {
    must(sd_bus_call_method_async(bus, nullptr, kService, "/org/ppp/Manager", "org.ppp.Manager",
                                  "RegisterSecretAgent", registered, bus, "o", "/agent"),
         "RegisterSecretAgent");
}

int ownerChanged(sd_bus_message* signal, void* bus, sd_bus_error*) {
    const char *name = nullptr, *before = nullptr, *after = nullptr;
    if (sd_bus_message_read(signal, "sss", &name, &before, &after) > 0 && *after != '\0' &&
        std::string(name) == kService) {
        enroll(static_cast<sd_bus*>(bus));
    }
    return 0;
}

// NOLINTBEGIN
const sd_bus_vtable kVtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("GetSecrets", "oasa{sv}", "a{sv}", getSecrets, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Cancel", "o", "", cancel, SD_BUS_VTABLE_UNPRIVILEGED), SD_BUS_VTABLE_END};
// NOLINTEND

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        return 2;
    }
    behaviour = argv[1];
    std::setvbuf(stdin, nullptr, _IONBF, 0);
    sd_bus* bus = nullptr;
    must(sd_bus_open_system(&bus), "bus");
    must(sd_bus_add_object_vtable(bus, nullptr, "/agent", "org.ppp.SecretAgent", kVtable, nullptr), "object");
    must(sd_bus_match_signal(bus, nullptr, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                             "org.freedesktop.DBus", "NameOwnerChanged", ownerChanged, bus),
         "match");
    wanted = argc > 2 ? argv[2] : nullptr;
    enroll(bus);
    for (;;) {
        while (sd_bus_process(bus, nullptr) > 0) {
        }
        if (sd_bus_wait(bus, UINT64_MAX) < 0) {
            return EXIT_FAILURE;
        }
    }
}
