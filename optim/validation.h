// SPDX-License-Identifier: Apache-2.0
// What a trainer's ranks validate with, between epochs.
#pragma once

#include "rank_team.h"
#include "team_evaluation.h"

#include <fovea/layers/placement.h>

#include <deque>

namespace fovea {

class FOVEA_LOCAL Validation {
 public:
  virtual ~Validation() = default;
  virtual Metrics run(BatchSource& source, EvaluationObserver* observer) = 0;
  virtual size_t arena_bytes() const = 0;  // of one rank
};

// Each rank has its rows of every batch.
class FOVEA_LOCAL SharedValidation final : public Validation {
 public:
  // At most `batch` samples at a time on each rank. All must outlive it.
  SharedValidation(RankTeam& ranks, const Team& team, int64_t batch);

  Metrics run(BatchSource& source, EvaluationObserver* observer) override;
  size_t arena_bytes() const override { return executions_[0].arena_bytes(); }

 private:
  std::deque<Execution> executions_;
  std::deque<PartEvaluator> parts_;
  TeamEvaluation evaluation_;
};

// All ranks work on each batch with their parts of the net, and all know the result.
class FOVEA_LOCAL PlacedValidation final : public Validation {
 public:
  // At most `batch` samples at a time on all ranks together. All must outlive it.
  PlacedValidation(RankTeam& ranks, Placement placement, const Team& team, int64_t batch);

  Metrics run(BatchSource& source, EvaluationObserver* observer) override;
  size_t arena_bytes() const override { return executions_[0].arena_bytes(); }

 private:
  RankTeam& ranks_;
  Team team_;
  std::deque<Execution> executions_;
  std::deque<PartEvaluator> parts_;
};

}  // namespace fovea
