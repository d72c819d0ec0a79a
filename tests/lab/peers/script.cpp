// SPDX-License-Identifier: LGPL-2.1-or-later
// The concentrator's command line.
#include "script.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <fstream>
#include <getopt.h>
#include <map>
#include <stdexcept>

namespace ppp::lab {

namespace {

// The password comes from a file: scenarios look for it in every process's arguments.
constexpr const char* kUsage =
    "ppp_concentrator --interface IF --local ADDRESS --pool ADDRESS [OPTION...]\n"
    "  --ac NAME[,mac=MAC][,delay=MS]   an access concentrator (repeat for several; default ac0)\n"
    "  --service NAME                   offered service (repeat); a PADI for another one stays unanswered\n"
    "  --named                          a PADI that names no service stays unanswered\n"
    "  --only-mac MAC  --only-host-uniq HEX  anybody else stays unanswered\n"
    "  --large-payload                  grants a PPP-Max-Payload\n"
    "  --payload-offer-only             in its PADO alone, not in PADS\n"
    "  --mru N                          what LCP asks for (default 1492, or what was granted)\n"
    "  --ignore padi|padr|ppp           what is never answered\n"
    "  --error service|system|generic   answer with this error tag and --text\n"
    "  --error-in pado|pads             where (default pads)\n"
    "  --text TEXT                      text of the error, the rejection, the termination; \\xNN for any "
    "byte\n"
    "  --pado-delay MS  --pads-delay MS\n"
    "  --lcp-delay MS                   from PADS to our first Configure-Request (default 2)\n"
    "  --restart MS                     until an unanswered request is repeated (default 3000)\n"
    "  --auth none|pap|chap|unproven    (default chap; the last is MS-CHAPv2 without the password)\n"
    "  --secret FILE                    user name and password, a line each\n"
    "  --reject                         refuse every password, with --text\n"
    "  --after-reject terminate|padt|nothing\n"
    "  --lose-verdict                   the first Success or Ack of a session is lost\n"
    "  --dns ADDRESS                    (repeat for a second)\n"
    "  --then-pool ADDRESS              from SIGUSR1 on, which has all sessions negotiate anew, LCP first\n"
    "  --then-dns ADDRESS               (repeat for a second)\n"
    "  --no-ipv6                        Protocol-Reject for IPV6CP\n"
    "  --terminate-after MS             Terminate-Request with --text, so long after the link is up\n"
    "  --padt-after MS                  PADT, so long after the link is up\n"
    "  --mute-after MS                  no answer to anything, so long after the link is up\n"
    "  --rude SEED                      a hostile peer: lies, floods, hostile texts, by seeded chance\n";

Milliseconds milliseconds(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw std::invalid_argument("not a number of milliseconds: " + std::string(text));
    }
    return Milliseconds(value);
}

Bytes hex(const std::string& text) {
    Bytes out;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        out.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(at, 2), nullptr, 16)));
    }
    return out;
}

std::uint32_t address(const std::string& text) {
    in_addr parsed{};
    if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) {
        throw std::invalid_argument("not an IPv4 address: " + text);
    }
    return ntohl(parsed.s_addr);
}

template <typename Value> Value oneOf(const std::string& word, const std::map<std::string, Value>& words) {
    const auto found = words.find(word);
    if (found == words.end()) {
        throw std::invalid_argument("unknown word: " + word);
    }
    return found->second;
}

Concentrating concentrating(std::string_view text) {
    Concentrating result;
    bool first = true;
    while (first || !text.empty()) {
        const auto comma = text.find(',');
        const std::string_view part = text.substr(0, comma);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
        if (first) {
            result.name = unescape(part);
        } else if (part.starts_with("mac=")) {
            result.mac = parseMac(part.substr(4));
            if (!result.mac) {
                throw std::invalid_argument("not a MAC address: " + std::string(part));
            }
        } else if (part.starts_with("delay=")) {
            result.delay = milliseconds(part.substr(6));
        } else {
            throw std::invalid_argument("unknown part of --ac: " + std::string(part));
        }
        first = false;
    }
    return result;
}

void readSecret(const std::string& path, Script& script) {
    std::ifstream file(path);
    if (!std::getline(file, script.user) || !std::getline(file, script.password)) {
        throw std::invalid_argument("no user name and password in " + path);
    }
}

using Setter = void (*)(Script&, const std::string&);

struct Flag {
    const char* name;
    bool takesValue;
    Setter set;
};

Auth authOf(const std::string& word) {
    return oneOf<Auth>(
        word, {{"none", Auth::None}, {"pap", Auth::Pap}, {"chap", Auth::Chap}, {"unproven", Auth::Unproven}});
}

const std::vector<Flag>& flags() {
    static const std::vector<Flag> kFlags{
        {"interface", true, [](Script& s, const std::string& v) { s.interface = v; }},
        {"ac", true, [](Script& s, const std::string& v) { s.concentrators.push_back(concentrating(v)); }},
        {"service", true, [](Script& s, const std::string& v) { s.services.push_back(unescape(v)); }},
        {"named", false, [](Script& s, const std::string&) { s.named = true; }},
        {"only-mac", true, [](Script& s, const std::string& v) { s.customer = parseMac(v); }},
        {"only-host-uniq", true, [](Script& s, const std::string& v) { s.hostUniq = hex(v); }},
        {"large-payload", false, [](Script& s, const std::string&) { s.largePayload = true; }},
        {"payload-offer-only", false, [](Script& s, const std::string&) { s.payloadOfferOnly = true; }},
        {"mru", true,
         [](Script& s, const std::string& v) { s.mru = static_cast<std::uint16_t>(std::stoi(v)); }},
        {"ignore", true,
         [](Script& s, const std::string& v) {
             s.ignored =
                 oneOf<Ignored>(v, {{"padi", Ignored::Padi}, {"padr", Ignored::Padr}, {"ppp", Ignored::Ppp}});
         }},
        {"error", true,
         [](Script& s, const std::string& v) {
             s.error = oneOf<TagType>(v, {{"service", TagType::ServiceNameError},
                                          {"system", TagType::AcSystemError},
                                          {"generic", TagType::GenericError}});
         }},
        {"error-in", true,
         [](Script& s, const std::string& v) {
             s.errorIn = oneOf<PppoeCode>(v, {{"pado", PppoeCode::Pado}, {"pads", PppoeCode::Pads}});
         }},
        {"text", true, [](Script& s, const std::string& v) { s.text = unescape(v); }},
        {"pado-delay", true, [](Script& s, const std::string& v) { s.padoDelay = milliseconds(v); }},
        {"pads-delay", true, [](Script& s, const std::string& v) { s.padsDelay = milliseconds(v); }},
        {"lcp-delay", true, [](Script& s, const std::string& v) { s.lcpDelay = milliseconds(v); }},
        {"restart", true, [](Script& s, const std::string& v) { s.restart = milliseconds(v); }},
        {"auth", true, [](Script& s, const std::string& v) { s.auth = authOf(v); }},
        {"secret", true, [](Script& s, const std::string& v) { readSecret(v, s); }},
        {"reject", false, [](Script& s, const std::string&) { s.rejects = true; }},
        {"lose-verdict", false, [](Script& s, const std::string&) { s.losesVerdict = true; }},
        {"after-reject", true,
         [](Script& s, const std::string& v) {
             s.afterReject = oneOf<AfterReject>(v, {{"terminate", AfterReject::Terminate},
                                                    {"padt", AfterReject::Padt},
                                                    {"nothing", AfterReject::Nothing}});
         }},
        {"local", true, [](Script& s, const std::string& v) { s.local = address(v); }},
        {"pool", true, [](Script& s, const std::string& v) { s.pool = address(v); }},
        {"dns", true, [](Script& s, const std::string& v) { s.dns.push_back(address(v)); }},
        {"then-pool", true, [](Script& s, const std::string& v) { s.thenPool = address(v); }},
        {"then-dns", true, [](Script& s, const std::string& v) { s.thenDns.push_back(address(v)); }},
        {"no-ipv6", false, [](Script& s, const std::string&) { s.ipv6 = false; }},
        {"terminate-after", true,
         [](Script& s, const std::string& v) { s.terminateAfter = milliseconds(v); }},
        {"padt-after", true, [](Script& s, const std::string& v) { s.padtAfter = milliseconds(v); }},
        {"mute-after", true, [](Script& s, const std::string& v) { s.muteAfter = milliseconds(v); }},
        {"rude", true,
         [](Script& s, const std::string& v) { s.rude = static_cast<std::uint32_t>(std::stoul(v)); }},
    };
    return kFlags;
}

} // namespace

const char* usage() {
    return kUsage;
}

Script parseCommandLine(int count, char** arguments) {
    std::vector<option> longOptions;
    for (const Flag& flag : flags()) {
        longOptions.push_back({flag.name, flag.takesValue ? required_argument : no_argument, nullptr, 1});
    }
    longOptions.push_back({nullptr, 0, nullptr, 0});

    Script script;
    int index = 0;
    for (int code = 0; (code = getopt_long(count, arguments, "", longOptions.data(), &index)) != -1;) {
        if (code != 1) {
            throw std::invalid_argument("see --help");
        }
        flags()[static_cast<std::size_t>(index)].set(script, optarg != nullptr ? optarg : "");
    }
    if (optind != count || script.interface.empty() || script.local == 0 || script.pool == 0) {
        throw std::invalid_argument("--interface, --local and --pool are needed, and nothing but options");
    }
    if (script.concentrators.empty()) {
        script.concentrators.push_back({"ac0", std::nullopt, Milliseconds(0)});
    }
    return script;
}

} // namespace ppp::lab
