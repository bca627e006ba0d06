// SPDX-License-Identifier: Apache-2.0
// The program: parse, run the subcommand, turn errors into messages and exit codes.
#include "command_line.h"
#include "commands.h"
#include "exit_code.h"

#include <fovea/kernels/simd.h>

#include <csignal>
#include <cstdlib>

int main(int argc, char** argv) {
  using namespace fovea::app;
  std::signal(SIGPIPE, SIG_IGN);  // a reader that is gone is an error of writing
  try {
    const auto arguments = parse_command_line(argc, argv);
    if (!arguments) return kDone;
    if (const char* target = std::getenv("FOVEA_SIMD")) fovea::limit_simd_target(target);
    return std::visit([](const auto& a) { return run(a); }, *arguments);
  } catch (...) {
    return report_exception();
  }
}
