// SPDX-License-Identifier: Apache-2.0
// Trains a classifier on pictures that the caller brings, a batch at a time. Trainer is for whole
// runs over a data set; a Learner is for programs that have a loop, and data, of their own.
#pragma once

#include <fovea/core/config.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/metrics.h>
#include <fovea/optim/train_options.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace FOVEA_API fovea {

struct LearnerOptions {
  uint64_t seed = 1;        // of all random numbers
  int64_t batch_size = 32;  // the most pictures in one step
  OptimizerOptions optimizer;
  ClipOptions clip;
  float label_smoothing = 0;

  static Fields<LearnerOptions> fields();
};

// For one thread at a time; computes on several.
class Learner {
 public:
  // Goes on from a model. `threads` to compute on; 0: all processors this process may use. Throws
  // DataError when the model is no classifier of pictures, ConfigError when the options do not fit
  // it.
  Learner(Model model, const LearnerOptions& options, int threads = 0);
  // A new model. The config has the keys of LearnerOptions::fields(), "model" and "classes" as a
  // run's config has them, and "scale", "mean" and "std" of a run's "data". Throws ConfigError with
  // every mistake.
  static Learner from_config(const Config& config, int threads = 0);
  // From a model file or a run's folder; `config` has the keys of LearnerOptions::fields().
  static Learner from_model(const std::string& path, const Config& config, int threads = 0);
  Learner(Learner&&) noexcept;
  Learner& operator=(Learner&&) noexcept;
  ~Learner();

  const Model& model() const;  // as trained so far
  Shape image() const;         // (h, w, c) of the pictures that it takes
  int64_t classes() const;     // numbers that the net puts out: labels are below
  int64_t batch_size() const;
  int64_t steps() const;  // done so far

  // One step: gradients of the mean loss over the pictures, then the update. Returns what the net
  // said about them before it. `pixels`: one picture after the other, rows from the top, channels
  // innermost; `labels`: one for each of them. Throws ArgumentError for sizes and labels that do
  // not fit, DivergedError when the loss or a gradient is not finite; the weights are then as
  // before.
  Metrics step(std::span<const uint8_t> pixels, std::span<const int32_t> labels);
  // The learning rate of the next steps; the optimizer's at first.
  void set_lr(float lr);

  // A copy, for a Classifier while training goes on.
  Model snapshot() const;
  // As a model file. Throws SystemError.
  void save(const std::string& path) const;

 private:
  struct FOVEA_LOCAL Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fovea
