// SPDX-License-Identifier: LGPL-2.1-or-later
// rp-pppoe: /etc/ppp/pppoe.conf, a file of shell variables (pppoe.conf(5)); the password is in pppd's own
// files.
#include "cli/import/pppoe_conf.hpp"
#include "cli/import/shell_settings.hpp"
#include "core/text.hpp"

namespace ppp::cli::importing {

Result readRpPppoe(const Input& input) {
    std::string trouble;
    const core::Secret text = plainText(input.text, trouble);
    if (!trouble.empty()) {
        return nothing(core::text::cat(input.path, ' ', trouble));
    }
    const Settings settings = readShell(text.view(), input.path);
    Result result;
    Connection& connection = result.connections.emplace_back();
    const std::string_view base = baseName(input.path);
    connection.name = base == "pppoe.conf" ? "dsl" : base.substr(0, base.rfind(".conf"));
    connection.put("/type", "pppoe");
    Work work(connection, input);
    work.badLines(settings);
    work.apply(settings.settings, pppoe_conf::rules(), Letters::Exact);
    pppoe_conf::finish(work, false);
    if (!connection.has("/pppoe/interface")) {
        connection.troubles.push_back(
            input.path + " names no Ethernet interface; expected a line such as ETH=eth0, or --set "
                         "/pppoe/interface=eth0");
    }
    asPppd(work);
    takeSecrets(connection, "", input.read);
    sortReport(connection, input.path);
    return result;
}

Likeness looksLikeRpPppoe(std::string_view path, std::string_view text) {
    const bool ethernet = hasLine(text, "ETH=");
    if (baseName(path).starts_with("ifcfg-")) {
        return Likeness::No;
    }
    for (const std::string_view own : {"PPPOE_TIMEOUT=", "DNSTYPE=", "CLAMPMSS=", "LINUX_PLUGIN="}) {
        if (ethernet && hasLine(text, own)) {
            return Likeness::Sure;
        }
    }
    return (ethernet && hasLine(text, "USER=")) || baseName(path) == "pppoe.conf" ? Likeness::Maybe
                                                                                  : Likeness::No;
}

} // namespace ppp::cli::importing
