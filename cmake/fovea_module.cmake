# fovea_compile_small(target): its time does not go into loops. A release compiles it for size: half of what it is otherwise;
# sanitized, it is not optimised.
function(fovea_compile_small target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Os>)
  if(FOVEA_SANITIZE AND NOT FOVEA_BUILD_FUZZ)
    set_target_properties(${target} PROPERTIES FOVEA_UNOPTIMISED ON)
  endif()
endfunction()

# fovea_add_module(NAME [SMALL] SOURCES ... [PUBLIC target ...] [PRIVATE target ...])
#
# One top-level folder = one static library fovea_NAME (alias fovea::NAME) whose public headers are all in
# include/fovea/NAME. A module sees the headers of the modules it links and of no others, so an include that goes
# against the dependency order does not compile.
#
# A program that links it can leave out, function by function, what it does not use.
#
# SMALL: fovea_compile_small.
function(fovea_add_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SMALL" "" "SOURCES;PUBLIC;PRIVATE")
  set(target fovea_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(fovea::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON VISIBILITY_INLINES_HIDDEN ON)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # Hidden: the shared library shows only what public headers declare (fovea/core/export.h). For Clang a namespace's
    # attribute does not reach what is defined in another of its blocks; libfovea.map leaves all of the namespace to see.
    set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden)
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${FOVEA_UNITY} UNITY_BUILD_BATCH_SIZE ${FOVEA_UNITY_FILES})
  target_compile_options(${target} PRIVATE -ffunction-sections -fdata-sections)
  if(arg_SMALL)
    fovea_compile_small(${target})
  endif()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/include/*.h)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE $<BUILD_INTERFACE:fovea_flags> ${arg_PRIVATE})
endfunction()

# Sources of a SMALL module that are about speed all the same.
function(fovea_fast_sources)
  if(FOVEA_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -O1)
  else()
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)
  endif()
endfunction()
