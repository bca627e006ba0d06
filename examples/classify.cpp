// SPDX-License-Identifier: Apache-2.0
// The most probable classes of a picture: classify MODEL PICTURE
// [classify]
#include <fovea/core/error.h>
#include <fovea/optim/classifier.h>

#include <iostream>

int main(int argc, char** argv) try {
  if (argc != 3) throw fovea::ArgumentError("usage: classify MODEL PICTURE");
  const auto classifier = fovea::Classifier::load(argv[1]);
  for (const fovea::Prediction& best : classifier.classify_file(argv[2], 3))
    std::cout << classifier.class_name(best.label) << ' ' << best.probability << '\n';
} catch (const fovea::Error& error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
// [classify]
