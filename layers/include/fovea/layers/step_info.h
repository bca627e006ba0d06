// SPDX-License-Identifier: Apache-2.0
// What the steps of an execution are and cost, and who watches them run: for profiles.
#pragma once

#include <fovea/core/export.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace FOVEA_API fovea {

enum class Pass : uint8_t { forward, backward };

// Work of one step in one pass. Bytes: of every array that it reads or writes, each counted once;
// none for another view of the same memory.
struct StepWork {
  int64_t macs = 0;  // multiply-accumulates
  int64_t bytes = 0;
  int64_t sent = 0;  // bytes to other ranks, by layers that a placement has put in
};

// One call of a layer, or of several that are fused into one.
struct StepInfo {
  std::string name;            // of its layers: "conv1 + relu1"
  std::string type;            // of the first: "conv2d"
  StepWork forward, backward;  // no backward when planned for inference
};

// Called by an execution before and after each step, on the thread that runs it. `step` is an index
// into Execution::steps().
class StepObserver {
 public:
  virtual ~StepObserver() = default;
  virtual void before(size_t step, Pass pass) noexcept = 0;
  virtual void after(size_t step, Pass pass) noexcept = 0;
};

}  // namespace fovea
