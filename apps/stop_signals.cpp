// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace fovea::app {

namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP};

// What a handler may touch has to be static.
std::atomic<int> received{0};
std::atomic<bool> save_wanted{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

int code_of(int signal) { return 128 + (signal == SIGINT ? SIGINT : SIGTERM); }

extern "C" void remember_or_leave(int signal) {
  if (received.exchange(signal) != 0) _exit(code_of(signal));
}

extern "C" void remember_to_save(int /*signal*/) { save_wanted = true; }

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

// Whether it is ignored from the start (nohup), and stays so.
bool is_ignored(int signal) {
  struct sigaction action {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

StopSignals::StopSignals() {
  received = 0;
  save_wanted = false;
  for (const int signal : kEnding) {
    if (!is_ignored(signal)) set_handler(signal, remember_or_leave);
  }
  set_handler(SIGUSR1, remember_to_save);
}

StopSignals::~StopSignals() {
  for (const int signal : kEnding) {
    if (!is_ignored(signal)) set_handler(signal, SIG_DFL);
  }
  set_handler(SIGUSR1, SIG_IGN);  // one that comes late is no reason to die
}

int StopSignals::exit_code() const {
  const int signal = received;
  return signal == 0 ? 0 : code_of(signal);
}

bool StopSignals::take_save_request() { return save_wanted.exchange(false); }

}  // namespace fovea::app
