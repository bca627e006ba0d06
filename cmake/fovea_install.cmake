# cmake --install: the program, the library with its headers, and what tells other builds how to use them.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/fovea)

install(TARGETS fovea_shared EXPORT foveaTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# Apart: only the static library needs zlib and TurboJPEG where it is linked.
install(TARGETS fovea_static EXPORT foveaStaticTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
foreach(module IN LISTS FOVEA_MODULES)
  get_target_property(folder fovea_${module} SOURCE_DIR)
  install(DIRECTORY ${folder}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          FILES_MATCHING PATTERN "*.h")
endforeach()
install(EXPORT foveaTargets NAMESPACE fovea:: DESTINATION ${package_dir})
install(EXPORT foveaStaticTargets NAMESPACE fovea:: DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/foveaConfig.cmake.in ${PROJECT_BINARY_DIR}/foveaConfig.cmake
                              INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/foveaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/foveaConfig.cmake ${PROJECT_BINARY_DIR}/foveaConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/fovea_turbojpeg.cmake
        DESTINATION ${package_dir})

# The prefix in fovea.pc is where the file is found, so the tree can be moved.
file(RELATIVE_PATH prefix_from_pkgconfig /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" prefix_from_pkgconfig ${prefix_from_pkgconfig})
if(FOVEA_CUDA STREQUAL "nvcc")  # what the static library needs of the toolkit, which may be elsewhere where it is linked
  cmake_path(GET CUDA_cudart_static_LIBRARY PARENT_PATH folder)
  set(pkgconfig_cuda_folder "cudalibdir=${folder}\n")
  set(pkgconfig_cuda_libs " -L\${cudalibdir} -lcudart_static -ldl -lrt")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/fovea.pc.in ${PROJECT_BINARY_DIR}/fovea.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fovea.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs DESTINATION ${CMAKE_INSTALL_DATADIR}/fovea
        FILES_MATCHING PATTERN "*.json")
if(FOVEA_BUILD_APPS)
  install(TARGETS fovea)
  if(TARGET fovea_mpi)  # the program looks for it there
    install(TARGETS fovea_mpi LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
    file(RELATIVE_PATH libraries_from_bin /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
    set_target_properties(fovea PROPERTIES INSTALL_RPATH $ORIGIN/${libraries_from_bin})
    set_target_properties(fovea_shared PROPERTIES INSTALL_RPATH $ORIGIN)
  endif()
  set(docs ${PROJECT_BINARY_DIR}/apps/share)
  install(FILES ${docs}/fovea.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${docs}/fovea.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME fovea)
  install(FILES ${docs}/_fovea DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${docs}/fovea.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
