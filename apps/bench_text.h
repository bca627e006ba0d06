// SPDX-License-Identifier: Apache-2.0
// What `fovea bench` has measured, for people and as JSON.
#pragma once

#include <fovea/optim/benchmark.h>

#include <string>

namespace fovea::app {

struct BenchResult {
  std::string name;  // of the config
  int64_t batch = 0;
  int rounds = 0;
  bool layers = false;  // show them
  TrainingBenchmark times;
};

std::string machine_as_text(const MachineLimits& limits, const Context& ctx);
std::string machine_as_json(const MachineLimits& limits, const Context& ctx);
std::string bench_as_text(const BenchResult& result, const Context& ctx);
std::string bench_as_json(const BenchResult& result, const Context& ctx);

}  // namespace fovea::app
