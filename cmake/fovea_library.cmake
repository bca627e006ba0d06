# libfovea, shared and static, from the objects that the modules have compiled already.
#
# fovea::fovea is the shared library, fovea::fovea_static the static one: the same names inside the build as after
# find_package(fovea).
set(FOVEA_MODULES core kernels layers data optim c)

foreach(kind IN ITEMS shared static)
  string(TOUPPER ${kind} type)
  set(target fovea_${kind})
  add_library(${target} ${type})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME fovea LINKER_LANGUAGE CXX)
  target_compile_features(${target} INTERFACE cxx_std_20)
  foreach(module IN LISTS FOVEA_MODULES)
    set(objects $<TARGET_OBJECTS:fovea_${module}>)
    if(FOVEA_CUDA STREQUAL "nvcc")
      set(objects $<FILTER:${objects},EXCLUDE,/no_cuda\\.>)
    endif()
    target_sources(${target} PRIVATE ${objects})
    get_target_property(folder fovea_${module} SOURCE_DIR)
    target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${folder}/include>)
  endforeach()
  # Emulated GPUs are for tests and programs of this build.
  if(FOVEA_CUDA STREQUAL "nvcc")
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:fovea_cuda_runtime> $<TARGET_OBJECTS:fovea_cuda_kernels>
                                     $<TARGET_OBJECTS:fovea_cuda_table>)
    target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  endif()
  target_link_libraries(${target} PRIVATE ZLIB::ZLIB fovea::turbojpeg Threads::Threads ${CMAKE_DL_LIBS} $<BUILD_INTERFACE:fovea_flags>)
endforeach()

# A release before 1.0 may change the interface with its second number.
set_target_properties(fovea_shared PROPERTIES EXPORT_NAME fovea VERSION ${PROJECT_VERSION}
                                              SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
# Hidden visibility leaves templates of the standard library in sight; the version script takes them away.
set(version_script ${CMAKE_CURRENT_LIST_DIR}/libfovea.map)
target_link_options(fovea_shared PRIVATE -Wl,--version-script=${version_script} -Wl,--gc-sections)
if(NOT FOVEA_SANITIZE)
  target_link_options(fovea_shared PRIVATE -Wl,--no-undefined)
endif()
set_target_properties(fovea_shared PROPERTIES LINK_DEPENDS ${version_script})

# A program with Fovea inside leaves out what it does not use: half of it.
target_link_options(fovea_static INTERFACE -Wl,--gc-sections)

add_library(fovea::fovea ALIAS fovea_shared)
add_library(fovea::fovea_static ALIAS fovea_static)
