# Options of the build, and the flags that every target of ours takes.
option(FOVEA_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(FOVEA_BUILD_BENCHMARKS "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(FOVEA_BUILD_FUZZ "Build the fuzz targets; for clang, see the preset of that name" OFF)
option(FOVEA_BUILD_APPS "Build the fovea program" ON)
option(FOVEA_UNITY "Compile the sources of a module, and of its tests, several at a time: faster from nothing, slower after an edit" OFF)
# What files include is then parsed and instantiated once for all of them; but many cores want many pieces.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
if(cores GREATER 4)
  set(unity_files 16)
else()
  set(unity_files 48)
endif()
set(FOVEA_UNITY_FILES ${unity_files} CACHE STRING "With FOVEA_UNITY: files of a module that are compiled as one")
option(FOVEA_INSTALL "Have an install target" ${PROJECT_IS_TOP_LEVEL})
option(FOVEA_WERROR "Treat warnings as errors" OFF)
set(FOVEA_SANITIZE "" CACHE STRING "Sanitizers for all code: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_library(fovea_flags INTERFACE)
target_compile_features(fovea_flags INTERFACE cxx_std_20)
# No contraction: where a fused multiply-add is meant, it is written (docs/numerics.md).
target_compile_options(fovea_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers
                                              -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(fovea_flags INTERFACE -Wno-restrict)  # GCC bug 105651: false alarms on string + string
endif()
if(FOVEA_WERROR)
  target_compile_options(fovea_flags INTERFACE -Werror)
endif()
if(FOVEA_SANITIZE)
  # -O1 keeps the sanitized vector code quick to build, as does -g1, with which stacks have their lines; frame pointers
  # keep them readable. Where time does not go into loops, -O0 is quicker still to compile.
  target_compile_options(fovea_flags INTERFACE -fsanitize=${FOVEA_SANITIZE} -fno-omit-frame-pointer
                                               -fno-sanitize-recover=all
                                               $<IF:$<BOOL:$<TARGET_PROPERTY:FOVEA_UNOPTIMISED>>,-O0,-O1> -g1)
  target_link_options(fovea_flags INTERFACE -fsanitize=${FOVEA_SANITIZE})
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    # Kernels from AVX2 on: SSE's code is AVX2's with other vectors, and half of what sanitized kernels take to compile. The same
    # for all code, which shares precompiled headers.
    target_compile_options(fovea_flags INTERFACE -march=x86-64-v3 -maes -mpclmul)
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND FOVEA_SANITIZE MATCHES "address" AND NOT FOVEA_BUILD_FUZZ)
    # Shared, as GCC's is: a test program may then replace operator new.
    execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libclang_rt.asan-${CMAKE_SYSTEM_PROCESSOR}.so
                    OUTPUT_VARIABLE sanitizer_runtime OUTPUT_STRIP_TRAILING_WHITESPACE)
    cmake_path(GET sanitizer_runtime PARENT_PATH sanitizer_folder)
    target_link_options(fovea_flags INTERFACE -shared-libsan -Wl,-rpath,${sanitizer_folder})
  endif()
  find_program(FOVEA_GOLD ld.gold)
  if(FOVEA_GOLD)  # reads the large objects in two thirds of the time
    target_link_options(fovea_flags INTERFACE -fuse-ld=gold)
  endif()
  if(FOVEA_SANITIZE MATCHES "address" AND FOVEA_SANITIZE MATCHES "undefined" AND NOT FOVEA_BUILD_FUZZ)
    # What AddressSanitizer reports by itself, before each access: a fifth of the time it takes to compile. (The fuzz preset has all.)
    target_compile_options(fovea_flags INTERFACE -fno-sanitize=null,object-size,vptr)
  endif()
endif()
