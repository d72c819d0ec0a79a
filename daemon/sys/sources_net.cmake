# The network and the files: rtnetlink, PPPoE discovery, profiles, secrets, records.
target_sources(ppp_sys PRIVATE
  base64.cpp
  file_io.cpp
  file_watch.cpp
  filter_watch.cpp
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
  secrets_json.cpp
  serial_finder.cpp
  serial_ports.cpp
  serial_probe.cpp
  story_files.cpp)
