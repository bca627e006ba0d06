// SPDX-License-Identifier: Apache-2.0
#include "answer_collector.h"

#include <algorithm>
#include <chrono>

namespace fovea {

Evaluation evaluate(const Model& model, Context& ctx, BatchSource& source,
                    const EvaluationOptions& options) {
  check_fit(model.net, source, "evaluation");
  Evaluation evaluation{{}, ConfusionMatrix(model.net.output_shape()[1]), {}};
  Execution execution =
      Execution::inference(model.net, ctx, {.batch = std::min(options.batch, source.samples())});
  AnswerCollector answers(ctx, model, source.image(), options.worst, evaluation);
  const auto begin = std::chrono::steady_clock::now();
  evaluation.metrics = evaluate(execution, ctx, source, &answers, options.processes);
  const auto end = std::chrono::steady_clock::now();
  evaluation.seconds = std::chrono::duration<double>(end - begin).count();
  answers.finish(options.processes);
  return evaluation;
}

}  // namespace fovea
