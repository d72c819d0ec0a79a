// SPDX-License-Identifier: LGPL-2.1-or-later
// All formats of the table: each has a sample that it knows again and takes; no input, however broken, makes
// an importer throw, hang, show a secret or lose a line.
#include <random>

#include "core/profile.hpp"
#include "import_formats_fixture.hpp"

namespace ppp::cli::importing {
namespace {

struct Case {
    const char* format;
    const char* path;
    const char* file; ///< among the samples; empty: written below
};

constexpr Case kCases[] = {
    {"peers", "/etc/ppp/peers/provider", ""},
    {"rp-pppoe", "/etc/ppp/pppoe.conf", "pppoe.conf"},
    {"rp-pppoe", "/root/second", "pppoe-demand.conf"},
    {"ifcfg", "/etc/sysconfig/network-scripts/ifcfg-ppp0", "ifcfg-ppp0"},
    {"ifcfg", "/etc/sysconfig/network-scripts/ifcfg-ppp1", "ifcfg-ppp1"},
    {"networkmanager", "/etc/NetworkManager/system-connections/dsl.nmconnection", "dsl.nmconnection"},
    {"networkmanager", "/root/mobile", "mobile.nmconnection"},
    {"networkmanager", "/root/work", "work.nmconnection"},
    {"xl2tpd", "/etc/xl2tpd/xl2tpd.conf", "xl2tpd.conf"},
    {"wvdial", "/etc/wvdial.conf", "wvdial.conf"},
    {"netctl", "/etc/netctl/home", "netctl-pppoe"},
    {"netctl", "/etc/netctl/mobile", "netctl-mobile"},
};

constexpr const char* kSecrets[] = {"geheim",     "sesame", "very; secret", "very \"secret\"", "op\\en",
                                    "0sZ2VoZWlt", "=1234",  "=4321",        "tunnel secret"};

std::string text(const Case& one) {
    return *one.file == '\0' ? "plugin pppoe.so eth0\nuser alice\ndefaultroute\nusepeerdns\npersist\nnoauth\n"
                             : sample(one.file);
}

/// Lines of the file that say something.
std::set<unsigned> settingLines(const std::string& text) {
    std::set<unsigned> out;
    unsigned number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const std::string_view line = trim(std::string_view(text).substr(at, end - at));
        ++number;
        if (!line.empty() && line.front() != '#' && line.front() != ';' &&
            line.find('=') != std::string_view::npos) {
            out.insert(number);
        }
        at = end + 1;
    }
    return out;
}

void expectNoSecret(const Result& result, const std::string& where) {
    const std::string all = said(result);
    for (const char* const secret : kSecrets) {
        EXPECT_EQ(all.find(secret), std::string::npos) << where << ": " << secret << "\n" << all;
    }
}

TEST(Formats, EachIsKnownAgainAndTaken) {
    std::set<std::string_view> seen;
    for (const Case& one : kCases) {
        const Format* const format = detectFormat(one.path, text(one));
        ASSERT_NE(format, nullptr) << one.path;
        EXPECT_EQ(format->name, one.format) << one.path;
        EXPECT_EQ(findFormat(one.format), format);
        const Result result = imported(one.path, text(one));
        EXPECT_TRUE(result.troubles.empty()) << said(result);
        ASSERT_FALSE(result.connections.empty()) << one.path;
        for (const Connection& connection : result.connections) {
            EXPECT_TRUE(connection.troubles.empty()) << said(result);
            EXPECT_TRUE(core::parseProfile(connection.profile.dump()).faults.empty())
                << connection.profile.dump();
            EXPECT_FALSE(connection.name.empty());
        }
        expectNoSecret(result, one.path);
        seen.insert(format->name);
    }
    for (const Format& format : formats()) {
        EXPECT_TRUE(seen.contains(format.name)) << "no sample of " << format.name;
    }
}

TEST(Formats, EachLineHasItsRow) {
    for (const Case& one : kCases) {
        if (*one.file == '\0') {
            continue;
        }
        const Result result = imported(one.path, text(one));
        std::set<unsigned> lines;
        const auto gather = [&](const std::vector<Entry>& report) {
            for (const Entry& entry : report) {
                if (entry.place.file == one.path) {
                    lines.insert(entry.place.line);
                }
                EXPECT_FALSE(entry.why.empty()) << entry.what;
                EXPECT_FALSE(entry.what.empty()) << entry.why;
            }
        };
        gather(result.report);
        for (const Connection& connection : result.connections) {
            gather(connection.report);
        }
        for (const unsigned line : settingLines(text(one))) {
            EXPECT_TRUE(lines.contains(line)) << one.path << ':' << line << "\n" << said(result);
        }
    }
}

TEST(Formats, WindowsLineEndsAndAMarkChangeNothing) {
    for (const Case& one : kCases) {
        std::string other = "\xef\xbb\xbf";
        for (const char c : text(one)) {
            other += c == '\n' ? std::string("\r\n") : std::string(1, c);
        }
        if (*one.file == '\0') {
            continue; // pppd itself knows neither
        }
        const Result before = imported(one.path, text(one)), after = imported(one.path, other);
        ASSERT_EQ(before.connections.size(), after.connections.size()) << one.path;
        for (std::size_t i = 0; i < before.connections.size(); ++i) {
            EXPECT_EQ(before.connections[i].profile, after.connections[i].profile) << one.path;
            EXPECT_EQ(secret(before.connections[i], "password"), secret(after.connections[i], "password"));
        }
    }
}

TEST(Formats, TextOfOtherAlphabets) {
    const Result good =
        imported("/etc/netctl/x", "Connection=pppoe\nInterface=eth0\nUser=gr\xc3\xbcn\nPassword=\xd0\xb8\n");
    EXPECT_EQ(good.connections.at(0).at("/auth/user"), "gr\xc3\xbcn");
    EXPECT_EQ(secret(good.connections[0], "password"), "\xd0\xb8");
    const Result bad =
        imported("/etc/netctl/x", "Connection=pppoe\nInterface=eth0\nUser=gr\xfcn\nPassword=\xff\n");
    EXPECT_FALSE(bad.connections.at(0).has("/auth/user"));
    ASSERT_FALSE(bad.connections[0].troubles.empty());
    EXPECT_NE(bad.connections[0].troubles[0].find("/etc/netctl/x:3: User"), std::string::npos) << said(bad);
    EXPECT_EQ(secret(bad.connections[0], "password"), "\xff") << "a secret may be any bytes";
}

/// Invariants of every result: nothing is shown that should not be, and what a bus or a terminal gets is
/// text.
void expectSane(const Result& result, const std::string& where) {
    const auto sane = [&](const std::vector<Entry>& report) {
        EXPECT_LE(report.size(), kEntries + 1) << where;
        for (const Entry& entry : report) {
            EXPECT_FALSE(entry.what.empty() && entry.why.empty()) << where;
        }
    };
    sane(result.report);
    for (const Connection& connection : result.connections) {
        sane(connection.report);
        const bool stored = connection.troubles.empty();
        const auto parsed = core::parseProfile(
            connection.profile.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        EXPECT_TRUE(!stored || parsed.faults.empty()) << where;
    }
    EXPECT_TRUE(!result.connections.empty() || !result.troubles.empty()) << where;
}

std::string mutated(std::string text, std::mt19937& random) {
    const auto below = [&](std::size_t limit) {
        return limit == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    constexpr std::string_view kBytes = "\"'\\$`(){}[]=;#\n\r\t ~*\xff\xc3\x01/:,%";
    for (std::size_t n = 1 + below(6); n > 0 && !text.empty(); --n) {
        const std::size_t at = below(text.size());
        switch (below(5)) {
        case 0:
            text[at] = kBytes[below(kBytes.size())];
            break;
        case 1:
            text.insert(at, 1, kBytes[below(kBytes.size())]);
            break;
        case 2:
            text.erase(at, 1 + below(20));
            break;
        case 3:
            text.insert(at, text.substr(below(text.size()), below(60)));
            break;
        default:
            text.resize(at);
        }
    }
    return text;
}

TEST(Formats, BrokenInputIsSaidAndNothingElseHappens) {
    std::mt19937 random(20240611); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same files each time
    const Disk disk = machine();
    for (const Case& one : kCases) {
        const std::string whole = text(one);
        for (int round = 0; round < 150; ++round) {
            const std::string broken = mutated(whole, random);
            for (const Format& format : formats()) {
                if (format.name != one.format && round % 10 != 0) {
                    continue; // a file of another format now and then
                }
                Result result = format.read({one.path, broken, disk.reader()});
                judge(result);
                expectSane(result, std::string(one.path) + "\n" + broken);
            }
        }
    }
}

TEST(Formats, ExtremesEnd) {
    const Disk disk = machine();
    const std::string inputs[] = {"",
                                  "\n",
                                  "=",
                                  "[",
                                  "]",
                                  "[x]",
                                  std::string(kFileSize + 1, 'a'),
                                  std::string(200000, '('),
                                  std::string(200000, '\n'),
                                  "A=" + std::string(100000, '('),
                                  "A=$" + std::string(100000, '('),
                                  std::string(100000, '[')};
    for (const Format& format : formats()) {
        for (const std::string& input : inputs) {
            Result result = format.read({"/etc/x", input, disk.reader()});
            judge(result);
            expectSane(result, std::string(format.name));
        }
        std::string many = "[connection]\ntype=pppoe\n[Dialer a]\nPhone=1\n[lac x]\n";
        for (int i = 0; i < 20000; ++i) {
            many += "K" + std::to_string(i) + "=v\n";
        }
        Result result = format.read({"/etc/x", many, disk.reader()});
        judge(result);
        expectSane(result, std::string(format.name));
    }
}

TEST(Formats, FilesThatCannotBeReadAreSaid) {
    Disk empty;
    const Result chat = imported("/etc/sysconfig/network-scripts/ifcfg-ppp1", sample("ifcfg-ppp1"), empty);
    EXPECT_FALSE(chat.connections.at(0).troubles.empty());
    EXPECT_NE(said(chat).find("chat-ppp1"), std::string::npos);
    const Result tunnel = imported("/etc/xl2tpd/xl2tpd.conf", sample("xl2tpd.conf"), empty);
    EXPECT_NE(said(tunnel).find("/etc/ppp/options.l2tpd.client"), std::string::npos);
    EXPECT_NE(said(tunnel).find("/etc/xl2tpd/l2tp-secrets"), std::string::npos);
}

} // namespace
} // namespace ppp::cli::importing
