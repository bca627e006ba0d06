// SPDX-License-Identifier: Apache-2.0
// What fovea eval prints.
#pragma once

#include "arguments.h"

#include <fovea/optim/view_evaluation.h>

#include <string>
#include <vector>

namespace fovea::app {

// What was evaluated, and how pictures were looked at.
struct EvaluationSubject {
  std::vector<std::string> models;  // files
  std::vector<std::string> classes;
  int64_t views = 1;
  Averaged average = Averaged::probabilities;
};

std::string evaluation_as_text(const EvaluationSubject& subject, const Evaluation& evaluation,
                               bool per_class);
std::string evaluation_as_json(const EvaluationSubject& subject, const Evaluation& evaluation,
                               bool per_class);

}  // namespace fovea::app
