// SPDX-License-Identifier: LGPL-2.1-or-later
// Profiles, secrets and records on disk: whole or old, never readable by others, and what may lie in those
// folders.
#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/limits.hpp"
#include "files_fixture.hpp"
#include "net_namespace.hpp"
#include "sys/base64.hpp"
#include "sys/file_io.hpp"
#include "sys/profile_files.hpp"

namespace ppp::sys {
namespace {

using core::Secret;
using core::Secrets;
using test::FilesTest;

template <typename Action>
std::string failure(Action action, core::ErrorCode code = core::ErrorCode::Failed) {
    try {
        action();
    } catch (const core::Error& e) {
        EXPECT_EQ(e.code(), code) << e.what();
        return e.what();
    }
    return "no failure";
}

std::map<std::string, std::string> plain(const Secrets& secrets) {
    std::map<std::string, std::string> out;
    for (const auto& [key, secret] : secrets)
        out[key] = secret.view();
    return out;
}

Secrets one(std::string_view key, std::string_view bytes) {
    Secrets out;
    out.emplace(key, Secret(bytes));
    return out;
}

// ---- base64
// -------------------------------------------------------------------------------------------------------

TEST(Base64, KnowsTheVectorsOfTheStandard) { // RFC 4648 §10
    const std::map<std::string, std::string> vectors{{"", ""},
                                                     {"f", "Zg=="},
                                                     {"fo", "Zm8="},
                                                     {"foo", "Zm9v"},
                                                     {"foob", "Zm9vYg=="},
                                                     {"fooba", "Zm9vYmE="},
                                                     {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        const auto encoded = base64::encode(bytes);
        EXPECT_EQ(std::string(encoded.begin(), encoded.end()), text);
        const auto decoded = base64::decode(text);
        ASSERT_TRUE(decoded) << text;
        EXPECT_EQ(std::string(decoded->begin(), decoded->end()), bytes);
    }
}

TEST(Base64, RoundTripsEveryByte) {
    std::string all;
    for (int c = 0; c < 256; ++c)
        all.push_back(static_cast<char>(c));
    const auto encoded = base64::encode(all);
    const auto decoded = base64::decode({encoded.data(), encoded.size()});
    EXPECT_EQ(std::string(decoded->begin(), decoded->end()), all);
}

TEST(Base64, RefusesWhatItWouldNotWrite) {
    for (const char* text : {"Z", "Zg", "Zg=", "Zg==Zg==", "Z===", "====", "Zh==", "Zm9=", "Zm 8", "Zm9v\n",
                             "Zm8-", "=m9v", "Z=9v"})
        EXPECT_FALSE(base64::decode(text)) << text;
}

// ---- files
// --------------------------------------------------------------------------------------------------------

TEST_F(FilesTest, ReplacesWholeOrNotAtAll) {
    const UniqueFd folder = file_io::makeFolder(path("a/b"), 0750);
    EXPECT_EQ(mode("a/b"), 0750);
    file_io::write(folder, "x", "old", 0640, file_io::Durability::Disk);
    EXPECT_EQ(mode("a/b/x"), 0640);
    file_io::write(folder, "x", "new", 0600, file_io::Durability::Disk);
    EXPECT_EQ(get("a/b/x"), "new");
    EXPECT_EQ(mode("a/b/x"), 0600);
    EXPECT_THROW(file_io::write(folder, "no/where", "x", 0600, file_io::Durability::Disk), std::system_error);
    EXPECT_EQ(file_io::list(folder), std::vector<std::string>{"x"}) << "nothing left over";
}

TEST_F(FilesTest, GivesTheModeWhateverTheUmask) {
    const mode_t before = umask(0777);
    const UniqueFd folder = file_io::openFolder(root_);
    file_io::write(folder, "x", "y", 0644, file_io::Durability::Memory);
    umask(before);
    EXPECT_EQ(mode("x"), 0644);
}

TEST_F(FilesTest, ReadsWithinTheLimitAndOnlyFiles) {
    const UniqueFd folder = file_io::openFolder(root_);
    put("five", "12345");
    EXPECT_EQ(file_io::read(folder, "five", 5).bytes.size(), 5U);
    EXPECT_TRUE(file_io::read(folder, "five", 4).tooLong);
    EXPECT_TRUE(file_io::read(folder, "five", 4).bytes.empty());
    EXPECT_FALSE(file_io::read(folder, "none", 4).exists);
    ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    ASSERT_EQ(mkdir(path("folder").c_str(), 0700), 0);
    for (const char* name : {"fifo", "folder"})
        EXPECT_THROW(file_io::read(folder, name, 5), std::system_error) << name;
    EXPECT_FALSE(file_io::openFolder(path("none")));
    EXPECT_THROW(file_io::openFolder(path("five")), std::system_error);
}

// ---- profiles
// -----------------------------------------------------------------------------------------------------

TEST_F(FilesTest, StoresAProfile) {
    auto store = files();
    EXPECT_TRUE(store.loadAll().empty()) << "no folder yet";
    EXPECT_EQ(listing(), ".\n") << "reading makes nothing";
    store.saveProfile("isp", R"({ "type": "pppoe" } // mine)");
    store.saveProfile("backup.2", "{}");
    EXPECT_EQ(mode("etc/connections"), 0755);
    EXPECT_EQ(mode("etc/connections/isp.json"), 0644);
    auto all = store.loadAll();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].name, "backup.2");
    EXPECT_EQ(all[1].name, "isp");
    EXPECT_EQ(all[1].json, R"({ "type": "pppoe" } // mine)");
    EXPECT_EQ(all[1].error, "");
    store.removeBoth("isp");
    store.removeBoth("isp");
    EXPECT_EQ(store.loadAll().size(), 1U);
}

TEST_F(FilesTest, StoresAndRemovesBothOrNeither) {
    auto store = files();
    store.saveNew("isp", "{}", one("password", "x"));
    EXPECT_EQ(store.loadSecrets("isp").at("password").view(), "x");
    store.saveNew("open", "{}", {});
    EXPECT_TRUE(store.loadSecrets("open").empty());
    store.removeBoth("isp");
    store.removeBoth("open");
    EXPECT_EQ(listing(), ".\n./etc\n./etc/connections\n./etc/secrets\n");
    ASSERT_EQ(mkdir(path("etc/connections/bad.json").c_str(), 0700), 0);
    EXPECT_NE(failure([&] { store.saveNew("bad", "{}", one("password", "x")); }), "no failure");
    EXPECT_TRUE(store.loadSecrets("bad").empty());
    store.saveSecrets("bad", one("password", "kept"));
    EXPECT_NE(failure([&] { store.removeBoth("bad"); }), "no failure");
    EXPECT_EQ(store.loadSecrets("bad").at("password").view(), "kept");
}

/// Whatever step of saveNew or removeBoth a daemon did not live to see: the next one has both or neither.
TEST_F(FilesTest, SettlesWhatACrashLeft) {
    files().saveNew("both", "{}", one("password", "x"));
    files().saveNew("neither", "{}", one("password", "x"));
    test::run("cd '" + path("etc/secrets") + "' && mv both.json .pending-both.json && " +
              "mv neither.json .pending-neither.json && rm ../connections/neither.json");
    auto next = files();
    EXPECT_EQ(next.loadSecrets("both").at("password").view(), "x");
    EXPECT_EQ(mode("etc/secrets/both.json"), 0600);
    EXPECT_EQ(test::run("ls -A '" + path("etc/secrets") + "'"), "both.json\n");
}

TEST_F(FilesTest, KeepsAProfileHiddenThatWas) {
    auto store = files();
    store.saveProfile("isp", "{}");
    ASSERT_EQ(chmod(path("etc/connections/isp.json").c_str(), 0600), 0);
    store.saveProfile("isp", "{ }");
    EXPECT_EQ(mode("etc/connections/isp.json"), 0600);
}

TEST_F(FilesTest, RefusesNamesThatLeaveTheFolder) {
    auto store = files();
    for (const std::string name : {"", ".", "..", ".hidden", "../isp", "a/b", "a b", "ä"}) {
        const auto code = core::ErrorCode::InvalidName;
        EXPECT_NE(failure([&] { store.saveProfile(name, "{}"); }, code).find("no valid name"),
                  std::string::npos);
        EXPECT_NE(failure([&] { store.removeBoth(name); }, code), "no failure");
        EXPECT_NE(failure([&] { store.loadSecrets(name); }, code), "no failure");
        EXPECT_NE(failure([&] { store.saveSecrets(name, one("password", "x")); }, code), "no failure");
        EXPECT_NE(failure([&] { store.removeSecrets(name); }, code), "no failure");
    }
    EXPECT_EQ(listing(), ".\n");
}

TEST_F(FilesTest, ReportsWhatItCannotTakeAndIgnoresLeftovers) {
    auto store = files();
    store.saveProfile("good", "{}");
    for (const char* name : {"good.json~", ".#good.json", ".good.json.swp", ".tmp-123", "#good.json#",
                             "good.json.bak", "README"})
        put(std::string("etc/connections/") + name, "x");
    put("etc/connections/bad name.json", "{}");
    put("etc/connections/esc\x1b.json", "{}");
    put("etc/connections/long.json", std::string(core::limits::kProfileSize + 1, ' '));
    put("etc/connections/full.json", std::string(core::limits::kProfileSize, ' '));
    ASSERT_EQ(mkdir(path("etc/connections/folder.json").c_str(), 0700), 0);
    ASSERT_EQ(symlink("/nonexistent", path("etc/connections/link.json").c_str()), 0);
    const auto all = store.loadAll();
    std::map<std::string, std::string> errors;
    for (const auto& stored : all) {
        errors[stored.name] = stored.error;
        EXPECT_EQ(stored.json.empty(), !stored.error.empty()) << stored.name;
    }
    const std::string invalid =
        "the file's name is no valid name of a connection: 1 to 64 of A-Z a-z 0-9 . _ -";
    EXPECT_EQ(errors,
              (std::map<std::string, std::string>{{"good", ""},
                                                  {"full", ""},
                                                  {"bad name", invalid},
                                                  {"esc\\x1B", invalid},
                                                  {"long", "the file is longer than 65536 bytes"},
                                                  {"folder", "the file cannot be read: not a regular file"},
                                                  {"link", "the file is a link to nowhere"}}));
}

TEST_F(FilesTest, CleansUpAfterACrash) {
    { files().saveSecrets("isp", one("password", "secret")); }
    put("etc/secrets/.tmp-0123456789abcdef", "half a secret");
    put("etc/secrets/.mine", "not ours");
    files();
    EXPECT_FALSE(exists("etc/secrets/.tmp-0123456789abcdef"));
    EXPECT_TRUE(exists("etc/secrets/.mine"));
}

// ---- secrets
// ------------------------------------------------------------------------------------------------------

TEST_F(FilesTest, StoresSecretsOfAnyBytes) {
    auto store = files();
    EXPECT_TRUE(store.loadSecrets("isp").empty());
    std::string wild;
    for (int c = 1; c < 256; ++c)
        if (c != '\n')
            wild.push_back(static_cast<char>(c));
    Secrets secrets = one("password", "p\"\\\t\x1f\x7f/ß");
    secrets.emplace("tunnel-secret", Secret(wild));
    secrets.emplace("pin", Secret(""));
    store.saveSecrets("isp", secrets);
    EXPECT_EQ(mode("etc/secrets"), 0700);
    EXPECT_EQ(mode("etc/secrets/isp.json"), 0600);
    EXPECT_EQ(plain(store.loadSecrets("isp")), plain(secrets));
    EXPECT_NE(get("etc/secrets/isp.json").find(R"("tunnel-secret-base64": ")"), std::string::npos);
    EXPECT_NE(get("etc/secrets/isp.json").find(R"(/ß")"), std::string::npos) << "what is text stays legible";
    store.saveSecrets("isp", {});
    EXPECT_FALSE(exists("etc/secrets/isp.json"));
    store.removeSecrets("isp");
}

TEST_F(FilesTest, ReadsWhatAPersonWrote) {
    secretsFile(R"({"password-base64":"/v8=", "pin": "1\u0032"})");
    auto store = files();
    EXPECT_EQ(plain(store.loadSecrets("isp")),
              (std::map<std::string, std::string>{{"password", "\xfe\xff"}, {"pin", "12"}}));
}

TEST_F(FilesTest, RefusesABrokenSecretsFileWithoutQuotingIt) {
    auto store = files();
    const std::map<std::string, std::string> faults{
        {"", "not valid JSON"},
        {R"({"password": "hunter2")", "not valid JSON"},
        {R"({"password": hunter2})", "not valid JSON"},
        {R"(["hunter2"])", "expected an object"},
        {R"("hunter2")", "expected an object"},
        {R"({"password": 12345})", R"(the value of "password" is not a text)"},
        {R"({"password": {"password": "hunter2"}})", R"(the value of "password" is not a text)"},
        {R"({"password": "hunter2", "password": "other"})", "a key is there twice"},
        {R"({"password": "hunter2", "password-base64": "YQ=="})",
         R"("password" is there as text and as base64)"},
        {R"({"password-base64": "hunter2"})", R"(the value of "password-base64" is not base64)"},
        {R"({"pasword": "hunter2"})", R"(secret "pasword": unknown key; did you mean "password"?)"},
        {R"({"password": "a\nb"})",
         R"(secret "password": holds a NUL or a newline; expected any other bytes)"},
        {R"({"password-base64": "AA=="})",
         R"(secret "password": holds a NUL or a newline; expected any other bytes)"},
        {R"({"password": ")" + std::string(256, 'x') + R"("})",
         R"(secret "password": 256 bytes; expected at most 255)"},
    };
    for (const auto& [text, fault] : faults) {
        secretsFile(text);
        EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }), "the secrets file of isp is broken: " + fault)
            << text;
    }
    secretsFile(std::string(core::limits::kProfileSize + 1, ' '));
    EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }),
              "the secrets file of isp is longer than 65536 bytes");
    for (int depth : {100, 60000}) {
        secretsFile(R"({"password":)" + std::string(static_cast<std::size_t>(depth), '['));
        EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }),
                  "the secrets file of isp is broken: not valid JSON");
    }
}

TEST_F(FilesTest, RefusesSecretsThatOthersCanRead) {
    auto store = files();
    store.saveSecrets("isp", one("password", "x"));
    const std::string file = path("etc/secrets/isp.json");
    for (const auto& [open, shown] :
         {std::pair{0640U, "0640"}, {0604U, "0604"}, {0620U, "0620"}, {0601U, "0601"}}) {
        ASSERT_EQ(chmod(file.c_str(), open), 0);
        const std::string refusal =
            file + " has mode " + shown + " and is open to others than its owner; run: chmod 600 " + file;
        EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }), refusal);
        EXPECT_EQ(failure([&] { store.storedSecrets("isp"); }), refusal);
    }
    ASSERT_EQ(chmod(file.c_str(), 0600), 0);
    ASSERT_EQ(chmod(path("etc/secrets").c_str(), 0755), 0);
    const std::string folder = path("etc/secrets") +
                               " has mode 0755 and is open to others than its owner; run: chmod 700 " +
                               path("etc/secrets");
    EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }), folder);
    EXPECT_EQ(failure([&] { store.saveSecrets("isp", one("password", "new")); }), folder)
        << "nothing goes in";
    ASSERT_EQ(chmod(path("etc/secrets").c_str(), 0700), 0);
    EXPECT_EQ(store.loadSecrets("isp").size(), 1U);
    if (geteuid() != 0)
        GTEST_SKIP() << "only root can give a file to another user";
    ASSERT_EQ(chown(file.c_str(), 12345, 0), 0);
    EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }),
              file + " belongs to another user (12345); run: chown root " + file + " and chmod 600 " + file);
}

TEST_F(FilesTest, LetsACredentialWin) {
    auto store = files();
    store.saveSecrets("isp", one("password", "of the file"));
    ASSERT_EQ(mkdir(path("credentials").c_str(), 0500), 0);
    put("credentials/isp.password", "of systemd\n");
    put("credentials/isp.pin", "0000");
    put("credentials/other.password", "x");
    EXPECT_EQ(plain(store.loadSecrets("isp")),
              (std::map<std::string, std::string>{{"password", "of systemd"}, {"pin", "0000"}}));
    put("credentials/isp.password", "two\nlines");
    EXPECT_EQ(failure([&] { store.loadSecrets("isp"); }),
              R"(the credential isp.password is broken: secret "password": holds a )"
              "NUL or a newline; expected any other bytes");
    put("credentials/isp.password", std::string(255, 'x') + "\n");
    EXPECT_EQ(store.loadSecrets("isp").at("password").view().size(), 255U);
    put("credentials/isp.password", std::string(400, 'x'));
    EXPECT_NE(failure([&] { store.loadSecrets("isp"); }).find("longer than 255 bytes"), std::string::npos);
}

// ---- what became of the PIN

TEST_F(FilesTest, KeepsWhatBecameOfThePin) {
    using core::PinState;
    auto store = files();
    EXPECT_EQ(store.pinState("isp"), PinState::Fresh);
    store.saveNew("isp", "{}", one("pin", "1234"));
    for (const PinState state : {PinState::Trying, PinState::Accepted, PinState::Refused}) {
        store.savePinState("isp", state);
        EXPECT_EQ(files().pinState("isp"), state);
    }
    EXPECT_EQ(test::run("stat -c %a '" + path("etc/secrets/isp.pin") + "'"), "600\n");
    store.saveSecrets("isp", one("password", "x"));
    EXPECT_EQ(store.pinState("isp"), PinState::Refused) << "other secrets change nothing";
    for (const char* broken : {"", "fresh\n", "refused", "a word that is much too long for it\n"}) {
        put("etc/secrets/isp.pin", broken);
        EXPECT_EQ(store.pinState("isp"), PinState::Trying) << broken;
    }
    store.savePinState("isp", PinState::Fresh);
    EXPECT_EQ(store.pinState("isp"), PinState::Fresh);

    store.savePinState("isp", PinState::Refused);
    store.removeBoth("isp");
    EXPECT_EQ(store.pinState("isp"), PinState::Fresh);
    put("etc/secrets/isp.pin", "refused\n"); // of a connection that was removed by hand
    store.saveNew("isp", "{}", {});
    EXPECT_EQ(store.pinState("isp"), PinState::Fresh);
}

// ---- a disk that is full or read-only
// -----------------------------------------------------------------------------

class SmallDiskTest : public FilesTest {
protected:
    void SetUp() override {
        FilesTest::SetUp();
        if (unshare(CLONE_NEWNS) != 0)
            GTEST_SKIP() << "no mount namespace: " << std::strerror(errno);
        ASSERT_EQ(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
        ASSERT_EQ(mkdir(path("etc").c_str(), 0755), 0);
        ASSERT_EQ(mount("tmpfs", path("etc").c_str(), "tmpfs", 0, "size=64k"), 0);
        auto store = files();
        store.saveProfile("isp", "old");
        store.saveSecrets("isp", one("password", "old"));
    }
    void TearDown() override {
        umount2(path("etc").c_str(), MNT_DETACH);
        FilesTest::TearDown();
    }
    void expectOld() {
        auto store = files();
        ASSERT_EQ(store.loadAll().size(), 1U);
        EXPECT_EQ(store.loadAll()[0].json, "old");
        EXPECT_EQ(store.loadSecrets("isp").at("password").view(), "old");
        EXPECT_EQ(test::run("ls -A '" + path("etc/connections") + "' '" + path("etc/secrets") +
                            "' | grep -c '^[.]tmp' || true"),
                  "0\n");
    }
};

TEST_F(SmallDiskTest, FullKeepsWhatWasThere) {
    test::shell("head -c 100k /dev/zero > '" + path("etc/fill") + "'");
    auto store = files();
    EXPECT_EQ(failure([&] { store.saveProfile("isp", std::string(9000, 'x')); }),
              "cannot store the profile: No space left on device");
    EXPECT_EQ(failure([&] { store.saveSecrets("isp", one("password", std::string(255, 'x'))); }),
              "cannot store the secrets: No space left on device");
    expectOld();
}

TEST_F(SmallDiskTest, ReadOnlyKeepsWhatWasThere) {
    ASSERT_EQ(mount(nullptr, path("etc").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    auto store = files();
    EXPECT_EQ(failure([&] { store.saveProfile("isp", "new"); }),
              "cannot store the profile: Read-only file system");
    EXPECT_EQ(failure([&] { store.saveSecrets("isp", one("password", "new")); }),
              "cannot store the secrets: Read-only file system");
    EXPECT_EQ(failure([&] { store.removeBoth("isp"); }), "cannot remove the secrets: Read-only file system");
    EXPECT_EQ(failure([&] { store.saveNew("other", "{}", one("password", "new")); }),
              "cannot store the secrets: Read-only file system");
    EXPECT_EQ(failure([&] { store.removeSecrets("isp"); }),
              "cannot remove the secrets: Read-only file system");
    expectOld();
}

} // namespace
} // namespace ppp::sys
