// SPDX-License-Identifier: Apache-2.0
// What ranks on the CPU did when, for chrome://tracing or Perfetto.
#pragma once

#include <fovea/core/export.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

class Stopwatch {
 public:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start() const { return start_; }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  Clock::time_point start_ = Clock::now();
};

// Spans of time, each of a rank and of what it does beside one another. For several threads at
// once.
class TraceLog {
 public:
  enum class Lane : uint8_t { compute, communication };
  static constexpr size_t kMost = 1'000'000;  // spans; later ones are left out

  // Times are told from `zero` on.
  explicit TraceLog(Stopwatch zero = {}) : zero_(zero) {}

  // A span from `begin` to now.
  void add(int rank, Lane lane, std::string name, Stopwatch::Clock::time_point begin);

  // The spans as elements of Chrome's "traceEvents", one a line, without the brackets.
  std::string events() const;
  // A whole trace file, of the events of one process or of several.
  static std::string file_of(const std::vector<std::string>& events);

 private:
  struct Span {
    int rank;
    Lane lane;
    std::string name;
    double begin, seconds;
  };

  Stopwatch zero_;
  mutable std::mutex mutex_;
  std::vector<Span> spans_;
};

}  // namespace fovea
