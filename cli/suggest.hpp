// SPDX-License-Identifier: LGPL-2.1-or-later
// What somebody meant who said a word that is not known.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ppp::cli {

/// The word that is nearest: the same in other case, the only one that begins so, or one that differs in few
/// letters (core::text::nearest).
std::optional<std::string> nearWord(std::string_view word, std::span<const std::string_view> known);

/// What to say next of a verb that there is not; `next` is the word behind it, empty where there is none:
/// "Did you mean 'pppctl up isp'?" of "isp up".
std::string verbHint(std::string_view word, std::string_view next, std::span<const std::string_view> known);

/// What to say next of a connection that there is not.
std::string connectionHint(std::string_view name, std::span<const std::string_view> known);

/// How to come to a first connection.
constexpr const char* kAddHint =
    "There are no connections. Add one: pppctl add NAME --type pppoe --interface eth0 --user USER";

} // namespace ppp::cli
