// SPDX-License-Identifier: LGPL-2.1-or-later
// What data/examples has for other programs, run against the real daemon: the desktop applet, with the test
// in the place of panel and person, and the lines for busctl.
#include <set>
#include <sstream>

#include "daemon_fixture.hpp"

namespace ppp::test {
namespace {

using std::string;

const string kExamples = PPP_TEST_EXAMPLES;
constexpr const char* kItem = "org.kde.StatusNotifierItem";
constexpr const char* kMenu = "com.canonical.dbusmenu";

class Applet : public DaemonTest {
protected:
    using Properties = std::map<string, sdbus::Variant>;
    using Layout = sdbus::Struct<std::int32_t, Properties, std::vector<sdbus::Variant>>;
    struct Row {
        string label;
        bool checked = false, enabled = false;
    };

    void SetUp() override {
        DaemonTest::SetUp();
        if (IsSkipped() || HasFatalFailure())
            return;
        session_ = std::make_unique<ChildProcess>(
            std::vector<string>{"dbus-daemon", "--session", "--nofork", "--print-address"});
        address_ = session_->readLine();
        panel_ = sdbus::createSessionBusConnectionWithAddress(address_);
    }
    void startApplet() {
        applet_ = std::make_unique<ChildProcess>(
            std::vector<string>{"/usr/bin/python3", kExamples + "/applet/ppp-applet", "--askpass",
                                folder() + "/askpass"},
            std::vector<string>{"DBUS_SESSION_BUS_ADDRESS=" + address_}, true);
        ASSERT_TRUE(eventually([&] { return !(name_ = itemName()).empty(); }));
    }
    string itemName() {
        std::vector<string> names;
        object("org.freedesktop.DBus", "/org/freedesktop/DBus")
            ->callMethod("ListNames")
            .onInterface("org.freedesktop.DBus")
            .storeResultsTo(names);
        for (const string& name : names) {
            if (name.starts_with(kItem)) {
                return name;
            }
        }
        return {};
    }
    std::unique_ptr<sdbus::IProxy> object(const string& service, const string& path) {
        auto out = sdbus::createProxy(*panel_, bus::ServiceName{service}, sdbus::ObjectPath{path});
        bus::activate(*out);
        return out;
    }
    /// The menu as a panel reads it.
    std::vector<Row> rows() {
        std::uint32_t revision = 0;
        Layout layout;
        object(name_, "/Menu")
            ->callMethod("GetLayout")
            .onInterface(kMenu)
            .withArguments(std::int32_t{0}, std::int32_t{-1}, std::vector<string>{})
            .storeResultsTo(revision, layout);
        std::vector<Row> out;
        for (const sdbus::Variant& child : layout.get<2>()) {
            const auto item = child.get<Layout>();
            const Properties& of = item.get<1>();
            out.push_back({of.at("label").get<string>(), of.at("toggle-state").get<std::int32_t>() == 1,
                           of.at("enabled").get<bool>()});
        }
        return out;
    }
    bool shows(const string& label, bool checked) {
        return eventually([&] {
            const auto now = rows();
            return now.size() == 1 && now.front().label == label && now.front().checked == checked;
        });
    }
    string shown() {
        string out;
        for (const Row& row : rows()) {
            out += row.label + '\n';
        }
        return out;
    }
    void click(std::int32_t row) {
        object(name_, "/Menu")
            ->callMethod("Event")
            .onInterface(kMenu)
            .withArguments(row, string("clicked"), sdbus::Variant{string()}, std::uint32_t{0});
    }
    string icon() {
        return object(name_, "/StatusNotifierItem")->getProperty("IconName").onInterface(kItem).get<string>();
    }
    void askpass(const string& lines) {
        std::ofstream(folder() + "/askpass") << "#!/bin/sh\n" << lines << "\n";
        std::filesystem::permissions(folder() + "/askpass", std::filesystem::perms(0755));
    }

    std::unique_ptr<ChildProcess> session_, applet_;
    string address_, name_;
    std::unique_ptr<sdbus::IConnection> panel_;
};

TEST_F(Applet, ShowsALinkAndAClickTogglesIt) {
    ASSERT_EQ(addIsp(), "");
    startApplet();
    EXPECT_TRUE(shows("isp: down", false)) << shown();
    EXPECT_EQ(icon(), "network-offline");
    click(1);
    EXPECT_TRUE(shows("isp: up, 10.64.0.100", true)) << shown();
    EXPECT_EQ(icon(), "network-wired");
    click(1);
    EXPECT_TRUE(shows("isp: down", false)) << shown();
}

TEST_F(Applet, SaysWhyALinkFailed) {
    script("default", goodScript("another one"));
    ASSERT_EQ(addIsp(R"(,"reconnect":{"auth-failures":1})"), "");
    startApplet();
    ASSERT_TRUE(shows("isp: down", false)) << shown();
    click(1);
    ASSERT_TRUE(eventually([&] { return state() == "failed"; }));
    EXPECT_TRUE(eventually([&] { return shown().find("isp: failed: ") == 0; })) << shown();
    EXPECT_NE(shown().find(property<string>("ReasonText")), string::npos) << shown();
}

TEST_F(Applet, SeesConnectionsAndTheServiceComeAndGo) {
    startApplet();
    EXPECT_TRUE(shows("No PPP connections", false)) << shown();
    ASSERT_EQ(addIsp(), "");
    EXPECT_TRUE(shows("isp: down", false)) << shown();
    daemon_.reset();
    EXPECT_TRUE(shows("The PPP service is not running", false)) << shown();
    EXPECT_FALSE(rows().front().enabled);
    startDaemon();
    EXPECT_TRUE(shows("isp: down", false)) << shown();
    ASSERT_EQ(isp("Remove"), "");
    EXPECT_TRUE(shows("No PPP connections", false)) << shown();
}

TEST_F(Applet, IsAskedForAPasswordThatNobodyHasStored) {
    ASSERT_EQ(manager("AddConnection", string("isp"), profile(), Variants{}), "");
    askpass("echo \"$1\" >" + folder() + "/question; echo " + kPassword);
    polkit_->forget();
    startApplet();
    polkit_->waitCalls(1); // whether it may offer to ask
    ASSERT_TRUE(shows("isp: down", false)) << shown();
    click(1);
    ASSERT_TRUE(becomes("up")) << shown();
    std::stringstream question;
    question << std::ifstream(folder() + "/question").rdbuf();
    EXPECT_NE(question.str().find("connection isp (user alice)"), string::npos) << question.str();
    applet_->signal(SIGTERM);
    EXPECT_EQ(applet_->readAll().find(kPassword), string::npos);
    EXPECT_EQ(applet_->wait(), 0);
}

class Busctl : public DaemonTest {
protected:
    string example(const std::vector<string>& words, int expected = 0) {
        std::vector<string> line{kExamples + "/busctl/" + words.front()};
        line.insert(line.end(), words.begin() + 1, words.end());
        ChildProcess process(line, {}, true);
        process.closeInput();
        string out = process.readAll(std::chrono::seconds(60));
        EXPECT_EQ(process.wait(), expected) << words.front() << ": " << out;
        run_.insert(words.front());
        while (!out.empty() && out.back() == '\n') {
            out.pop_back();
        }
        return out;
    }
    std::set<string> run_;
};

TEST_F(Busctl, EachLineDoesWhatItSays) {
    EXPECT_EQ(example({"list"}), "a(soss) 0");
    EXPECT_EQ(example({"add", "isp", "v0", "alice"}), "o \"/org/ppp/Connection/isp\"");
    const string object = example({"object", "isp"});
    EXPECT_EQ(object, names::connectionPath("isp"));
    EXPECT_EQ(example({"state", object}), "s \"down\"");
    ASSERT_EQ(isp("SetSecrets", Variants{{"password", sdbus::Variant{string(kPassword)}}}), "");
    ChildProcess watch({kExamples + "/busctl/watch"});
    ASSERT_TRUE(eventually([&] { // it says nothing when it begins to listen
        isp("Up", Variants{});
        isp("Down", Variants{{"wait", sdbus::Variant{true}}});
        try {
            return watch.readLine(std::chrono::milliseconds(500)).find("StateChanged") != string::npos;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    example({"up", object});
    EXPECT_EQ(example({"state", object}), "s \"up\"");
    EXPECT_NE(example({"list"}).find("\"isp\" \"/org/ppp/Connection/isp\" \"pppoe\" \"up\""), string::npos);
    EXPECT_NE(example({"address", object}).find("10.64.0.100"), string::npos);
    EXPECT_NE(example({"statistics", object}).find("\"sessions\""), string::npos);
    EXPECT_NE(example({"everything"}).find("\"LocalAddress\":{\"type\":\"s\",\"data\":\"10.64.0.100\"}"),
              string::npos);
    EXPECT_EQ(example({"redial-all"}), "u 1");
    ASSERT_TRUE(becomes("up"));
    example({"redial", object});
    EXPECT_NE(example({"timeline", object}).find("my script"), string::npos);
    example({"down", object});
    EXPECT_NE(example({"redial", object}, 1).find("Call failed"), string::npos);
    EXPECT_NE(example({"discover", "v0"}).find("\"data\""), string::npos);
    script("default", goodScript("another one"));
    EXPECT_NE(example({"up", object}, 1).find("auth-failed: "), string::npos);
    EXPECT_EQ(example({"why", object}).find("s \"auth-failed\"\ns \""), 0U);
    example({"remove", object});
    EXPECT_EQ(example({"list"}), "a(soss) 0");
    for (const auto& file : std::filesystem::directory_iterator(kExamples + "/busctl")) {
        const string name = file.path().filename();
        EXPECT_TRUE(name == "README.md" || name == "watch" || run_.contains(name)) << name << " was not run";
    }
}

} // namespace
} // namespace ppp::test
