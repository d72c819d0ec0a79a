// SPDX-License-Identifier: LGPL-2.1-or-later
// What the modem is told to be: a file of lines as values.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace ppp::lab {

// What the far end writes, and what it wants to hear before it goes on.
struct LoginStep {
    std::string prompt;
    std::string answer; // empty: it does not wait for any
};

struct ModemScript {
    bool echo = true;
    bool words = true;                                        // result codes in words, not numbers
    std::string lineEnd = "\r\n";                             // round an answer in words
    std::chrono::milliseconds delay{0};                       // before each answer
    std::chrono::milliseconds pace{0};                        // before each byte of an answer
    int mute = 0;                                             // so many commands get no answer at first
    std::string noise;                                        // before the first answer
    std::vector<std::pair<std::string, std::string>> replies; // to a command that begins so: an answer
    std::string dial = "CONNECT 115200";                      // empty: no answer
    std::chrono::milliseconds dialDelay{0};
    std::string pin; // empty: the SIM wants none
    int tries = 3;
    std::vector<LoginStep> login;
    std::string refusal = "Login incorrect";
    std::vector<std::string>
        far; // program and arguments at the far end; its line is standard input and output
};

// Lines "WORD VALUE", '#' comments; values know \r \n \\ \xNN. Throws std::invalid_argument.
//   echo on|off            words on|off            end CRLF|CR|LF      delay MS      mute N     noise BYTES
//   pace MS
//   reply COMMAND=ANSWER   dial RESULT             dial-delay MS       pin DIGITS    tries N
//   prompt TEXT            answer TEXT (to the last prompt)            refusal TEXT  far PROGRAM ARGUMENT...
ModemScript readModemScript(const std::string& path);

} // namespace ppp::lab
