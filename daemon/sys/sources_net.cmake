# The network and the files: rtnetlink, PPPoE discovery, profiles, secrets, records.
target_sources(ppp_sys PRIVATE
  address_watch.cpp
  base64.cpp
  dhcp6_clients.cpp
  dhcp6_unit.cpp
  file_io.cpp
  file_watch.cpp
  filter_watch.cpp
  folder_watch.cpp
  kernel_ip6.cpp
  kernel_neighbours.cpp
  kernel_network.cpp
  kernel_rules.cpp
  kernel_settings.cpp
  late_sessions.cpp
  line_lock.cpp
  link_maker.cpp
  netlink_build.cpp
  netlink_parse.cpp
  netlink_socket.cpp
  packet_filter.cpp
  packet_socket.cpp
  padt.cpp
  pppoe_finder.cpp
  profile_files.cpp
  record_files.cpp
  router_socket.cpp
  secrets_json.cpp
  serial_finder.cpp
  serial_ports.cpp
  serial_probe.cpp
  story_files.cpp)
set_source_files_properties(dhcp6_unit.cpp PROPERTIES COMPILE_DEFINITIONS
  "PPP_MANAGER_LIBEXEC_DIR=\"${CMAKE_INSTALL_FULL_LIBEXECDIR}\"")
