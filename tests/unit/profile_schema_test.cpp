// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of keys against the JSON Schema, the contract's list of keys, the Profile's own defaults, and the
// examples.
#include "core/profile_keys.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/profile_faults.hpp"
#include "core/profile_read.hpp"

namespace {

using namespace ppp::core;
using nlohmann::json;

std::filesystem::path dataFolder() {
    return std::filesystem::path(PPP_SOURCE_DIR) / "data";
}

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file) << path;
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

/// Every key of the schema with its entry, by the table's kind of pointer.
void gather(const json& object, const std::string& pointer, std::map<std::string, json>& out) {
    EXPECT_EQ(object.at("additionalProperties"), json(false)) << pointer;
    for (const auto& [name, entry] : object.at("properties").items()) {
        const std::string at = memberPointer(pointer, name);
        out[at] = entry;
        if (entry.contains("properties")) {
            gather(entry, at, out);
        } else if (entry.contains("items") && entry.at("items").contains("properties")) {
            gather(entry.at("items"), at + "/*", out);
        }
    }
}

std::map<std::string, json> schemaKeys() {
    const json schema = json::parse(readFile(dataFolder() / "ppp-manager-profile.schema.json"));
    std::map<std::string, json> out;
    gather(schema, "", out);
    return out;
}

json typeOf(const Key& key) {
    const auto with = [&](std::vector<std::string> names) -> json {
        if (key.nullable) {
            names.emplace_back("null");
        }
        return names.size() == 1 ? json(names.front()) : json(names);
    };
    switch (key.kind) {
    case KeyKind::Section:
        return with({"object"});
    case KeyKind::Flag:
        return with({"boolean"});
    case KeyKind::Integer:
        return with({"integer"});
    case KeyKind::Number:
        return with({"number"});
    case KeyKind::Time:
        return with({"number", "string"});
    case KeyKind::WholeTime:
    case KeyKind::Mask:
        return with({"integer", "string"});
    case KeyKind::Text:
        return with({"string"});
    case KeyKind::Choice:
        return nullptr; // the enum says it
    default:
        return with({"array"});
    }
}

void expectSameLimits(const Key& key, const json& entry) {
    const json& counted = key.kind == KeyKind::Codes ? entry.at("items") : entry;
    if (entry.contains("maxItems")) {
        EXPECT_EQ(entry.at("maxItems").get<double>(), key.most);
    } else if (counted.contains("maximum")) {
        EXPECT_EQ(counted.at("minimum").get<double>(), key.least);
        EXPECT_EQ(counted.at("maximum").get<double>(), key.most);
    } else {
        EXPECT_EQ(key.most, 0);
    }
    if (key.kind == KeyKind::Text) {
        EXPECT_EQ(entry.at("maxLength").get<std::size_t>(), key.longest);
        EXPECT_EQ(entry.contains("minLength"), key.required && !key.empty);
    }
}

void expectSameWords(const Key& key, const json& entry) {
    if (key.choices.empty()) {
        EXPECT_FALSE(entry.contains("enum"));
        return;
    }
    json words(std::vector<std::string>(key.choices.begin(), key.choices.end()));
    if (key.nullable) {
        words.push_back(nullptr);
    }
    EXPECT_EQ(key.kind == KeyKind::Choice ? entry.at("enum") : entry.at("items").at("enum"), words);
}

TEST(Schema, SaysWhatTheTableSays) {
    const auto schema = schemaKeys();
    std::set<std::string> known;
    for (const Key& key : profileKeys()) {
        SCOPED_TRACE(key.pointer);
        const std::string pointer(key.pointer);
        EXPECT_TRUE(known.insert(pointer).second) << "twice in the table";
        ASSERT_TRUE(schema.contains(pointer));
        const json& entry = schema.at(pointer);
        EXPECT_EQ(entry.value("type", json()), typeOf(key));
        EXPECT_EQ(entry.contains("default") ? entry.at("default").dump() : "",
                  key.standard.empty() ? "" : json::parse(key.standard).dump());
        EXPECT_FALSE(entry.at("description").get<std::string>().empty());
        expectSameLimits(key, entry);
        expectSameWords(key, entry);
    }
    for (const auto& [pointer, entry] : schema) {
        EXPECT_TRUE(known.contains(pointer)) << pointer << " is not in the table";
    }
}

TEST(Schema, NamesTheRequiredKeys) {
    const json schema = json::parse(readFile(dataFolder() / "ppp-manager-profile.schema.json"));
    std::map<std::string, std::set<std::string>> required;
    for (const Key& key : profileKeys()) {
        if (key.required) {
            required[std::string(key.parent())].insert(std::string(key.name()));
        }
    }
    const auto keys = schemaKeys();
    for (const Key& key : profileKeys()) {
        if (key.kind != KeyKind::Section && key.kind != KeyKind::Sections) {
            continue;
        }
        const json& entry = keys.at(std::string(key.pointer));
        const bool list = key.kind == KeyKind::Sections;
        const json& object = list ? entry.at("items") : entry;
        EXPECT_EQ(object.value("required", std::set<std::string>{}),
                  required[std::string(key.pointer) + (list ? "/*" : "")]);
    }
    EXPECT_EQ(schema.at("required"), json::array({"type"}));
    EXPECT_EQ(schema.at("oneOf").size(), 3U);
}

TEST(Table, HasTheKeysOfTheContract) {
    const std::map<std::string, std::string> contract{
        {"", "type autoconnect priority pppoe serial l2tp auth ppp ipv4 ipv6 dns mss-clamp reconnect "
             "session-limit redial-at "
             "idle-timeout on-demand hooks metered firewall-zone interface-name"},
        {"/pppoe", "interface vlan service access-concentrator access-concentrator-mac host-uniq clone-mac "
                   "discovery-timeout"},
        {"/serial", "device speed flow-control modem-lines dial hangup"},
        {"/serial/dial", "number init login timeout"},
        {"/l2tp", "server port hostname hello-interval require-ipsec"},
        {"/auth", "user refuse require remote-name allow-empty-password"},
        {"/ppp", "mru mtu lcp-echo-interval lcp-echo-failure asyncmap escape vj compression accomp pcomp "
                 "mppe passive silent debug "
                 "restart extra-options"},
        {"/ppp/restart", "lcp ipcp"},
        {"/ipv4",
         "enabled local peer accept-local accept-peer default-route metric table vrf routes proxy-arp"},
        {"/ipv4/routes/*", "to via metric"},
        {"/ipv6", "enabled interface-id accept-ra default-route metric prefix-delegation wait"},
        {"/dns", "mode servers search default-route dnssec over-tls handler"},
        {"/reconnect", "enabled auth-failures jitter lost discovery auth modem"},
        {"/reconnect/lost", "first factor cap"},
        {"/reconnect/discovery", "first factor cap"},
        {"/reconnect/auth", "first factor cap"},
        {"/reconnect/modem", "first factor cap"},
    };
    std::size_t count = 0;
    for (const auto& [parent, names] : contract) {
        std::istringstream words(names);
        for (std::string name; words >> name; ++count) {
            EXPECT_NE(findKey(memberPointer(parent, name)), nullptr) << parent << '/' << name;
        }
    }
    EXPECT_EQ(count, profileKeys().size());
}

/// The three types with as little as they need.
std::vector<json> shortest() {
    return {json::parse(R"({"type": "pppoe", "pppoe": {"interface": "eth0"}})"),
            json::parse(R"({"type": "serial", "serial": {"device": "/dev/ttyS0", "dial": {"number": "1"}}})"),
            json::parse(R"({"type": "l2tp", "l2tp": {"server": "vpn.example.net"}})")};
}

Profile read(const json& document) {
    const ParsedProfile parsed = parseProfile(document.dump());
    EXPECT_EQ(describe(parsed.faults), "") << document;
    return parsed.profile.value_or(Profile{});
}

/// Whether the key stands in the section of another type.
bool ofOtherType(const Key& key, LinkType type) {
    const std::string_view first = key.pointer.substr(1, key.pointer.find('/', 1) - 1);
    const bool ofAType = first == "pppoe" || first == "serial" || first == "l2tp";
    return ofAType && first != wire(type);
}

TEST(Table, WritesDownTheDefaultsThatTheProfileHas) {
    for (const json& document : shortest()) {
        const Profile bare = read(document);
        json full = document;
        for (const Key& key : profileKeys()) {
            if (key.standard.empty() || key.parent().ends_with('*') || ofOtherType(key, bare.type)) {
                continue;
            }
            const json::json_pointer pointer{std::string(key.pointer)};
            full[pointer] = json::parse(key.standard);
            json single = document;
            single[pointer] = json::parse(key.standard);
            EXPECT_EQ(read(single), bare) << key.pointer;
        }
        EXPECT_EQ(read(full), bare);
    }
}

/// A value that differs from the default, so that a key that goes to no or to the wrong member shows.
json other(const Key& key) {
    switch (key.kind) {
    case KeyKind::Flag:
        return key.standard != "true";
    case KeyKind::Integer:
        return key.least > 2 ? 1000 : 2;
    case KeyKind::Number:
        return 1;
    case KeyKind::Time:
    case KeyKind::WholeTime:
        return key.name() == "cap" ? 7777 : key.name() == "first" ? 1 : key.name() == "wait" ? 3 : 40;
    case KeyKind::Choice:
        return std::string(key.choices.back());
    case KeyKind::Choices:
        return json::array({"pap"});
    case KeyKind::Mask:
        return 1;
    case KeyKind::Codes:
        return json::array({7});
    case KeyKind::Pairs:
        return json::parse(R"([["a", "b"]])");
    default:
        return json::parse(key.pointer == "/ppp/extra-options" ? R"(["nomagic"])"
                           : key.pointer == "/dns/search"      ? R"(["example.net"])"
                                                               : R"(["x"])");
    }
}

TEST(Table, EveryKeyChangesItsOwnMember) {
    const json serial = shortest()[1];
    std::map<std::string, Profile> seen;
    for (const Key& key : profileKeys()) {
        const bool line = key.pointer.starts_with("/pppoe") || key.pointer.starts_with("/l2tp");
        const bool special = key.kind == KeyKind::Section || key.kind == KeyKind::Sections ||
                             key.kind == KeyKind::Text || key.parent().ends_with('*') ||
                             key.pointer == "/type" || key.pointer.starts_with("/dns/mode") ||
                             key.pointer == "/dns/servers";
        if (line || special) {
            continue;
        }
        const json base =
            key.pointer == "/on-demand" ? shortest()[0] : serial; // no key for a serial line yet
        json document = base;
        document[json::json_pointer{std::string(key.pointer)}] = other(key);
        const Profile profile = read(document);
        EXPECT_FALSE(profile == read(base)) << key.pointer << " changes nothing";
        for (const auto& [pointer, earlier] : seen) {
            EXPECT_FALSE(profile == earlier) << key.pointer << " does what " << pointer << " does";
        }
        seen.emplace(key.pointer, profile);
    }
    EXPECT_GT(seen.size(), 60U);
}

TEST(Examples, AreValidAndThereIsOneForEachType) {
    std::set<LinkType> types;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dataFolder() / "examples")) {
        if (entry.path().extension() != ".json") {
            continue;
        }
        const ParsedProfile parsed = parseProfile(readFile(entry.path()));
        EXPECT_EQ(describe(parsed.faults), "") << entry.path();
        if (parsed.profile) {
            types.insert(parsed.profile->type);
        }
    }
    EXPECT_EQ(types.size(), 3U);
}

TEST(Examples, TheFirstOneShowsDefaults) {
    const Profile shown =
        parseProfile(readFile(dataFolder() / "examples/pppoe.json")).profile.value_or(Profile{});
    EXPECT_EQ(shown, read(shortest()[0]));
}

} // namespace
