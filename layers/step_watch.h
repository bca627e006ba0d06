// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fovea/layers/execution.h>

namespace fovea {

// Tells an observer, if there is one, when a step begins and ends.
class StepWatch {
 public:
  StepWatch(StepObserver* observer, size_t step, Pass pass)
      : observer_(observer), step_(step), pass_(pass) {
    if (observer_) observer_->before(step_, pass_);
  }
  ~StepWatch() {
    if (observer_) observer_->after(step_, pass_);
  }
  StepWatch(const StepWatch&) = delete;
  StepWatch& operator=(const StepWatch&) = delete;

 private:
  StepObserver* observer_;
  size_t step_;
  Pass pass_;
};

}  // namespace fovea
