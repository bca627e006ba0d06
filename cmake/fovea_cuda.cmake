# FOVEA_CUDA says who compiles .cu files: `emulated`, the C++ compiler for the CUDA runtime in core/emulation, or `nvcc`. Empty,
# programs have no CUDA device.
#
# fovea_cuda_library(NAME SOURCES a.cu ... [MODE plain|checked|address] [COVERAGE])
#
# An object library of CUDA sources, host and device code. Whoever links it gets its objects, the include directories, and the
# runtime with its link flags. Emulated, MODE chooses what the kernels are checked for (docs/emulation.md):
#   plain    optimised; what costs nothing is checked
#   checked  every access of a kernel: bounds, initialisation, races, alignment
#   address  AddressSanitizer and UndefinedBehaviorSanitizer, for host and device code; the program must link the same
# COVERAGE adds line counts of gcov. With nvcc, MODE and COVERAGE mean nothing, and code for FOVEA_CUDA_ARCHITECTURES results.
set(FOVEA_CUDA "" CACHE STRING "Who compiles .cu files: emulated or nvcc (empty: programs have no CUDA device)")
set(FOVEA_CUDA_ARCHITECTURES "80-real;90" CACHE STRING
    "What nvcc makes code for: N-real for sm_N, N for sm_N and PTX; release: all that a release supports")
set_property(CACHE FOVEA_CUDA PROPERTY STRINGS "" emulated nvcc)

if(FOVEA_CUDA STREQUAL "nvcc")
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know nvcc's
    set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
    set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
    list(APPEND CMAKE_CUDA_COMPILE_FEATURES cuda_std_20)
  endif()
elseif(NOT FOVEA_CUDA MATCHES "^(emulated)?$")
  message(FATAL_ERROR "FOVEA_CUDA=${FOVEA_CUDA}: expected emulated or nvcc")
endif()

# What a release supports of what the compiler knows, sm_75 in fp32 only; GPUs yet to come take the PTX of the newest.
if(FOVEA_CUDA STREQUAL "nvcc" AND FOVEA_CUDA_ARCHITECTURES STREQUAL "release")
  set(fovea_release_architectures 75 80 86 89 90)
  if(CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 12.8)
    list(APPEND fovea_release_architectures 100 120)
  endif()
  list(POP_BACK fovea_release_architectures newest)
  list(TRANSFORM fovea_release_architectures APPEND -real)
  set(FOVEA_CUDA_ARCHITECTURES ${fovea_release_architectures} ${newest})
endif()

# In words, for messages.
if(FOVEA_CUDA STREQUAL "nvcc")
  string(REGEX REPLACE "([0-9]+)(;|$)" "sm_\\1 and its PTX\\2" FOVEA_CUDA_ARCHITECTURES_TEXT "${FOVEA_CUDA_ARCHITECTURES}")
  string(REGEX REPLACE "([0-9]+)-real" "sm_\\1" FOVEA_CUDA_ARCHITECTURES_TEXT "${FOVEA_CUDA_ARCHITECTURES_TEXT}")
  string(REPLACE ";" ", " FOVEA_CUDA_ARCHITECTURES_TEXT "${FOVEA_CUDA_ARCHITECTURES_TEXT}")
else()
  set(FOVEA_CUDA_ARCHITECTURES_TEXT "the emulation")
endif()

# The headers for both worlds: of this tree, unless the installed package has said where they are.
if(NOT DEFINED FOVEA_CUDA_PORTABLE)
  set(FOVEA_CUDA_PORTABLE ${PROJECT_SOURCE_DIR}/core/emulation/portable)
endif()

function(fovea_cuda_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "COVERAGE" "MODE" "SOURCES")
  add_library(${name} OBJECT ${arg_SOURCES})
  if(FOVEA_CUDA STREQUAL "nvcc")
    _fovea_nvcc_library(${name})
  else()
    set_source_files_properties(${arg_SOURCES} PROPERTIES LANGUAGE CXX)
    _fovea_emulated_library(${name} "${arg_MODE}" "${arg_COVERAGE}")
  endif()
endfunction()

function(_fovea_nvcc_library name)
  set_target_properties(${name} PROPERTIES CUDA_STANDARD 20 CUDA_STANDARD_REQUIRED ON CUDA_ARCHITECTURES "${FOVEA_CUDA_ARCHITECTURES}")
  target_compile_options(${name} PRIVATE
    $<$<COMPILE_LANGUAGE:CUDA>:-fmad=false --expt-relaxed-constexpr -Xcompiler=-Wall,-Wextra,-Wno-missing-field-initializers>)
  if(CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 12.8)
    # Instances of kernel templates may be declared in a header and launched from other files.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-static-global-template-stub=false>)
  endif()
  if(FOVEA_WERROR)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings -Xcompiler=-Werror>)
  endif()
  target_include_directories(${name} PUBLIC ${FOVEA_CUDA_PORTABLE})
  target_link_libraries(${name} PUBLIC CUDA::cudart_static)
endfunction()

function(_fovea_emulated_library name mode coverage)
  target_link_libraries(${name} PUBLIC cuda_emulation)
  target_compile_options(${name} PRIVATE -g -ffp-contract=off -fstack-clash-protection -Wno-unknown-pragmas)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Code that stands for two places would be reported with the line of the other.
    target_compile_options(${name} PRIVATE -fno-ipa-icf -fno-crossjumping -fno-tree-tail-merge
                                           -fno-tree-sink)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(${name} PRIVATE -march=x86-64-v3)  # fmaf is one instruction
  endif()
  if(mode STREQUAL "checked")
    # The sanitizers' calls, with functions of our own behind them: their libraries are not linked.
    target_link_libraries(${name} PUBLIC cuda_emulation_checked)
    target_compile_definitions(${name} PRIVATE CUDA_EMULATION_CHECKED)
    target_compile_options(${name} PRIVATE -O2 -fsanitize=thread
      -fsanitize=bounds,integer-divide-by-zero,shift-exponent -fno-sanitize-recover=all)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Vectors are read and written whole, as on a GPU, and calls of functions are of no interest.
      target_compile_options(${name} PRIVATE -fno-tree-sra -fsanitize-coverage=trace-pc
        --param tsan-instrument-func-entry-exit=0)
    endif()
  elseif(mode STREQUAL "address")
    set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all)
    target_compile_options(${name} PRIVATE -O1 -fno-omit-frame-pointer ${sanitize})
    target_link_options(${name} PUBLIC ${sanitize})
  elseif(mode STREQUAL "plain" OR mode STREQUAL "")
    target_compile_options(${name} PRIVATE -O2)
  else()
    message(FATAL_ERROR "fovea_cuda_library(${name}): MODE ${mode}: expected plain, checked or address")
  endif()
  if(coverage)
    target_compile_options(${name} PRIVATE --coverage)
    target_link_options(${name} PUBLIC --coverage)
  endif()
endfunction()
