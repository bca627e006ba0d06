// SPDX-License-Identifier: Apache-2.0
// One model, several threads: a small net is trained in memory, then four threads classify with it
// at the same time, while a fifth goes on training. Every thread must get the answers that one
// alone gets.
#include <fovea/core/config.h>
#include <fovea/core/error.h>
#include <fovea/optim/classifier.h>
#include <fovea/optim/learner.h>

#include <atomic>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

namespace {

constexpr int kSide = 8, kPixels = kSide * kSide, kClasses = 4, kBatch = 16, kPictures = 64;

const char* const kConfig = R"({
  "model": {"input": [1, 8, 8], "layers": [
    {"type": "conv2d", "out_channels": 8, "kernel_size": 3}, {"type": "relu"}, {"type": "lrn"},
    {"type": "maxpool2d", "kernel_size": 2}, {"type": "flatten"}, {"type": "dropout", "p": 0.1},
    {"type": "linear", "out_features": 4}]},
  "classes": ["first", "second", "third", "fourth"],
  "mean": 0.3, "batch_size": 16, "optimizer": {"type": "sgd", "lr": 0.05}
})";

struct Pictures {
  std::vector<uint8_t> pixels;
  std::vector<int32_t> labels;
};

// Noise, and a bright line whose place tells the class.
Pictures draw(int count, unsigned seed) {
  std::minstd_rand random(seed);
  Pictures pictures{std::vector<uint8_t>(static_cast<size_t>(count) * kPixels), {}};
  for (uint8_t& pixel : pictures.pixels) pixel = static_cast<uint8_t>(random() % 100);
  for (int i = 0; i < count; i++) {
    const auto label = static_cast<int32_t>(random() % kClasses);
    const auto line = pictures.pixels.begin() + i * kPixels + 2 * label * kSide;
    std::fill(line, line + kSide, uint8_t{230});
    pictures.labels.push_back(label);
  }
  return pictures;
}

// [train]
void train(fovea::Learner& learner, int steps, unsigned seed) {
  for (int step = 0; step < steps; step++) {
    const Pictures batch = draw(kBatch, seed + static_cast<unsigned>(step));
    learner.step(batch.pixels, batch.labels);
  }
}
// [train]

std::vector<float> classify(const fovea::Classifier& classifier, const Pictures& pictures) {
  std::vector<float> probabilities(static_cast<size_t>(kPictures) * kClasses);
  classifier.probabilities(pictures.pixels, probabilities);
  return probabilities;
}

int count_right(const std::vector<float>& probabilities, const std::vector<int32_t>& labels) {
  int right = 0;
  for (size_t i = 0; i < labels.size(); i++) {
    const auto p = std::span(probabilities).subspan(i * kClasses, kClasses);
    right += fovea::best_predictions(p, 1)[0].label == labels[i];
  }
  return right;
}

}  // namespace

int main() try {
  fovea::Learner learner = fovea::Learner::from_config(fovea::Config::parse(kConfig), 1);
  train(learner, 60, 1);

  // [threads]
  const fovea::Classifier classifier(learner.snapshot());
  const Pictures pictures = draw(kPictures, 1000);
  const std::vector<float> alone = classify(classifier, pictures);

  std::atomic<int> same = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; t++) {
    threads.emplace_back([&] {
      for (int round = 0; round < 8; round++) same += classify(classifier, pictures) == alone;
    });
  }
  train(learner, 20, 100);  // another net, at the same time
  for (std::thread& thread : threads) thread.join();
  // [threads]

  std::cout << count_right(alone, pictures.labels) << " of " << kPictures << " right, " << same
            << " of 32 rounds alike\n";
  return same == 32 ? 0 : 1;
} catch (const fovea::Error& error) {
  std::cerr << "error: " << error.what() << '\n';
  return 1;
}
