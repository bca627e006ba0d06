# MPI, which several processes need: MPI_CXX_FOUND where it is wanted and there. (The target MPI::MPI_CXX says nothing:
# FindMPI defines it without MPI as well.)
set(FOVEA_MPI auto CACHE STRING "MPI for several processes: auto (if it is installed), on or off")
set_property(CACHE FOVEA_MPI PROPERTY STRINGS auto on off)

if(FOVEA_MPI STREQUAL "auto" AND FOVEA_SANITIZE)
  return()  # sanitized programs find no fault in what is not theirs
endif()
if(FOVEA_MPI STREQUAL "off")
  return()
endif()
set(MPI_CXX_SKIP_MPICXX TRUE)
find_package(MPI QUIET COMPONENTS CXX)
if(NOT MPI_CXX_FOUND AND NOT FOVEA_MPI STREQUAL "auto")
  message(FATAL_ERROR "MPI is not found: install libopenmpi-dev and openmpi-bin, or set FOVEA_MPI=off")
endif()
if(NOT MPI_CXX_FOUND)
  message(STATUS "MPI is not found: mpirun will not work (libopenmpi-dev, openmpi-bin)")
endif()
