// SPDX-License-Identifier: LGPL-2.1-or-later
// Records to JSON and back; a record that does not parse is no record.
#include "core/record.hpp"

#include <nlohmann/json.hpp>

#include "core/notes.hpp"
#include "core/text.hpp"

namespace ppp::core {

namespace {

using nlohmann::json;
constexpr int kVersion = 1;

json micros(BootTime t) {
    return t.sinceBoot.count();
}
BootTime bootTime(const json& j) {
    return {Duration(j.get<std::int64_t>())};
}

json moment(const Moment& m) {
    return {{"boot", micros(m.at)}, {"wall", m.firstShown}};
}
Moment momentFrom(const json& j) {
    return {bootTime(j.at("boot")), j.at("wall").get<std::uint64_t>()};
}

json hex(const std::uint8_t* bytes, std::size_t size) {
    constexpr const char* digits = "0123456789abcdef";
    std::string out;
    for (std::size_t i = 0; i < size; ++i) {
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
    return out;
}
template <typename Bytes> json hex(const Bytes& bytes) {
    return hex(bytes.data(), bytes.size());
}
std::vector<std::uint8_t> bytes(const json& j) {
    const auto& text = j.get_ref<const std::string&>();
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        out.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
    }
    return out;
}
template <std::size_t N> std::array<std::uint8_t, N> array(const json& j) {
    const auto raw = bytes(j);
    std::array<std::uint8_t, N> out{};
    if (raw.size() != N) {
        throw std::invalid_argument("wrong length");
    }
    std::copy(raw.begin(), raw.end(), out.begin());
    return out;
}

json toValue(const Route& r) {
    return {{"family", r.family}, {"table", r.table},       {"destination", r.destination},
            {"prefix", r.prefix}, {"gateway", r.gateway},   {"interface", r.interface},
            {"metric", r.metric}, {"protocol", r.protocol}, {"scope", r.scope},
            {"type", r.type},     {"source", r.source},     {"raw", hex(r.raw)}};
}

Route routeFrom(const json& j) {
    Route r;
    r.family = j.at("family");
    r.table = j.at("table");
    r.destination = j.at("destination");
    r.prefix = j.at("prefix");
    r.gateway = j.at("gateway");
    r.interface = j.at("interface");
    r.metric = j.at("metric");
    r.protocol = j.at("protocol");
    r.scope = j.at("scope");
    r.type = j.at("type");
    r.source = j.at("source");
    r.raw = bytes(j.at("raw"));
    return r;
}

json text(const std::string& raw) {
    return hex(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
}

void addTunnel(json& j, const LinkFacts& facts) {
    if (facts.server) {
        j["server"] = hex(facts.server->address);
    }
    if (facts.tunnel) {
        j["tunnel"] = {
            {"id", facts.tunnel->id}, {"peer", facts.tunnel->peerId}, {"host", text(facts.tunnel->host)}};
    }
    if (facts.pin) {
        j["pin"] = {{"route", toValue(facts.pin->route)}, {"via-default", facts.pin->viaDefault}};
    }
}

void takeTunnel(LinkFacts& facts, const json& j) {
    if (j.contains("server")) {
        facts.server = engine::Server{bytes(j["server"])};
    }
    if (j.contains("tunnel")) {
        const auto host = bytes(j["tunnel"].at("host"));
        facts.tunnel =
            engine::Tunnel{j["tunnel"].at("id"), j["tunnel"].at("peer"), {host.begin(), host.end()}};
    }
    if (j.contains("pin")) {
        facts.pin = ServerPin{routeFrom(j["pin"].at("route")), j["pin"].at("via-default")};
    }
}

using Servers = std::vector<std::array<std::uint8_t, 4>>;

json servers(const Servers& all) {
    json out = json::array();
    for (const auto& server : all) {
        out.push_back(hex(server));
    }
    return out;
}

Servers serversFrom(const json& j) {
    Servers out;
    for (const json& server : j) {
        out.push_back(array<4>(server));
    }
    return out;
}

json toValue(const std::vector<AdvertisedServer>& servers) {
    json out = json::array();
    for (const auto& [address, until] : servers) {
        out.push_back({{"address", address}, {"until", until.sinceBoot.count()}});
    }
    return out;
}

std::vector<AdvertisedServer> servers6From(const json& j) {
    std::vector<AdvertisedServer> out;
    for (const json& one : j) {
        out.push_back({one.at("address"), BootTime{Duration(one.at("until").get<std::int64_t>())}});
    }
    return out;
}

json toValue(const LinkFacts& facts) {
    json j = {
        {"auth-protocol", facts.authProtocol}, {"chap-digest", facts.chapDigest},
        {"ip4-refused", facts.ip4Refused},     {"ip6-refused", facts.ip6Refused},
        {"ip6-routed", facts.routed6},         {"ip6-router-until", facts.router6Until.sinceBoot.count()},
        {"ip6-addresses", facts.addresses6},   {"ip6-prefixes", facts.prefixes6},
        {"ip6-dns", toValue(facts.servers6)},  {"pppd-pid", facts.pppdPid},
        {"peer-name", facts.peerName},         {"modem", facts.modem}};
    if (facts.ip4) {
        j["ip4"] = {{"interface", facts.ip4->interface}, {"index", facts.ip4->index},
                    {"local", hex(facts.ip4->local)},    {"peer", hex(facts.ip4->peer)},
                    {"dns", servers(facts.ip4->dns)},    {"mtu", facts.ip4->mtu}};
    }
    if (facts.ip6) {
        j["ip6"] = {{"interface", facts.ip6->interface},
                    {"index", facts.ip6->index},
                    {"local", hex(facts.ip6->localId)},
                    {"peer", hex(facts.ip6->peerId)},
                    {"mtu", facts.ip6->mtu}};
    }
    if (facts.demand) {
        j["demand"] = {{"interface", facts.demand->interface},
                       {"index", facts.demand->index},
                       {"local", hex(facts.demand->local)},
                       {"peer", hex(facts.demand->peer)},
                       {"mtu", facts.demand->mtu}};
    }
    if (facts.session) {
        j["session"] = {{"id", facts.session->id},
                        {"peer", hex(facts.session->peer)},
                        {"concentrator", text(facts.session->concentrator)},
                        {"max-payload", facts.session->maxPayload}};
    }
    addTunnel(j, facts);
    return j;
}

LinkFacts factsFrom(const json& j) {
    LinkFacts facts;
    facts.authProtocol = j.at("auth-protocol");
    facts.chapDigest = j.at("chap-digest");
    facts.ip4Refused = j.at("ip4-refused");
    facts.ip6Refused = j.at("ip6-refused");
    facts.routed6 = j.value("ip6-routed", false);
    facts.addresses6 = j.value("ip6-addresses", std::vector<std::string>());
    facts.prefixes6 = j.value("ip6-prefixes", std::vector<std::string>());
    facts.servers6 = servers6From(j.value("ip6-dns", json::array()));
    facts.router6Until = BootTime{Duration(j.value("ip6-router-until", std::int64_t{0}))};
    facts.modem = j.value("modem", std::string()); // not in records of 0.1.0
    facts.pppdPid = j.value("pppd-pid", 0U);       // nor these two
    facts.peerName = j.value("peer-name", std::string());
    if (j.contains("ip4")) {
        const json& v = j["ip4"];
        engine::Ip4Up up{v.at("interface"),        v.at("index"),
                         array<4>(v.at("local")),  array<4>(v.at("peer")),
                         serversFrom(v.at("dns")), v.at("mtu")};
        facts.ip4 = std::move(up);
    }
    if (j.contains("ip6")) {
        const json& v = j["ip6"];
        facts.ip6 = engine::Ip6Up{v.at("interface"), v.at("index"), array<8>(v.at("local")),
                                  array<8>(v.at("peer")), v.at("mtu")};
    }
    if (j.contains("demand")) {
        const json& v = j["demand"];
        facts.demand = engine::DemandReady{v.at("interface"), v.at("index"), array<4>(v.at("local")),
                                           array<4>(v.at("peer")), v.at("mtu")};
    }
    if (j.contains("session")) {
        const json& v = j["session"];
        const auto name = bytes(v.at("concentrator"));
        facts.session = engine::Session{v.at("id"),
                                        array<6>(v.at("peer")),
                                        {name.begin(), name.end()},
                                        v.value("max-payload", 0U)}; // an earlier version has none
    }
    takeTunnel(facts, j);
    return facts;
}

json toValue(const std::optional<engine::PeerAuth>& peer) {
    if (!peer) {
        return {};
    }
    return {{"protocol", peer->protocol},
            {"digest", peer->digest},
            {"verdict", peer->verdict},
            {"name", text(peer->name)}};
}

std::optional<engine::PeerAuth> peerFrom(const json& j) {
    if (!j.is_object()) {
        return std::nullopt;
    }
    const auto name = bytes(j.at("name"));
    return engine::PeerAuth{j.at("protocol"), j.at("verdict"), {name.begin(), name.end()}, j.at("digest")};
}

std::optional<StopCause> stopFrom(const json& j, const char* reason, const char* words, Reason unknown) {
    if (!j.contains(reason) || !j[reason].is_string()) { // records of earlier versions do not have them all
        return std::nullopt;
    }
    return StopCause{reasonFromWire(j[reason].get<std::string>()).value_or(unknown), j.at(words)};
}

json toValue(const Sightings& seen) {
    return {{"demand", seen.demand},
            {"called", seen.called},
            {"offered", seen.offered},
            {"session", seen.session},
            {"lcp-open", seen.lcpOpen},
            {"no-password", seen.noPassword},
            {"auth-asked", seen.authAsked},
            {"auth-started", seen.authStarted},
            {"auth-protocol", seen.authProtocol},
            {"auth-digest", seen.authDigest},
            {"declined", seen.declined},
            {"peer", toValue(seen.peer)},
            {"echo-lost", seen.echoLost},
            {"terminated", seen.terminated},
            {"terminate-text", seen.terminateMessage},
            {"lcp-rejected", seen.lcpRejected},
            {"close-text", seen.closeMessage},
            {"auth-accepted", seen.authAccepted},
            {"auth-refused", seen.authRefused},
            {"auth-message", seen.authMessage},
            {"network", seen.networkPhase},
            {"was-up", seen.wasUp},
            {"damaged", seen.damaged},
            {"stop", seen.stop ? json(std::string(wire(seen.stop->reason))) : json()},
            {"stop-text", seen.stop ? seen.stop->text : ""},
            {"refusal", seen.refusal ? json(std::string(wire(seen.refusal->reason))) : json()},
            {"refusal-text", seen.refusal ? seen.refusal->text : ""},
            {"failure", seen.failure ? json(std::string(wire(seen.failure->reason))) : json()},
            {"failure-text", seen.failure ? seen.failure->text : ""},
            {"failure-passing", seen.failure && seen.failure->passing}};
}

/// What records of earlier versions do not have.
void seenAuthFrom(Sightings& seen, const json& j) {
    seen.noPassword = j.value("no-password", false);
    seen.authAsked = j.value("auth-asked", false);
    seen.authProtocol = j.value("auth-protocol", 0U);
    seen.authDigest = j.value("auth-digest", 0U);
    seen.declined = j.value("declined", std::vector<std::string>());
    seen.peer = peerFrom(j.value("peer", json()));
    seen.echoLost = j.value("echo-lost", false);
    seen.terminated = j.value("terminated", false);
    seen.terminateMessage = j.value("terminate-text", "");
    seen.lcpRejected = j.value("lcp-rejected", false);
    seen.closeMessage = j.value("close-text", "");
}

Sightings seenFrom(const json& j) {
    Sightings seen;
    seen.demand = j.value("demand", false); // these two are not in records of earlier versions
    seen.called = j.value("called", false);
    seen.offered = j.at("offered");
    seen.session = j.at("session");
    seen.lcpOpen = j.at("lcp-open");
    seen.authStarted = j.at("auth-started");
    seen.authAccepted = j.at("auth-accepted");
    seen.authRefused = j.at("auth-refused");
    seen.authMessage = j.at("auth-message");
    seen.networkPhase = j.at("network");
    seen.wasUp = j.at("was-up");
    seen.damaged = j.value("damaged", 0U); // an earlier version has none
    seen.stop = stopFrom(j, "stop", "stop-text", Reason::UserRequest);
    seen.refusal = stopFrom(j, "refusal", "refusal-text", Reason::ServiceRejected);
    seen.failure = stopFrom(j, "failure", "failure-text", Reason::EngineFailed);
    if (seen.failure) {
        seen.failure->passing = j.value("failure-passing", false); // not in records of earlier versions
    }
    seenAuthFrom(seen, j);
    return seen;
}

json toValue(const RetryMemory& memory) {
    return {{"class", static_cast<int>(memory.last)},
            {"in-a-row", memory.inARow},
            {"auth-refusals", memory.authRefusals},
            {"password-worked", memory.passwordWorked ? micros(*memory.passwordWorked) : json()}};
}

RetryMemory retryFrom(const json& j) {
    RetryMemory memory;
    memory.last = static_cast<RetryClass>(j.at("class").get<int>());
    memory.inARow = j.at("in-a-row");
    memory.authRefusals = j.at("auth-refusals");
    if (!j.at("password-worked").is_null()) {
        memory.passwordWorked = bootTime(j.at("password-worked"));
    }
    return memory;
}

} // namespace

std::string toJson(const ConnectionRecord& record) {
    const json j = {{"version", kVersion},
                    {"wanted", record.wanted},
                    {"state", std::string(wire(record.state))},
                    {"phase", std::string(wire(record.phase))},
                    {"reason", std::string(wire(record.reason))},
                    {"reason-text", record.reasonText},
                    {"attempt", record.attempt},
                    {"state-since", moment(record.stateSince)},
                    {"connected-at", moment(record.connectedAt)},
                    {"next-attempt", moment(record.nextAttempt)},
                    {"retry", toValue(record.retry)},
                    {"facts", toValue(record.facts)},
                    {"seen", toValue(record.seen)},
                    {"engine", record.engine},
                    {"device", record.device},
                    {"made-link", record.madeLink},
                    {"made-parent", record.madeParent},
                    {"raised-link", record.raisedLink},
                    {"widened-link", record.widenedLink},
                    {"narrow-mtu", record.narrowMtu},
                    {"wide-mtu", record.wideMtu},
                    {"profile", record.profile},
                    {"dial-now", record.dialNow},
                    {"redial-by", record.redialBy},
                    {"debug", record.debug},
                    {"ask", record.ask},
                    {"lacks", record.lacks},
                    {"last-dns", servers(record.lastDns)}};
    return j.dump();
}

LineState lineOf(const ConnectionRecord& record) {
    return {record.device,      record.madeLink,  record.madeParent, record.raisedLink,
            record.widenedLink, record.narrowMtu, record.wideMtu};
}

std::optional<ConnectionRecord> recordFromJson(std::string_view text) try {
    const json j = parseNotes(text);
    if (j.at("version") != kVersion) {
        return std::nullopt;
    }
    ConnectionRecord record;
    record.wanted = j.at("wanted");
    record.state = stateFromWire(j.at("state").get<std::string>()).value_or(State::Down);
    record.phase = phaseFromWire(j.at("phase").get<std::string>()).value_or(Phase::None);
    record.reason = reasonFromWire(j.at("reason").get<std::string>()).value_or(Reason::None);
    record.reasonText = j.at("reason-text");
    record.attempt = j.at("attempt");
    record.stateSince = momentFrom(j.at("state-since"));
    record.connectedAt = momentFrom(j.at("connected-at"));
    record.nextAttempt = momentFrom(j.at("next-attempt"));
    record.retry = retryFrom(j.at("retry"));
    record.facts = factsFrom(j.at("facts"));
    record.seen = seenFrom(j.at("seen"));
    record.engine = j.at("engine");
    record.device = j.at("device");
    record.madeLink = j.at("made-link");
    record.madeParent = j.at("made-parent");
    record.raisedLink = j.at("raised-link");
    record.widenedLink = j.value("widened-link", ""); // an earlier version has none of these
    record.narrowMtu = j.value("narrow-mtu", 0U);
    record.wideMtu = j.value("wide-mtu", 0U);
    record.profile = j.value("profile", ""); // nor these three
    record.dialNow = j.value("dial-now", false);
    record.redialBy = j.value("redial-by", "");
    record.debug = j.value("debug", false); // an earlier version has none
    record.ask = j.value("ask", true);
    record.lacks = j.value("lacks", false);
    record.lastDns = serversFrom(j.value("last-dns", json::array()));
    return record;
} catch (const std::exception&) {
    return std::nullopt;
}

std::string toJson(const std::vector<Displaced>& displaced) {
    json list = json::array();
    for (const Displaced& one : displaced) {
        list.push_back({{"original", toValue(one.original)}, {"shifted", toValue(one.shifted)}});
    }
    return json{{"version", kVersion}, {"displaced", list}}.dump();
}

std::vector<Displaced> displacedFromJson(std::string_view text) {
    std::vector<Displaced> out;
    const json j = parseNotes(text, true);
    if (!j.is_object() || !j.contains("displaced") || !j["displaced"].is_array()) {
        return out;
    }
    for (const json& one : j["displaced"]) {
        try {
            out.push_back({routeFrom(one.at("original")), routeFrom(one.at("shifted"))});
        } catch (const std::exception&) {
            continue;
        }
    }
    return out;
}

} // namespace ppp::core
