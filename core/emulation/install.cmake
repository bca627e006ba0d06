# cmake --install BUILD --component cuda_emulation: the emulation by itself, for other projects' kernels. Not part of a plain
# install: nobody who links Fovea needs it, and the toolkit's header names stay out of the way.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cuda_emulation)
set(headers ${CMAKE_INSTALL_INCLUDEDIR}/cuda_emulation)
set(portable ${headers}/portable)
set(component COMPONENT cuda_emulation EXCLUDE_FROM_ALL)

install(TARGETS cuda_emulation cuda_emulation_checked EXPORT cuda_emulation ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} ${component})
install(DIRECTORY include/ DESTINATION ${headers}/toolkit ${component})
install(DIRECTORY portable/ DESTINATION ${portable} ${component})
install(EXPORT cuda_emulation FILE cuda_emulation-targets.cmake DESTINATION ${package_dir} ${component})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/cuda_emulation-config.cmake.in cuda_emulation-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS portable)
write_basic_package_version_file(cuda_emulation-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cuda_emulation-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/cuda_emulation-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/fovea_cuda.cmake
        DESTINATION ${package_dir} ${component})
