// SPDX-License-Identifier: Apache-2.0
// A net at work on some rows of a batch: their losses and their labels' ranks.
#pragma once

#include <fovea/optim/evaluate.h>

namespace fovea {

class FOVEA_LOCAL PartEvaluator {
 public:
  // Both must outlive it.
  PartEvaluator(Execution& execution, Context& ctx);

  // Of rows [begin, end) of a batch, as many at a time as the execution takes: into the same rows
  // of `losses` and `ranks`, f32 on the host. `observer`, which may be null, sees what they were
  // made of.
  void run(const Batch& batch, int64_t begin, int64_t end, const Tensor& losses,
           const Tensor& ranks, EvaluationObserver* observer);

 private:
  void run_at_once(const Batch& batch, int64_t begin, int64_t end, const Tensor& losses,
                   const Tensor& ranks, EvaluationObserver* observer);

  Execution& execution_;
  Context& ctx_;
  Context host_;
  Tensor losses_there_, labels_there_;  // on the device
  Tensor ranks_;
};

}  // namespace fovea
