# Headers, both libraries, the program, and the two ways in which other builds
# find them: pkg-config and find_package(spikernn). Both can be moved with the prefix.
include(CMakePackageConfigHelpers)

install(TARGETS spikernn EXPORT spikernn)
install(TARGETS spikernn_static spikernn_program)
install(DIRECTORY include/spikernn TYPE INCLUDE)
install(DIRECTORY figures schemas tasks DESTINATION ${CMAKE_INSTALL_DATADIR}/spikernn)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/spikernn)
install(EXPORT spikernn NAMESPACE spikernn:: FILE spikernnConfig.cmake DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/spikernnConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/spikernnConfigVersion.cmake DESTINATION ${package_folder})

cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE prefix_from_pc)
# What libspikernn.a calls itself, by name: it is linked with the shared libraries of these, and so
# needs nothing of what their own static forms would need.
set(private_libraries ${hdf5_LDFLAGS} ${zlib_LDFLAGS} ${libzip_LDFLAGS} ${jansson_LDFLAGS}
  ${sqlite3_LDFLAGS})
list(REMOVE_DUPLICATES private_libraries)
list(JOIN private_libraries " " private_libraries)
configure_file(cmake/spikernn.pc.in spikernn.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/spikernn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
