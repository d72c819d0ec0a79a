// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus fuzzer: walks over the introspection of the real daemon and calls every member of every object with
// hostile values, as somebody who may nothing and as somebody who may everything. It is alive afterwards, has
// answered each call, what was refused has changed nothing, and what it says can be shown.
// PPP_FUZZ_ROUNDS: how often each member's turn comes. PPP_FUZZ_SEED: another walk.
#include "bus/daemon_fixture.hpp"

#include <cstdlib>
#include <sstream>

#include "core/text.hpp"
#include "fuzz/hostile_values.hpp"

namespace {

using namespace ppp;
using fuzz::Hostile;
using fuzz::Member;
using test::DaemonTest;
using test::Variants;

constexpr std::uint64_t kPatience = 60'000'000; // µs for an answer
constexpr uid_t kNobody = 65534;

struct FreeBus {
    void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
};
struct FreeMessage {
    void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
};
using Bus = std::unique_ptr<sd_bus, FreeBus>;
using Message = std::unique_ptr<sd_bus_message, FreeMessage>;

unsigned setting(const char* name, unsigned standard) {
    const char* const value = std::getenv(name);
    return value == nullptr ? standard : static_cast<unsigned>(std::strtoul(value, nullptr, 10));
}

/// Line ends and tabs stand in lists of faults and in profiles.
bool showable(std::string text) {
    std::erase_if(text, [](char c) { return c == '\n' || c == '\t'; });
    return core::text::isUtf8(text) && !core::text::hasControl(text);
}

class BusFuzz : public DaemonTest {
protected:
    struct Answer {
        bool refused = false;
        std::string error, text;
    };

    void SetUp() override {
        DaemonTest::SetUp();
        if (IsSkipped()) {
            return;
        }
        ASSERT_EQ(addIsp(R"(,"autoconnect":true)"), "");
        ASSERT_EQ(manager("AddConnection", std::string("off"), profile(R"(,"priority":7)"),
                          Variants{{"password", sdbus::Variant{std::string(kPassword)}}}),
                  "");
        ASSERT_TRUE(becomes("up"));
    }

    Bus connect(uid_t user) {
        sd_bus* opened = nullptr;
        EXPECT_EQ(seteuid(user), 0);
        const int result = sd_bus_open_system(&opened);
        EXPECT_EQ(seteuid(0), 0);
        EXPECT_GE(result, 0) << strerror(-result);
        if (opened != nullptr) {
            sd_bus_set_method_call_timeout(opened, kPatience);
        }
        return Bus(opened);
    }

    Message message(sd_bus* bus, const std::string& path, const std::string& interface,
                    const std::string& member) {
        sd_bus_message* made = nullptr;
        EXPECT_GE(sd_bus_message_new_method_call(bus, &made, names::kBusName, path.c_str(), interface.c_str(),
                                                 member.c_str()),
                  0);
        return Message(made);
    }

    /// Sends it and looks at what comes back.
    Answer ask(sd_bus* bus, sd_bus_message* question, const std::string& what) {
        sd_bus_error error = SD_BUS_ERROR_NULL;
        sd_bus_message* reply = nullptr;
        const int result = sd_bus_call(bus, question, kPatience, &error, &reply);
        Answer out;
        out.refused = result < 0;
        if (result < 0) {
            out.error = error.name == nullptr ? "" : error.name;
            const std::string text = error.message == nullptr ? "" : error.message;
            EXPECT_NE(out.error, "org.freedesktop.DBus.Error.NoReply") << what;
            EXPECT_NE(out.error, "org.freedesktop.DBus.Error.Timeout") << what;
            // libsystemd itself answers for members that there are not, and quotes the caller to the caller.
            if (!out.error.starts_with("org.freedesktop.DBus.Error.Unknown")) {
                EXPECT_TRUE(showable(text)) << what << ": " << core::text::harmless(text, 4096);
                EXPECT_LE(text.size(), 65536U) << what;
            }
        } else {
            const Message kept(reply);
            out.text = fuzz::dump(reply, [&](const std::string& text) {
                EXPECT_TRUE(showable(text)) << what << ": " << core::text::harmless(text, 4096);
            });
        }
        sd_bus_error_free(&error);
        return out;
    }

    Answer read(sd_bus* bus, const std::string& path, const std::string& interface,
                const std::string& member) {
        return ask(bus, message(bus, path, interface, member).get(), path + " " + member);
    }

    /// Every object below, with its members.
    void walk(sd_bus* bus, const std::string& path, std::map<std::string, std::vector<Member>>& into) {
        const auto question = message(bus, path, "org.freedesktop.DBus.Introspectable", "Introspect");
        std::string xml;
        sd_bus_message* reply = nullptr;
        ASSERT_GE(sd_bus_call(bus, question.get(), kPatience, nullptr, &reply), 0) << path;
        const Message kept(reply);
        fuzz::dump(reply, [&](const std::string& text) { xml = text; });
        const auto found = fuzz::described(xml);
        if (!found.members.empty()) {
            into[path] = found.members;
        }
        for (const std::string& child : found.children) {
            walk(bus, (path == "/" ? "" : path) + "/" + child, into);
        }
    }

    /// All that a refused call must leave alone: what the bus shows, and what is stored.
    std::string shown() {
        return read(look_.get(), "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects").text;
    }
    std::string stored() const {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder() + "/etc")) {
            if (entry.is_regular_file()) {
                std::ostringstream text;
                text << std::ifstream(entry.path()).rdbuf();
                files[entry.path().string()] = text.str();
            }
        }
        std::string out;
        for (const auto& [path, text] : files) {
            out += path + "\n" + text + "\n";
        }
        return out;
    }

    Answer callMember(sd_bus* bus, const std::string& path, const Member& member, Hostile& hostile) {
        const std::string what = path + " " + member.interface + "." + member.name;
        const bool right = hostile.pick(4) != 0;
        std::string in = right ? member.in : hostile.signature();
        if (member.name == "DiscoverSerial") {
            in = "s"; // with a number it would speak to the ttys of the machine that the test runs on
        }
        Message question = message(bus, path, member.interface, member.name);
        hostile.append(question.get(), in);
        return ask(bus, question.get(), what);
    }

    /// Reads it, and writes what it is not.
    Answer writeProperty(sd_bus* bus, const std::string& path, const Member& property, Hostile& hostile) {
        const std::string what = path + " property " + property.name;
        Message get = message(bus, path, "org.freedesktop.DBus.Properties", "Get");
        EXPECT_GE(sd_bus_message_append(get.get(), "ss", property.interface.c_str(), property.name.c_str()),
                  0);
        ask(bus, get.get(), what);
        Message set = message(bus, path, "org.freedesktop.DBus.Properties", "Set");
        const std::string type = hostile.pick(2) == 0 ? property.in : "v";
        EXPECT_GE(sd_bus_message_append(set.get(), "ss", property.interface.c_str(), property.name.c_str()),
                  0);
        EXPECT_GE(sd_bus_message_open_container(set.get(), 'v', type.c_str()), 0);
        hostile.append(set.get(), type);
        EXPECT_GE(sd_bus_message_close_container(set.get()), 0);
        return ask(bus, set.get(), what);
    }

    Answer turn(sd_bus* bus, const std::string& path, const Member& member, Hostile& hostile) {
        return member.property ? writeProperty(bus, path, member, hostile)
                               : callMember(bus, path, member, hostile);
    }

    void isWell() {
        EXPECT_EQ(manager("ListConnections"), "") << text_;
        EXPECT_TRUE(daemon_->running());
    }

    Bus look_;
};

TEST_F(BusFuzz, WhoMayNothingChangesNothing) {
    polkit_->set("verdict", "no");
    look_ = connect(0);
    const Bus nobody = connect(kNobody);
    ASSERT_TRUE(look_ && nobody);
    std::map<std::string, std::vector<Member>> objects;
    walk(nobody.get(), "/", objects);
    ASSERT_TRUE(objects.contains(names::kManagerPath) && objects.contains(names::connectionPath("isp")));
    const std::string before = shown();
    const std::string files = stored();
    Hostile hostile(setting("PPP_FUZZ_SEED", 1));
    unsigned calls = 0, refused = 0;
    for (unsigned round = setting("PPP_FUZZ_ROUNDS", 4); round > 0 && !HasFailure(); --round) {
        for (const auto& [path, members] : objects) {
            for (const Member& member : members) {
                const Answer answer = turn(nobody.get(), path, member, hostile);
                ++calls;
                refused += answer.refused ? 1 : 0;
            }
            ASSERT_EQ(shown(), before) << path;
            ASSERT_EQ(stored(), files) << path;
        }
    }
    std::printf("%u calls, %u refused\n", calls, refused);
    EXPECT_GT(refused, calls / 2);
    isWell();
    EXPECT_EQ(state(), "up") << "the link is none the worse";
}

TEST_F(BusFuzz, WhoMayEverythingBreaksNothing) {
    look_ = connect(0);
    const Bus root = connect(0);
    ASSERT_TRUE(look_ && root);
    Hostile hostile(setting("PPP_FUZZ_SEED", 1) + 1000);
    unsigned calls = 0, refused = 0;
    for (unsigned round = setting("PPP_FUZZ_ROUNDS", 4); round > 0 && !HasFailure(); --round) {
        std::map<std::string, std::vector<Member>> objects;
        walk(root.get(), "/", objects);
        for (const auto& [path, members] : objects) {
            for (const Member& member : members) {
                const std::string files = stored();
                const Answer answer = turn(root.get(), path, member, hostile);
                ++calls;
                if (answer.refused) {
                    ++refused;
                    ASSERT_EQ(stored(), files) << path << " " << member.name << ": " << answer.error;
                }
            }
        }
        isWell();
        addIsp(); // where a call has removed it
        manager("AddConnection", std::string("off"), profile(), Variants{});
    }
    std::printf("%u calls, %u refused\n", calls, refused);
    isWell();
    // And it does its work.
    ASSERT_EQ(manager("DownAll", Variants{{"wait", sdbus::Variant{true}}}), "") << text_;
    ASSERT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{std::string(kPassword)}}}), "") << text_;
    ASSERT_EQ(isp("UpdateProfile", profile()), "") << text_;
    EXPECT_EQ(up(), "") << text_;
    EXPECT_EQ(down(), "") << text_;
}

} // namespace
