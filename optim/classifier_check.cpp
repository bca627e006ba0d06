// SPDX-License-Identifier: Apache-2.0
#include "classifier_check.h"

#include <fovea/core/error.h>

namespace fovea {

Shape image_of_classifier(const Net& net) {
  const Shape& input = net.input_shape();
  const Shape& output = net.output_shape();
  if (input.rank() != 4) {
    throw DataError("the model takes " + input.sample().to_string() +
                    " features, not pictures; its config's model.input wants [channels, height, "
                    "width]");
  }
  if (output.rank() != 2) {
    throw DataError("the model's output is " + output.sample().to_string() +
                    "; a classifier's is one number for each class");
  }
  return input.sample();
}

}  // namespace fovea
