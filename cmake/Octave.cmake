# The functions for Octave, in a folder of their own: one MEX file, built by mkoctfile with the
# library inside, and the .m files that call it.
find_program(MKOCTFILE mkoctfile)
if(NOT MKOCTFILE)
  message(FATAL_ERROR "There is no mkoctfile: run tools/install-deps --octave (Debian: octave-dev), "
    "or configure with -DSPIKERNN_OCTAVE=OFF.")
endif()

file(GLOB octave_sources CONFIGURE_DEPENDS octave/*.c)
file(GLOB octave_headers CONFIGURE_DEPENDS octave/*.h include/spikernn/*.h)
file(GLOB octave_functions CONFIGURE_DEPENDS octave/*.m)
file(GLOB octave_private CONFIGURE_DEPENDS octave/private/*.m)
set(octave_folder ${PROJECT_BINARY_DIR}/octave)
set(octave_mex ${octave_folder}/spikernn_mex.mex)

# mkoctfile takes the compiler and its flags from the environment; what it does not know on its
# command line it hands to the compiler and the linker. nodelete: `clear all` must not unload the
# OpenMP library while its threads wait for work.
string(JOIN " " octave_cflags -std=c11 -O2 -fPIC -fexceptions -pthread -Wall -Wextra -Wshadow
  -Wstrict-prototypes ${strict_warnings} $<$<BOOL:${SPIKERNN_WERROR}>:-Werror> ${sanitize_flags})
set(octave_libraries ${hdf5_LDFLAGS} ${zlib_LDFLAGS} ${libzip_LDFLAGS}
  ${jansson_LDFLAGS} ${sqlite3_LDFLAGS} -l${CMAKE_DL_LIBS})
foreach(library ${OpenMP_C_LIBRARIES})
  list(APPEND octave_libraries -Wl,${library}) # it takes no path of a shared library
endforeach()
add_custom_command(OUTPUT ${octave_mex}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${octave_folder}/private
  COMMAND ${CMAKE_COMMAND} -E env CC=${CMAKE_C_COMPILER} "CFLAGS=${octave_cflags}"
    ${MKOCTFILE} --mex -I${PROJECT_SOURCE_DIR}/include -o ${octave_mex} ${octave_sources}
    $<TARGET_FILE:spikernn_static> ${octave_libraries} ${sanitize_flags}
    -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/mex.map -Wl,-z,nodelete
  COMMAND ${CMAKE_COMMAND} -E copy ${octave_functions} ${octave_folder}
  COMMAND ${CMAKE_COMMAND} -E copy ${octave_private} ${octave_folder}/private
  DEPENDS ${octave_sources} ${octave_headers} ${octave_functions} ${octave_private} spikernn_static
    ${PROJECT_SOURCE_DIR}/cmake/mex.map
  COMMENT "Building ${octave_mex}" VERBATIM)
add_custom_target(octave ALL DEPENDS ${octave_mex})
install(DIRECTORY ${octave_folder} DESTINATION ${CMAKE_INSTALL_LIBDIR}/spikernn)
