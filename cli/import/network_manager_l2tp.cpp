// SPDX-License-Identifier: LGPL-2.1-or-later
// [vpn] and [vpn-secrets] of a keyfile of NetworkManager-l2tp (its nm-service-defines.h has the names); what
// its settings and those of [ppp] say of encryption.
#include <array>
#include <utility>

#include "cli/import/mppe.hpp"
#include "cli/import/network_manager.hpp"
#include "core/profile_rules.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing::nm {
namespace {

using core::text::cat;

constexpr std::string_view kIpsec =
    "is of IPsec, which strongSwan or Libreswan does: put it in their configuration";
constexpr std::string_view kTls = "EAP-TLS is not supported; a user name and a password are";

void ipsec(Work& work, const Setting& setting, std::string_view) {
    const auto flag = truth(setting.text());
    if (!flag) {
        work.wrong(setting, "yes or no");
    } else if (!*flag) {
        work.note(setting, Verdict::Default, "IPsec is not asked for");
    } else {
        work.change(
            setting, "/l2tp/require-ipsec", true,
            "/l2tp/require-ipsec: the link waits until IPsec protects it, which strongSwan or Libreswan has "
            "to do, with the pre-shared key in its own configuration");
    }
}

void authType(Work& work, const Setting& setting, std::string_view) {
    if (trim(setting.text()) == "password" || trim(setting.text()).empty()) {
        work.note(setting, Verdict::Default, "a password is the usual");
    } else {
        work.note(setting, Verdict::NotTaken, kTls);
        work.trouble(setting.place, cat("[vpn] user-auth-type: ", kTls));
    }
}

void unit(Work& work, const Setting& setting, std::string_view) {
    if (const auto value = number(setting.text(), 0, 65535)) {
        work.take(setting, "/interface-name", cat("ppp", *value));
    } else {
        work.wrong(setting, "the number of the PPP interface");
    }
}

constexpr std::array kL2tpRules{
    Rule{"service-type", rule::standard, "is L2TP"},
    Rule{"gateway", rule::keep},
    Rule{"user", rule::keep},
    Rule{"domain", rule::keep},
    Rule{"password-flags", secretFlags},
    Rule{"user-auth-type", authType},
    Rule{"ephemeral-port", rule::leave, "the port of our end is the kernel's choice"},
    Rule{"mtu", orUsual, "/ppp/mtu"},
    Rule{"mru", orUsual, "/ppp/mru"},
    Rule{"lcp-echo-failure", rule::key, "/ppp/lcp-echo-failure"},
    Rule{"lcp-echo-interval", rule::key, "/ppp/lcp-echo-interval"},
    Rule{"refuse-eap", rule::refuse, "eap"},
    Rule{"refuse-pap", rule::refuse, "pap"},
    Rule{"refuse-chap", rule::refuse, "chap"},
    Rule{"refuse-mschap", rule::refuse, "mschap"},
    Rule{"refuse-mschapv2", rule::refuse, "mschapv2"},
    Rule{"require-mppe", mppe},
    Rule{"require-mppe-40", mppe},
    Rule{"require-mppe-128", mppe},
    Rule{"mppe-stateful", mppe},
    Rule{"nobsdcomp", rule::standard, "no compression is asked for, see /ppp/compression"},
    Rule{"nodeflate", rule::standard, "no compression is asked for, see /ppp/compression"},
    Rule{"no-vj-comp", rule::standard, "headers are compressed on serial lines alone"},
    Rule{"nopcomp", rule::standard, "is about serial lines, and this link has none"},
    Rule{"noaccomp", rule::standard, "is about serial lines, and this link has none"},
    Rule{"mrru", rule::leave, "multilink is not supported"},
    Rule{"unit", unit},
    Rule{"ipsec-enabled", ipsec},
    Rule{"ipsec-psk", rule::leaveHidden, kIpsec},
    Rule{"ipsec-psk-flags", rule::leave, kIpsec},
    Rule{"ipsec-remote-id", rule::leave, kIpsec},
    Rule{"ipsec-gateway-id", rule::leave, kIpsec},
    Rule{"ipsec-group-name", rule::leave, kIpsec},
    Rule{"ipsec-ike", rule::leave, kIpsec},
    Rule{"ipsec-esp", rule::leave, kIpsec},
    Rule{"ipsec-ikelifetime", rule::leave, kIpsec},
    Rule{"ipsec-salifetime", rule::leave, kIpsec},
    Rule{"ipsec-forceencaps", rule::leave, kIpsec},
    Rule{"ipsec-ipcomp", rule::leave, kIpsec},
    Rule{"ipsec-ikev2", rule::leave, kIpsec},
    Rule{"ipsec-pfs", rule::leave, kIpsec},
    Rule{"machine-auth-type", rule::leave, kIpsec},
    Rule{"machine-ca", rule::leave, kIpsec},
    Rule{"machine-cert", rule::leave, kIpsec},
    Rule{"machine-key", rule::leave, kIpsec},
    Rule{"machine-certpass-flags", rule::leave, kIpsec},
    Rule{"user-ca", rule::leave, kTls},
    Rule{"user-cert", rule::leave, kTls},
    Rule{"user-key", rule::leave, kTls},
    Rule{"user-certpass-flags", rule::leave, kTls},
};

constexpr std::array kSecrets{
    Rule{"password", rule::secret, "password"},
    Rule{"ipsec-psk", rule::leaveHidden, kIpsec},
    Rule{"machine-certpass", rule::leaveHidden, kIpsec},
    Rule{"user-certpass", rule::leaveHidden, kTls},
};

} // namespace

std::span<const Rule> l2tpRules() {
    return kL2tpRules;
}

std::span<const Rule> l2tpSecretRules() {
    return kSecrets;
}

void mppe(Work& work, const Setting& setting, std::string_view) {
    const auto flag = truth(setting.text());
    if (!flag) {
        work.wrong(setting, "yes or no");
    } else if (!*flag) {
        work.note(setting, Verdict::Default, "is off");
    } else if (work.kept(setting.name) != nullptr) {
        work.note(setting, Verdict::Default, "another section says it, too");
    } else {
        work.keep(setting);
    }
}

void finishMppe(Work& work) {
    Mppe all;
    constexpr std::array kFlags{
        std::pair{"require-mppe", &Mppe::any},
        std::pair{"require-mppe-40", &Mppe::only40},
        std::pair{"require-mppe-128", &Mppe::only128},
        std::pair{"mppe-stateful", &Mppe::stateful},
    };
    for (const auto& [name, flag] : kFlags) {
        all.*flag = work.kept(name) != nullptr;
    }
    for (const auto& [name, flag] : kFlags) {
        if (const Setting* const setting = work.kept(name)) {
            work.note(*setting, all.required() ? Verdict::Taken : Verdict::Default,
                      all.required() ? "/ppp/mppe" : "encryption is off unless it is required (/ppp/mppe)");
        }
    }
    if (all.required()) {
        work.connection.put("/ppp/mppe", all.value());
    }
}

void finishL2tp(Work& work) {
    if (const Setting* const gateway = work.kept("gateway")) {
        rule::key(work, *gateway, "/l2tp/server");
    }
    if (!work.connection.has("/l2tp/server") && work.kept("gateway") == nullptr) {
        work.connection.troubles.push_back(
            work.input.path + " names no server; expected a line such as gateway=vpn.example.net below "
                              "[vpn]");
    }
    const Setting* const user = work.kept("user");
    const Setting* const domain = work.kept("domain");
    if (user == nullptr) {
        if (domain != nullptr) {
            work.note(*domain, Verdict::NotTaken, "goes in front of a user's name, and there is none");
        }
        return;
    }
    const std::string_view realm = domain == nullptr ? std::string_view() : trim(domain->text());
    if (realm.empty()) {
        rule::key(work, *user, "/auth/user");
    } else if (core::text::isUtf8(realm) && core::text::isUtf8(user->text())) {
        work.take(*user, "/auth/user", cat(realm, '\\', trim(user->text())));
    } else {
        work.wrong(*user, "UTF-8");
    }
    if (domain != nullptr) {
        work.note(*domain, realm.empty() ? Verdict::Default : Verdict::Taken,
                  realm.empty() ? "is empty" : "/auth/user");
    }
}

} // namespace ppp::cli::importing::nm
