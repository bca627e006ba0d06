# fovea::turbojpeg, where libjpeg-turbo's TurboJPEG is installed for development. The CMake package that comes with Debian's
# wants the files of a second package too.
find_path(TURBOJPEG_INCLUDE_DIR turbojpeg.h)
find_library(TURBOJPEG_LIBRARY turbojpeg)
mark_as_advanced(TURBOJPEG_INCLUDE_DIR TURBOJPEG_LIBRARY)
if(TURBOJPEG_INCLUDE_DIR AND TURBOJPEG_LIBRARY AND NOT TARGET fovea::turbojpeg)
  add_library(fovea::turbojpeg UNKNOWN IMPORTED)
  set_target_properties(fovea::turbojpeg PROPERTIES IMPORTED_LOCATION "${TURBOJPEG_LIBRARY}"
                                                    INTERFACE_INCLUDE_DIRECTORIES "${TURBOJPEG_INCLUDE_DIR}")
endif()
