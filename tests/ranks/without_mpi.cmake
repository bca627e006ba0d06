# SPDX-License-Identifier: Apache-2.0
# Where MPI is not installed, what needs it is not built. Hidden here: FindMPI looks for its compiler where programs are.
# cmake -D SOURCE=... -D BUILD=... -D GENERATOR=... -D COMPILER=... -D MAKE_PROGRAM=... -P without_mpi.cmake
file(REMOVE_RECURSE ${BUILD})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${COMPILER}
                        -D CMAKE_MAKE_PROGRAM=${MAKE_PROGRAM} "-DCMAKE_IGNORE_PATH=/usr/bin;/bin"
                        -D FOVEA_BUILD_TESTS=OFF -D FOVEA_BUILD_BENCHMARKS=OFF
                OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
if(NOT said MATCHES "MPI is not found")
  message(FATAL_ERROR "MPI was not hidden, or its absence not told:\n${said}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --target help OUTPUT_VARIABLE targets COMMAND_ERROR_IS_FATAL ANY)
if(NOT targets MATCHES "fovea_core" OR targets MATCHES "fovea_mpi")
  message(FATAL_ERROR "these are to be built without MPI:\n${targets}")
endif()
