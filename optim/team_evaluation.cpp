// SPDX-License-Identifier: Apache-2.0
#include "team_evaluation.h"

#include <fovea/data/row_share.h>

#include <utility>

namespace fovea {

void add(Metrics& metrics, const Tensor& losses, const Tensor& ranks) {
  for (const float rank : ranks.span<float>()) {
    metrics.top1 += rank < 1;
    metrics.top5 += rank < 5;
  }
  for (const float loss : losses.span<float>()) metrics.loss_sum += double{loss};
  metrics.samples += losses.elements();
}

TeamEvaluation::TeamEvaluation(const Team& team, std::vector<PartEvaluator*> locals,
                               RunLocals run_locals)
    : team_(team),
      locals_(std::move(locals)),
      run_locals_(std::move(run_locals)),
      host_({.threads = 1}) {}

Metrics TeamEvaluation::run(BatchSource& source, EvaluationObserver* observer) {
  Metrics metrics;
  Batch batch;
  source.seek(0, 0);
  bool goes_on = true;
  for (int64_t i = 0; goes_on && i < source.batches(); i++) {
    source.next(batch);
    const Numbers numbers = numbers_for(batch.size());
    compute(batch, numbers, observer);
    const bool last = i + 1 == source.batches();
    goes_on = share(numbers, last ? nullptr : observer);
    add(metrics, numbers.losses, numbers.ranks);
  }
  return metrics;
}

TeamEvaluation::Numbers TeamEvaluation::numbers_for(int64_t rows) {
  const int64_t all = 2 * rows + 1;
  if (numbers_.elements() < all) numbers_ = Tensor({all});
  return {numbers_.rows(0, rows), numbers_.rows(rows, 2 * rows), numbers_.rows(0, all)};
}

void TeamEvaluation::compute(const Batch& batch, const Numbers& numbers,
                             EvaluationObserver* observer) {
  if (team_.spans_processes()) numbers.all.zero();
  run_locals_([&](int local) {
    const RowShare share{team_.first_rank() + local, team_.ranks()};
    locals_[static_cast<size_t>(local)]->run(batch, share.begin(batch.size()),
                                             share.end(batch.size()), numbers.losses, numbers.ranks,
                                             observer);
  });
}

bool TeamEvaluation::share(const Numbers& numbers, EvaluationObserver* observer) {
  const bool stops = observer && observer->should_stop();
  if (!team_.spans_processes()) return !stops;
  float& stop = numbers.all.data<float>()[numbers.all.elements() - 1];
  stop = stops ? 1 : 0;
  team_.processes->all_reduce(host_, numbers.all);
  return stop == 0;
}

}  // namespace fovea
