# srnn_embed(<output> [<variable> <file>]...): writes a C source into the build folder in which each
# variable is an array of the file's characters, with a 0 at its end. Files that change configure
# the build anew.
function(srnn_embed output)
  set(content "/* By cmake/Embed.cmake. */\n")
  set(arguments ${ARGN})
  while(arguments)
    list(POP_FRONT arguments variable file)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND content "extern const char ${variable}[];\nconst char ${variable}[] = {${bytes}0};\n")
  endwhile()
  file(CONFIGURE OUTPUT ${output} CONTENT "${content}" @ONLY)
endfunction()
