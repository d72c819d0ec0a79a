// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts one engine process with nothing of ours in it but the descriptors it is meant to have.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sys/unique_fd.hpp"

namespace ppp::sys {

/// Descriptor numbers inside the engine; 0 and 1 are /dev/null, there are no others than these and 2.
inline constexpr int kEngineSocketFd = 3;
inline constexpr int kEngineLifelineFd = 4;
inline constexpr int kEngineExtraFd = 5; ///< only where one is handed over: an engine program's order

/// The supervisor's side of an engine; all close-on-exec.
struct EngineHandles {
    UniqueFd pidfd;
    UniqueFd socket;   ///< SOCK_SEQPACKET, plugin/message.h
    UniqueFd lifeline; ///< write end; the engine gets SIGTERM when the last duplicate of it is closed
    UniqueFd words{};  ///< its stderr, a file in memory of kEngineWords bytes that takes no more than that
};

/// What is kept of an engine's complaints about its options, in bytes; later ones it has for syslog alone.
inline constexpr std::size_t kEngineWords = 1024;

/// Who leads a session gets the first tty that he opens (pppd: without O_NOCTTY) as his controlling one, and
/// when he ends the kernel hangs it up for all who have it open; a pseudo terminal it does not.
enum class Leads { Session, Group };

/// Runs `program` (absolute path, also argv[0]) as a child in a session of its own, with an empty signal
/// mask, every signal at its default and a short fixed environment. Throws std::system_error where it could
/// not be started, a failed execve(2) included; nothing is left behind then. The caller reaps the child (by
/// the pidfd) and must have SIGCHLD blocked or default.
/// `extra` becomes kEngineExtraFd where it is not -1; the caller keeps it.
/// `leads`: what it is the head of, see there.
EngineHandles spawnEngine(const std::string& program, const std::vector<std::string>& arguments,
                          int extra = -1, Leads leads = Leads::Session);

/// A file in memory that nobody can change any more. Throws std::system_error.
UniqueFd sealedFile(std::string_view contents);

/// What was written there so far, line breaks as "; ".
std::string readWords(const UniqueFd& words);

} // namespace ppp::sys
