// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace fovea::app {

namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

// What a handler may touch has to be static.
std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free);

int code_of(int signal) { return 128 + (signal == SIGINT ? SIGINT : SIGTERM); }

extern "C" void remember_or_leave(int signal) {
  if (received.exchange(signal) != 0) _exit(code_of(signal));
}

// A signal that is ignored from the start (nohup) stays so.
void set_handler(void (*handler)(int)) {
  struct sigaction action {
  }, before{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int signal : kSignals) {
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(signal, &action, nullptr);
  }
}

}  // namespace

StopSignals::StopSignals() {
  received = 0;
  set_handler(remember_or_leave);
}

StopSignals::~StopSignals() { set_handler(SIG_DFL); }

int StopSignals::exit_code() const {
  const int signal = received;
  return signal == 0 ? 0 : code_of(signal);
}

}  // namespace fovea::app
