# cmake -D SOURCE=folder -D OUTPUT=header -P fovea_commit.cmake
#
# Writes a header with the commit that is built, "-dirty" behind it when files differ; empty outside of a clone. The
# file changes only when its content does.
set(commit "")
if(EXISTS ${SOURCE}/.git)
  set(ENV{GIT_OPTIONAL_LOCKS} 0)
  execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude=*
                  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define FOVEA_COMMIT \"${commit}\"\n")
