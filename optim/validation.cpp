// SPDX-License-Identifier: Apache-2.0
#include "validation.h"

namespace fovea {
namespace {

std::deque<Execution> executions_for(RankTeam& ranks, int64_t batch) {
  std::deque<Execution> executions;
  for (int local = 0; local < ranks.locals(); local++) {
    executions.push_back(
        Execution::inference(ranks.net_of(local), ranks.context_of(local), {.batch = batch}));
  }
  return executions;
}

std::deque<PartEvaluator> parts_for(RankTeam& ranks, std::deque<Execution>& executions) {
  std::deque<PartEvaluator> parts;
  for (int local = 0; local < ranks.locals(); local++)
    parts.emplace_back(executions[static_cast<size_t>(local)], ranks.context_of(local));
  return parts;
}

std::vector<PartEvaluator*> pointers_to(std::deque<PartEvaluator>& parts) {
  std::vector<PartEvaluator*> pointers;
  for (PartEvaluator& part : parts) pointers.push_back(&part);
  return pointers;
}

}  // namespace

SharedValidation::SharedValidation(RankTeam& ranks, const Team& team, int64_t batch)
    : executions_(executions_for(ranks, batch)),
      parts_(parts_for(ranks, executions_)),
      evaluation_(team, pointers_to(parts_),
                  [&ranks](const std::function<void(int)>& body) { ranks.run(body); }) {}

Metrics SharedValidation::run(BatchSource& source, EvaluationObserver* observer) {
  return evaluation_.run(source, observer);
}

PlacedValidation::PlacedValidation(RankTeam& ranks, Placement placement, const Team& team,
                                   int64_t batch)
    : ranks_(ranks), team_(team) {
  const bool shares = placement == Placement::hybrid;
  const int64_t rows = shares ? (batch + team.ranks() - 1) / team.ranks() : batch;
  for (int local = 0; local < ranks.locals(); local++) {
    executions_.push_back(Execution::inference(ranks.net_of(local), ranks.context_of(local),
                                               {.batch = rows, .whole_batch = batch}));
    parts_.emplace_back(executions_.back(), ranks.context_of(local),
                        shares ? RowShare{team.first_rank() + local, team.ranks()} : RowShare{});
  }
}

Metrics PlacedValidation::run(BatchSource& source, EvaluationObserver* observer) {
  Metrics metrics;
  Batch batch;
  source.seek(0, 0);
  for (int64_t i = 0; i < source.batches(); i++) {
    source.next(batch);
    // Of each local rank, all equal.
    std::vector<Tensor> losses, label_ranks;
    for (int local = 0; local < ranks_.locals(); local++) {
      losses.emplace_back(Shape{batch.size()});
      label_ranks.emplace_back(Shape{batch.size()});
    }
    ranks_.run([&](int local) {
      const auto at = static_cast<size_t>(local);
      parts_[at].run(batch, 0, batch.size(), losses[at], label_ranks[at],
                     local == 0 ? observer : nullptr);
    });
    add(metrics, losses[0], label_ranks[0]);
    const bool is_last = i + 1 == source.batches();
    if (!is_last && any_process(team_, observer && observer->should_stop())) break;
  }
  return metrics;
}

}  // namespace fovea
