// SPDX-License-Identifier: Apache-2.0
// An evaluation that ranks share: each computes its rows of every batch, and all know the metrics,
// which are those of one rank to the last bit.
#pragma once

#include "part_evaluator.h"

#include <fovea/optim/team.h>

#include <functional>
#include <vector>

namespace fovea {

// Adds a batch's losses and its labels' ranks (label_ranks(), as f32).
void add(Metrics& metrics, const Tensor& losses, const Tensor& ranks);

class FOVEA_LOCAL TeamEvaluation {
 public:
  // Calls body(local) for each rank of this process, and returns when all are done.
  using RunLocals = std::function<void(const std::function<void(int)>&)>;

  // `locals`: one for each rank of this process. All must outlive it.
  TeamEvaluation(const Team& team, std::vector<PartEvaluator*> locals, RunLocals run_locals);

  // As evaluate(). Several processes ask their observers together: all stop when one is to.
  Metrics run(BatchSource& source, EvaluationObserver* observer);

 private:
  // Rows of losses, then of ranks, then whether to stop: f32, 0 in the rows of other processes.
  struct Numbers {
    Tensor losses, ranks, all;
  };
  Numbers numbers_for(int64_t rows);
  void compute(const Batch& batch, const Numbers& numbers, EvaluationObserver* observer);
  // What one process knows, all know. Whether to go on.
  bool share(const Numbers& numbers, EvaluationObserver* observer);

  Team team_;
  std::vector<PartEvaluator*> locals_;
  RunLocals run_locals_;
  Context host_;
  Tensor numbers_;
};

}  // namespace fovea
