// SPDX-License-Identifier: Apache-2.0
#include "step_trace.h"

namespace fovea {

StepTrace::StepTrace(Execution& execution, TraceLog& log, int rank) : log_(log), rank_(rank) {
  for (StepInfo& step : execution.steps()) names_.push_back(std::move(step.name));
  execution.observe(this);
}

void StepTrace::before(size_t /*step*/, Pass /*pass*/) noexcept { watch_ = Stopwatch(); }

void StepTrace::after(size_t step, Pass pass) noexcept try {
  const char* kind = pass == Pass::forward ? "forward " : "backward ";
  log_.add(rank_, TraceLog::Lane::compute, kind + names_[step], watch_.start());
} catch (...) {  // no memory: the span is left out
}

}  // namespace fovea
