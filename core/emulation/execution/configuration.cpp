// SPDX-License-Identifier: Apache-2.0
#include "cuda_emulation/configuration.h"

#include "execution/checker.h"
#include "execution/sanitizer.h"
#include "execution/visible_devices.h"

#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>

namespace cuda_emulation {
namespace {

[[noreturn]] void reject(const char* variable, const std::string& value,
                         const std::string& expected) {
  throw std::runtime_error(std::string(variable) + "=" + value + ": expected " + expected);
}

void read(const char* variable, size_t low, size_t high, size_t* value) {
  const char* text = std::getenv(variable);
  if (!text || !*text) return;
  char* end = nullptr;
  const unsigned long long number = std::strtoull(text, &end, 10);
  if (*end || *text == '-' || number < low || number > high) {
    reject(variable, text, "a number from " + std::to_string(low) + " to " + std::to_string(high));
  }
  *value = size_t(number);
}

void read(const char* variable, int low, int high, int* value) {
  size_t number = size_t(*value);
  read(variable, size_t(low), size_t(high), &number);
  *value = int(number);
}

template <class E, size_t n>
void read(const char* variable, const char* const (&names)[n], E* value) {
  const char* text = std::getenv(variable);
  if (!text || !*text) return;
  std::string expected;
  for (size_t i = 0; i < n; ++i) {
    if (std::string(text) == names[i]) {
      *value = E(i);
      return;
    }
    expected += (i ? ", " : "") + std::string(names[i]);
  }
  reject(variable, text, "one of " + expected);
}

Configuration from_environment() {
  Configuration c;
  if (checked()) c.early_exit = EarlyExit::suspicious;
  read("CUDA_EMULATION_DEVICES", 0, 16, &c.devices);
  c.devices = int(visible_devices(c.devices).size());
  read("CUDA_EMULATION_WORKERS", 0, 256, &c.workers);
  read("CUDA_EMULATION_SEED", 0, ~size_t(0), &c.seed);
  read("CUDA_EMULATION_MEMORY_MB", 1, size_t(1) << 24, &c.memory_mb);
  read("CUDA_EMULATION_STACK_KB", 16, 65536, &c.stack_kb);
  read("CUDA_EMULATION_ORDER", {"forward", "reverse", "random"}, &c.order);
  read("CUDA_EMULATION_STREAMS", {"eager", "lazy"}, &c.streams);
  read("CUDA_EMULATION_ASYNC_COPIES", {"late", "early"}, &c.async_copies);
  read("CUDA_EMULATION_EARLY_EXIT", {"allowed", "suspicious", "error"}, &c.early_exit);
  read("CUDA_EMULATION_MODEL", {"sm_80", "sm_90"}, &c.model);
  return c;
}

struct Current {
  std::mutex mutex;
  Configuration configuration = from_environment();
};

Current& current() {
  static Current& current = *new Current;
  return current;
}

}  // namespace

Configuration configuration() {
  Current& now = current();
  const std::lock_guard<std::mutex> lock(now.mutex);
  return now.configuration;
}

void configure(const Configuration& configuration) {
  Current& now = current();
  const std::lock_guard<std::mutex> lock(now.mutex);
  now.configuration = configuration;
}

Checker* detail::installed_checker = nullptr;
bool checked() { return checker() != nullptr; }
bool address_sanitized() { return __asan_poison_memory_region != nullptr; }

}  // namespace cuda_emulation
