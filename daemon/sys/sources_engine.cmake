# Engines: pppd processes, their sockets and lifelines.
set(PPP_MANAGER_PPPD /usr/sbin/pppd CACHE FILEPATH "The pppd that is run")
target_sources(ppp_sys PRIVATE
  engine_launcher.cpp
  engine_paths.cpp
  engine_process.cpp
  engine_reaper.cpp
  engine_socket.cpp
  engine_spawn.cpp
  hook_runner.cpp
  pid_files.cpp
  pidfd.cpp)
set_source_files_properties(engine_paths.cpp PROPERTIES COMPILE_DEFINITIONS
  "PPP_MANAGER_PPPD=\"${PPP_MANAGER_PPPD}\";PPP_MANAGER_PLUGIN_DIR=\"${PPP_MANAGER_PPPD_PLUGIN_DIR}\";PPP_MANAGER_LIBEXEC_DIR=\"${CMAKE_INSTALL_FULL_LIBEXECDIR}\"")
