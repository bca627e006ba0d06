// SPDX-License-Identifier: Apache-2.0
// A net at work on some rows of a batch: their losses and their labels' ranks.
#pragma once

#include <fovea/data/row_share.h>
#include <fovea/optim/evaluate.h>

namespace fovea {

class FOVEA_LOCAL PartEvaluator {
 public:
  // Both must outlive it. `share`: the rank's rows of what is computed at a time, where the net has
  // nodes of the whole batch.
  PartEvaluator(Execution& execution, Context& ctx, const RowShare& share = {});

  // Of rows [begin, end) of a batch, as many at a time as the execution takes: into the same rows
  // of `losses` and `ranks`, f32 on the host. `observer`, which may be null, sees what they were
  // made of.
  void run(const Batch& batch, int64_t begin, int64_t end, const Tensor& losses,
           const Tensor& ranks, EvaluationObserver* observer);

 private:
  void run_at_once(const Batch& batch, int64_t begin, int64_t end, const Tensor& losses,
                   const Tensor& ranks, EvaluationObserver* observer);
  Tensor logits_of(const Batch& batch, int64_t begin, int64_t end);

  Execution& execution_;
  Context& ctx_;
  RowShare share_;
  Context host_;
  Tensor losses_there_, labels_there_;  // on the device
  Tensor ranks_;
};

}  // namespace fovea
