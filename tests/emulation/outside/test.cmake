# cmake -DBUILD=... -DSOURCE=... -DSCRATCH=... -P test.cmake
# Installs the emulation's package, builds the project in SOURCE with it for two modes, and runs a right and a wrong call.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endfunction()

# The program with an argument: its output, errors included, must hold the text.
function(expect text program argument)
  execute_process(COMMAND ${program} ${argument} OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT output MATCHES "${text}")
    message(FATAL_ERROR "${program} ${argument}: expected '${text}' in\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${SCRATCH})
run(${CMAKE_COMMAND} --install ${BUILD} --component cuda_emulation --prefix ${SCRATCH}/installed)
foreach(mode plain checked)
  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${SCRATCH}/${mode} -G Ninja -DMODE=${mode} -DCMAKE_PREFIX_PATH=${SCRATCH}/installed)
  run(${CMAKE_COMMAND} --build ${SCRATCH}/${mode})
  expect("y.999. = 3: no error" ${SCRATCH}/${mode}/outside 1000)
endforeach()
expect("out_of_bounds" ${SCRATCH}/checked/outside 1001)
