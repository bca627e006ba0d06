// SPDX-License-Identifier: Apache-2.0
#include "support/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace fovea::test {

namespace {

constexpr auto kPatience = std::chrono::minutes(10);

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> list;
  for (std::string& word : words) list.push_back(word.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& more) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; entry++) all.emplace_back(*entry);
  for (const std::string& entry : more) {
    const std::string key = entry.substr(0, entry.find('=') + 1);
    std::erase_if(all, [&](const std::string& e) { return e.starts_with(key); });
    all.push_back(entry);
  }
  return all;
}

// Appends what is there to read; closes the descriptor at the end of the stream.
void drain(int& descriptor, std::string& text) {
  char block[1 << 14];
  const ssize_t bytes = read(descriptor, block, sizeof block);
  if (bytes > 0) {
    text.append(block, static_cast<size_t>(bytes));
  } else if (bytes == 0 || errno != EINTR) {
    close(descriptor);
    descriptor = -1;
  }
}

int code_of(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Program::Program(const std::string& path, std::vector<std::string> arguments,
                 const ProgramOptions& options) {
  arguments.insert(arguments.begin(), path);
  std::vector<std::string> environment = merged_environment(options.environment);
  const std::vector<char*> argv = pointers(arguments), envp = pointers(environment);
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {  // only calls that are safe between fork and exec
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    if (options.folder.empty() || chdir(options.folder.c_str()) == 0)
      execve(path.c_str(), argv.data(), envp.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

Program::~Program() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) close(out_);
  if (err_ >= 0) close(err_);
}

void Program::send(int signal) const { kill(pid_, signal); }

ProgramResult Program::wait() {
  ProgramResult result;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (out_ >= 0 || err_ >= 0) {
    if (std::chrono::steady_clock::now() > deadline) send(SIGKILL);
    pollfd streams[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    poll(streams, 2, 1000);
    if (streams[0].revents != 0) drain(out_, result.out);
    if (streams[1].revents != 0) drain(err_, result.err);
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  result.exit_code = code_of(status);
  return result;
}

ProgramResult run_program(const std::string& path, std::vector<std::string> arguments,
                          const ProgramOptions& options) {
  return Program(path, std::move(arguments), options).wait();
}

}  // namespace fovea::test
