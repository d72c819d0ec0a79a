// SPDX-License-Identifier: LGPL-2.1-or-later
// How long after its start a daemon tells the whole truth, measured from the bus by a client that is there
// already:
//   ready_probe FILE
// Writes every property of every connection to FILE.before, says "watching", waits until org.ppp.Manager has
// lost its owner and has another, asks again at once, writes FILE.after and prints the milliseconds from the
// new owner's appearance (READY=1 comes after it) to the whole answer. A minute without one is a failure, in
// words on stderr.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include <systemd/sd-bus.h>

namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kName = "org.ppp.Manager";
constexpr std::chrono::seconds kLimit(60);

struct Unref {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using Bus = std::unique_ptr<sd_bus, Unref>;
using Message = std::unique_ptr<sd_bus_message, Unref>;

void check(int result, const char* what) {
    if (result < 0) {
        throw std::runtime_error(std::string(what) + ": errno " + std::to_string(-result));
    }
}

struct Watch {
    bool gone = false;
    bool back = false;
    Clock::time_point when{};
};

int ownerChanged(sd_bus_message* message, void* data, sd_bus_error* /*error*/) {
    auto& watch = *static_cast<Watch*>(data);
    const char* name = nullptr;
    const char* old = nullptr;
    const char* now = nullptr;
    if (sd_bus_message_read(message, "sss", &name, &old, &now) >= 0 && std::string(name) == kName) {
        watch.gone = watch.gone || *now == '\0';
        if (watch.gone && *now != '\0') {
            watch.back = true;
            watch.when = Clock::now();
        }
    }
    return 0;
}

Message askEverything(sd_bus* bus) {
    sd_bus_message* reply = nullptr;
    check(sd_bus_call_method(bus, kName, "/org/ppp", "org.freedesktop.DBus.ObjectManager",
                             "GetManagedObjects", nullptr, &reply, ""),
          "GetManagedObjects");
    return Message(reply);
}

void writeDown(const Message& reply, const std::string& path) {
    const std::unique_ptr<std::FILE, Unref> file(std::fopen(path.c_str(), "we"));
    if (!file) {
        throw std::runtime_error("cannot write " + path);
    }
    check(sd_bus_message_dump(reply.get(), file.get(), SD_BUS_MESSAGE_DUMP_SUBTREE_ONLY), "dump");
}

void waitForReturn(sd_bus* bus, const Watch& watch) {
    const auto limit = Clock::now() + kLimit;
    while (!watch.back) {
        if (Clock::now() > limit) {
            throw std::runtime_error("no other owner of the name within a minute");
        }
        int processed = sd_bus_process(bus, nullptr);
        check(processed, "process");
        if (processed == 0) {
            check(sd_bus_wait(bus, 1000000), "wait");
        }
    }
}

void probe(const std::string& file) {
    sd_bus* opened = nullptr;
    check(sd_bus_open_system(&opened), "system bus");
    const Bus bus(opened);
    Watch watch;
    check(sd_bus_match_signal(bus.get(), nullptr, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                              "org.freedesktop.DBus", "NameOwnerChanged", ownerChanged, &watch),
          "match");
    writeDown(askEverything(bus.get()), file + ".before");
    std::puts("watching");
    std::fflush(stdout);
    waitForReturn(bus.get(), watch);
    const Message after = askEverything(bus.get());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - watch.when);
    writeDown(after, file + ".after");
    std::printf("%lld\n", static_cast<long long>(took.count()));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: ready_probe FILE\n");
        return 2;
    }
    try {
        probe(argv[1]);
        return 0;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "ready_probe: %s\n", e.what());
        return 1;
    }
}
