// SPDX-License-Identifier: Apache-2.0
#include "validation.h"

namespace fovea {
namespace {

std::deque<Execution> executions_for(TrainRanks& ranks, int64_t batch) {
  std::deque<Execution> executions;
  for (int local = 0; local < ranks.locals(); local++) {
    executions.push_back(
        Execution::inference(ranks.net_of(local), ranks.context_of(local), {.batch = batch}));
  }
  return executions;
}

std::deque<PartEvaluator> parts_for(TrainRanks& ranks, std::deque<Execution>& executions) {
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

Validation::Validation(TrainRanks& ranks, const Team& team, int64_t batch)
    : executions_(executions_for(ranks, batch)),
      parts_(parts_for(ranks, executions_)),
      evaluation_(team, pointers_to(parts_),
                  [&ranks](const std::function<void(int)>& body) { ranks.run(body); }) {}

Metrics Validation::run(BatchSource& source, EvaluationObserver* observer) {
  return evaluation_.run(source, observer);
}

}  // namespace fovea
