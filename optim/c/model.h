// SPDX-License-Identifier: Apache-2.0
// What is behind the handle of a model.
#pragma once

#include <fovea/optim/classifier.h>

#include <string>
#include <utility>
#include <vector>

struct fovea_model {
  explicit fovea_model(fovea::Classifier from) : classifier(std::move(from)) {
    for (int64_t i = 0; i < classifier.classes(); i++) names.push_back(classifier.class_name(i));
  }

  fovea::Classifier classifier;
  std::vector<std::string> names;
};
