// SPDX-License-Identifier: Apache-2.0
#include "team_evaluation.h"

#include <fovea/core/error.h>
#include <fovea/optim/evaluate.h>

#include <algorithm>
#include <string>

namespace fovea {

void check_fit(const Net& net, const BatchSource& source, const char* what) {
  const Shape wanted = net.input_shape().sample();
  const Shape image = source.image();
  const bool flat = wanted.rank() == 1 && image.elements() == wanted.elements();
  if (image != wanted && !flat) {
    throw ConfigError(std::string(what) + " data has samples of " + image.to_string() +
                      ", the net takes " + wanted.to_string() + " (height, width, channels)");
  }
  const auto classes = static_cast<int64_t>(source.classes().size());
  if (net.output_shape().rank() != 2 || net.output_shape()[1] < classes) {
    throw ConfigError("the net's output is " + net.output_shape().sample().to_string() + ", the " +
                      what + " data has " + std::to_string(classes) +
                      " classes; make the last layer as wide");
  }
}

int64_t picture_channels(const Net& net) {
  const Shape& input = net.input_shape();
  return input.rank() == 4 && input[3] == 1 ? 1 : 3;
}

Metrics evaluate(Execution& execution, Context& ctx, BatchSource& source,
                 EvaluationObserver* observer, Communicator* processes) {
  PartEvaluator part(execution, ctx);
  const auto run_here = [](const std::function<void(int)>& body) { body(0); };
  return TeamEvaluation({.processes = processes}, {&part}, run_here).run(source, observer);
}

}  // namespace fovea
