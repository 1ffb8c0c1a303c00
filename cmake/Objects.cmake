# The library's objects. Most sources are compiled once. The kernels of an
# instruction set are compiled with its flags, which no other object gets:
# isa_kernels_<isa> names them, and lif stands for its float and its double form.

set(isas baseline)
set(isa_kernels_baseline rate lif normal)
set(isa_flags_baseline "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  list(APPEND isas avx2 avx2_vaes avx512 avx512_vaes)
  set(isa_kernels_avx2 rate lif normal_avx2)
  set(isa_flags_avx2 -mavx2 -mfma -maes -mbmi2)
  set(isa_kernels_avx2_vaes normal_avx2)
  set(isa_flags_avx2_vaes ${isa_flags_avx2} -mvaes)
  set(isa_kernels_avx512 rate lif)
  set(isa_flags_avx512 ${isa_flags_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl
    -mprefer-vector-width=512)
  set(isa_kernels_avx512_vaes normal_avx512)
  set(isa_flags_avx512_vaes ${isa_flags_avx512} -mvaes)
  set(isa_definitions SRNN__HAVE_AVX2 SRNN__HAVE_AVX512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  list(APPEND isas neon arm_aes)
  set(isa_kernels_neon rate lif)
  set(isa_flags_neon -DSRNN__VREG_NEON)
  set(isa_kernels_arm_aes normal_arm_aes)
  set(isa_flags_arm_aes -march=armv8-a+crypto)
  set(isa_definitions SRNN__HAVE_NEON)
endif()

file(GLOB plain_sources CONFIGURE_DEPENDS src/*/*.c)
list(FILTER plain_sources EXCLUDE REGEX "/kernels/(rate|lif|normal|normal_[a-z0-9_]+)\\.c$")

# Which sources these are, as far as git knows when the build is configured.
set(commit "")
find_package(Git QUIET)
if(GIT_FOUND AND EXISTS ${PROJECT_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} -C ${PROJECT_SOURCE_DIR} describe --always --tags --dirty
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT commit.c CONTENT
  "extern const char srnn__commit[];\nconst char srnn__commit[] = \"${commit}\";\n")
list(APPEND plain_sources ${PROJECT_BINARY_DIR}/commit.c)

# The built-in tasks, as arrays of characters.
set(built_in_declarations go_nogo xor mante dms oscillation)
set(embedded "")
foreach(task ${built_in_declarations})
  list(APPEND embedded srnn__${task}_json ${PROJECT_SOURCE_DIR}/tasks/${task}.json)
endforeach()
srnn_embed(embedded_tasks.c ${embedded})
file(GLOB figure_scripts CONFIGURE_DEPENDS figures/*.gp)
srnn_embed_figures(embedded_figures.c ${figure_scripts})
list(APPEND plain_sources ${PROJECT_BINARY_DIR}/embedded_tasks.c
  ${PROJECT_BINARY_DIR}/embedded_figures.c)

# srnn_add_objects(<name> [definition...]): compiles the whole library with the
# definitions and sets <name> to the list of its objects.
function(srnn_add_objects name)
  set(objects "")
  srnn_add_object_library(${name}_plain "${plain_sources}" "${ARGN}" "")
  foreach(isa ${isas})
    set(definitions SRNN__ISA_NAME=${isa} ${ARGN})
    set(once ${isa_kernels_${isa}})
    if("lif" IN_LIST once)
      list(REMOVE_ITEM once lif)
      foreach(double 0 1)
        srnn_add_object_library(${name}_lif_${isa}_${double} ${PROJECT_SOURCE_DIR}/src/kernels/lif.c
          "${definitions};SRNN__REAL_DOUBLE=${double}" "${isa_flags_${isa}}")
      endforeach()
    endif()
    list(TRANSFORM once REPLACE ".+" "${PROJECT_SOURCE_DIR}/src/kernels/\\0.c")
    srnn_add_object_library(${name}_${isa} "${once}" "${definitions}" "${isa_flags_${isa}}")
  endforeach()
  set(${name} ${objects} PARENT_SCOPE)
endfunction()

# One object library; its objects are appended to the caller's `objects`.
macro(srnn_add_object_library target sources definitions flags)
  add_library(${target} OBJECT ${sources})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(${target} PRIVATE ${isa_definitions} ${definitions})
  target_compile_options(${target} PRIVATE ${strict_warnings} ${flags})
  target_link_libraries(${target} PRIVATE ${srnn_dependencies})
  list(APPEND objects $<TARGET_OBJECTS:${target}>)
endmacro()
