// SPDX-License-Identifier: Apache-2.0
// Runs something in a child process.
#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>
#include <string>

namespace planted {

// What f(file) wrote to the file, in a copy of this process; all of it up to the end of the child,
// however that ended. The child's own output to stderr is discarded.
template <class F>
std::string in_child(F f) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    close(ends[0]);
    if (!std::freopen("/dev/null", "w", stderr)) _exit(1);
    alarm(60);
    std::FILE* out = fdopen(ends[1], "w");
    f(out);
    std::fflush(out);
    _exit(0);
  }
  close(ends[1]);
  std::string output;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    output.append(buffer, size_t(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return output;
}

}  // namespace planted
