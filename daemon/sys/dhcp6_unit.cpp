// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd.exec(5) and dhcpcd.conf(5).
#include "sys/dhcp6_unit.hpp"

#include <cstdio>

#include <systemd/sd-id128.h>

#include "core/prefix_report.hpp"
#include "core/text.hpp"
#include "sys/unit_manager.hpp"

namespace ppp::sys::dhcp6 {

namespace {

using Strings = std::vector<std::string>;
using Command = sdbus::Struct<std::string, Strings, bool>;
using Mount = sdbus::Struct<std::string, std::string>;
using Bind = sdbus::Struct<std::string, std::string, bool, std::uint64_t>;

constexpr std::uint64_t kRestartUsec = 5'000'000;
constexpr std::uint64_t kStopUsec = 5'000'000;
// CAP_NET_ADMIN, CAP_NET_RAW and CAP_NET_BIND_SERVICE (port 546); the others for its separation of
// privileges: CAP_SETGID, CAP_SETUID, CAP_SYS_CHROOT, CAP_KILL, CAP_CHOWN (capabilities(7)).
constexpr std::uint64_t kCapabilities =
    1U << 12 | 1U << 13 | 1U << 10 | 1U << 6 | 1U << 7 | 1U << 18 | 1U << 5 | 1U;

constexpr sd_id128_t kService = SD_ID128_MAKE(5b, 1f, 0c, 9e, 62, 7d, 4a, 38, 9c, 41, e0, 27, b8, 53, 6f, d2);

template <typename Value> Property property(const char* name, Value value) {
    return Property{std::string(name), sdbus::Variant{std::move(value)}};
}

std::string machineDuid() {
    sd_id128_t id{};
    if (sd_id128_get_machine_app_specific(kService, &id) < 0) {
        return {};
    }
    std::string out = "00:04"; // DUID-UUID
    for (const std::uint8_t byte : id.bytes) {
        char text[4];
        std::snprintf(text, sizeof text, ":%02x", byte);
        out += text;
    }
    return out;
}

} // namespace

Site installed() {
    return {"/usr/sbin/dhcpcd", PPP_MANAGER_LIBEXEC_DIR "/ppp-manager-dhcp6", machineDuid()};
}

std::string unitName(const std::string& connection, std::uint32_t enginePid) {
    constexpr std::string_view kPrefix = "ppp-manager-", kSuffix = ".scope";
    const std::string scope = UnitManager::scopeName(connection, enginePid);
    return core::text::cat("ppp-manager-dhcp6-",
                           scope.substr(kPrefix.size(), scope.size() - kPrefix.size() - kSuffix.size()),
                           ".service");
}

std::string configuration(const Site& site, const std::string& interface, const std::string& session,
                          const std::string& report) {
    return core::text::cat("# written by ppp-managerd, for one session\n", //
                           site.duid.empty() ? std::string("duid") : "duid " + site.duid, "\n",
                           "ipv6only\n"    // ppp has no DHCPv4
                           "noipv6rs\n"    // the kernel's and the daemon's
                           "noconfigure\n" // routes are the daemon's
                           "option rapid_commit\n"
                           "env ",
                           core::kSessionVariable, "=", session, "\nenv ", core::kReportVariable, "=", report,
                           "\nscript ", site.reporter, "\ninterface ", interface,
                           "\n"
                           "  ia_pd 1 -\n"); // to no interface: others assign it
}

std::vector<Property> properties(const Site& site, const std::string& connection,
                                 const std::string& interface, const std::string& folder,
                                 const std::string& scope) {
    const Strings words{site.dhcpcd, "-B", "-f", folder + "/dhcpcd.conf", interface};
    return {
        property("Description", "DHCPv6 prefix delegation of the PPP connection " + connection),
        property("Type", std::string("exec")),
        property("ExecStart", std::vector<Command>{Command{site.dhcpcd, words, false}}),
        property("BindsTo", Strings{scope}),
        property("After", Strings{scope}),
        property("CollectMode", std::string("inactive-or-failed")),
        property("Restart", std::string("always")),
        property("RestartUSec", kRestartUsec),
        property("StartLimitIntervalUSec", std::uint64_t{0}),
        property("TimeoutStopUSec", kStopUsec),
        property("KillMode", std::string("mixed")),
        property("UMask", std::uint32_t{077}),
        property("ProtectSystem", std::string("strict")),
        property("ReadWritePaths", Strings{"/proc/sys/net"}), // it wants promote_secondaries
        property("TemporaryFileSystem",
                 std::vector<Mount>{Mount{std::string("/run"), std::string("mode=0755")},
                                    Mount{std::string("/var/lib"), std::string()}}),
        property("BindPaths", std::vector<Bind>{Bind{folder, folder, false, std::uint64_t{0}}}),
        property("ProtectHome", std::string("yes")),
        property("PrivateTmp", true),
        property("PrivateDevices", true),
        property("ProtectClock", true),
        property("ProtectControlGroups", true),
        property("ProtectHostname", true),
        property("ProtectKernelLogs", true),
        property("ProtectKernelModules", true),
        property("ProtectKernelTunables", true),
        property("NoNewPrivileges", true),
        property("LockPersonality", true),
        property("MemoryDenyWriteExecute", true),
        property("RestrictRealtime", true),
        property("RestrictSUIDSGID", true),
        property("CapabilityBoundingSet", kCapabilities),
    };
}

} // namespace ppp::sys::dhcp6
