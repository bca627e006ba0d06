// SPDX-License-Identifier: Apache-2.0
// Runs programs as a shell would: arguments in, exit code and both streams out.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace fovea::test {

struct ProgramResult {
  int exit_code = -1;  // 128 and the signal's number when a signal ended it
  std::string out, err;
};

struct ProgramOptions {
  std::string folder;                    // to start in; empty: this process's
  std::vector<std::string> environment;  // "NAME=value", besides this process's
};

// A started program; the destructor kills what still runs.
class Program {
 public:
  Program(const std::string& path, std::vector<std::string> arguments,
          const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal) const;
  // Waits for its end; after a minute it is killed.
  ProgramResult wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
};

ProgramResult run_program(const std::string& path, std::vector<std::string> arguments,
                          const ProgramOptions& options = {});

}  // namespace fovea::test
