// SPDX-License-Identifier: LGPL-2.1-or-later
// The modem's script file.
#include "modem_script.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace ppp::lab {

namespace {

std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '\\' || at + 1 == text.size()) {
            out += text[at];
            continue;
        }
        const char kind = text[++at];
        if (kind == 'x' && at + 2 < text.size()) {
            out += static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16));
            at += 2;
        } else {
            out += kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind;
        }
    }
    return out;
}

bool onOff(const std::string& value) {
    if (value != "on" && value != "off") {
        throw std::invalid_argument("expected on or off: " + value);
    }
    return value == "on";
}

std::vector<std::string> split(const std::string& value) {
    std::istringstream words(value);
    std::vector<std::string> out;
    for (std::string word; words >> word;) {
        out.push_back(word);
    }
    return out;
}

using Setter = void (*)(ModemScript&, const std::string&);

const std::map<std::string, Setter>& setters() {
    static const std::map<std::string, Setter> kSetters{
        {"echo", [](ModemScript& s, const std::string& v) { s.echo = onOff(v); }},
        {"words", [](ModemScript& s, const std::string& v) { s.words = onOff(v); }},
        {"end",
         [](ModemScript& s, const std::string& v) {
             s.lineEnd = v == "CR" ? "\r" : v == "LF" ? "\n" : "\r\n";
         }},
        {"delay",
         [](ModemScript& s, const std::string& v) { s.delay = std::chrono::milliseconds(std::stoi(v)); }},
        {"pace",
         [](ModemScript& s, const std::string& v) { s.pace = std::chrono::milliseconds(std::stoi(v)); }},
        {"mute", [](ModemScript& s, const std::string& v) { s.mute = std::stoi(v); }},
        {"noise", [](ModemScript& s, const std::string& v) { s.noise = unescaped(v); }},
        {"reply",
         [](ModemScript& s, const std::string& v) {
             const auto equals = v.find('=', v.starts_with("AT+CPIN=") ? 8 : 0);
             s.replies.emplace_back(v.substr(0, equals),
                                    equals == std::string::npos ? "" : unescaped(v.substr(equals + 1)));
         }},
        {"dial", [](ModemScript& s, const std::string& v) { s.dial = unescaped(v); }},
        {"dial-delay",
         [](ModemScript& s, const std::string& v) { s.dialDelay = std::chrono::milliseconds(std::stoi(v)); }},
        {"pin", [](ModemScript& s, const std::string& v) { s.pin = v; }},
        {"tries", [](ModemScript& s, const std::string& v) { s.tries = std::stoi(v); }},
        {"prompt",
         [](ModemScript& s, const std::string& v) {
             s.login.push_back({unescaped(v), ""});
         }},
        {"answer",
         [](ModemScript& s, const std::string& v) {
             if (s.login.empty()) {
                 throw std::invalid_argument("an answer needs a prompt before it");
             }
             s.login.back().answer = unescaped(v);
         }},
        {"refusal", [](ModemScript& s, const std::string& v) { s.refusal = unescaped(v); }},
        {"far", [](ModemScript& s, const std::string& v) { s.far = split(v); }},
    };
    return kSetters;
}

} // namespace

ModemScript readModemScript(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw std::invalid_argument("cannot read " + path);
    }
    ModemScript script;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto blank = line.find(' ');
        const auto setter = setters().find(line.substr(0, blank));
        if (setter == setters().end()) {
            throw std::invalid_argument("unknown line: " + line);
        }
        setter->second(script, blank == std::string::npos ? "" : line.substr(blank + 1));
    }
    return script;
}

} // namespace ppp::lab
