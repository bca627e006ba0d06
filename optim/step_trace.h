// SPDX-License-Identifier: Apache-2.0
// Tells a trace what an execution on the CPU computes.
#pragma once

#include <fovea/layers/execution.h>
#include <fovea/optim/trace_log.h>

#include <string>
#include <vector>

namespace fovea {

class FOVEA_LOCAL StepTrace final : public StepObserver {
 public:
  // Watches from now on; all must outlive its use.
  StepTrace(Execution& execution, TraceLog& log, int rank);

  void before(size_t step, Pass pass) noexcept override;
  void after(size_t step, Pass pass) noexcept override;

 private:
  std::vector<std::string> names_;
  TraceLog& log_;
  int rank_;
  Stopwatch watch_;  // of the step in progress
};

}  // namespace fovea
