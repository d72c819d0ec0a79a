// SPDX-License-Identifier: LGPL-2.1-or-later
// Both directions of the report, and the check of a prefix.
#include "core/prefix_report.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>

#include "core/text.hpp"

namespace ppp::core {

namespace {

constexpr int kMostAssociations = 4, kMostOfEach = 8;       // that are looked for
constexpr std::uint64_t kLongestLife = 10ULL * 365 * 86400; // s; 2^32-1 means for ever

template <typename Number> std::optional<Number> number(std::string_view text) {
    Number out{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

/// Sites get prefixes of 48 to 64 bits (RFC 6177). What is delegated is kept from the default routes of all
/// links, so a peer must not be believed to have a continent for us.
constexpr unsigned kShortest = 40;

/// The prefix alone, in the one way to write it; nothing where it is none that can be delegated.
std::optional<std::string> canonical(std::string_view text) {
    const auto slash = text.find('/');
    const auto length =
        slash == std::string_view::npos ? std::nullopt : number<unsigned>(text.substr(slash + 1));
    in6_addr address{};
    if (!length || *length < kShortest || *length > 64 ||
        inet_pton(AF_INET6, std::string(text.substr(0, slash)).c_str(), &address) != 1) {
        return std::nullopt;
    }
    for (unsigned bit = *length; bit < 128; ++bit) {
        address.s6_addr[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
    }
    const bool global = (address.s6_addr[0] & 0xe0) == 0x20; // 2000::/3
    const bool local = (address.s6_addr[0] & 0xfe) == 0xfc;  // fc00::/7
    std::array<char, INET6_ADDRSTRLEN> shown{};
    if ((!global && !local) || inet_ntop(AF_INET6, &address, shown.data(), shown.size()) == nullptr) {
        return std::nullopt;
    }
    return text::cat(shown.data(), '/', *length);
}

bool among(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

} // namespace

std::optional<std::string>
prefixReport(const std::function<std::optional<std::string>(const std::string& name)>& variable,
             BootTime now) {
    const std::string reason = variable("reason").value_or("");
    const bool has = among(reason, {"BOUND6", "RENEW6", "REBIND6", "REBOOT6"});
    if (!has && !among(reason, {"EXPIRE6", "RELEASE6", "STOP6", "STOPPED", "DEPARTED"})) {
        return std::nullopt;
    }
    std::string out = variable(kSessionVariable).value_or("") + "\n";
    for (int ia = 1; has && ia <= kMostAssociations; ++ia) {
        for (int n = 1; n <= kMostOfEach; ++n) {
            const std::string name = text::cat("new_dhcp6_ia_pd", ia, "_prefix", n);
            const auto prefix = variable(name), length = variable(name + "_length");
            const auto valid = number<std::uint64_t>(variable(name + "_vltime").value_or("")).value_or(0);
            const auto whole = prefix && length ? canonical(*prefix + "/" + *length) : std::nullopt;
            if (whole && valid > 0) {
                const auto until = now + std::chrono::seconds(std::min(valid, kLongestLife));
                out += text::cat(*whole, ' ', until.sinceBoot.count(), '\n');
            }
        }
    }
    return out;
}

std::vector<DelegatedPrefix> prefixesOf(std::string_view report, std::string_view session) {
    std::vector<DelegatedPrefix> out;
    const auto line = [&report] {
        const auto end = std::min(report.find('\n'), report.size());
        const auto one = report.substr(0, end);
        report.remove_prefix(std::min(end + 1, report.size()));
        return one;
    };
    if (report.size() > kLongestReport || line() != session) {
        return out;
    }
    while (!report.empty() && out.size() < kMostPrefixes) {
        const auto one = line();
        const auto space = std::min(one.find(' '), one.size());
        const auto prefix = canonical(one.substr(0, space));
        const auto until = number<std::int64_t>(one.substr(std::min(space + 1, one.size())));
        const bool known = prefix && std::any_of(out.begin(), out.end(),
                                                 [&](const auto& other) { return other.text == *prefix; });
        if (prefix && until && *until > 0 && !known) {
            out.push_back({*prefix, BootTime{Duration(*until)}});
        }
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.text < b.text; });
    return out;
}

} // namespace ppp::core
