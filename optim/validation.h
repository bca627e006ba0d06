// SPDX-License-Identifier: Apache-2.0
// What a trainer's ranks validate with, between epochs.
#pragma once

#include "team_evaluation.h"
#include "train_ranks.h"

#include <deque>

namespace fovea {

class FOVEA_LOCAL Validation {
 public:
  // At most `batch` samples at a time on each rank. All must outlive it.
  Validation(TrainRanks& ranks, const Team& team, int64_t batch);

  Metrics run(BatchSource& source, EvaluationObserver* observer);
  size_t arena_bytes() const { return executions_[0].arena_bytes(); }  // of one rank

 private:
  std::deque<Execution> executions_;
  std::deque<PartEvaluator> parts_;
  TeamEvaluation evaluation_;
};

}  // namespace fovea
