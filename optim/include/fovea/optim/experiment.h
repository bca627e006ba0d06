// SPDX-License-Identifier: Apache-2.0
// Two findings of Krizhevsky et al. 2012, tried again on a small data set that is at hand: how much
// sooner ReLU learns than tanh (figure 1), and what each part of the net is worth (sections 3.2 to
// 3.4 and 4.2). A stand-in: other pictures and smaller nets than the paper's, so the directions can
// be compared, the sizes only roughly.
#pragma once

#include <fovea/optim/metrics.h>
#include <fovea/optim/training_run.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct ExperimentOptions {
  std::string train, val;  // as data.train and data.val
  int64_t epochs = 3;      // of each trial, at most
  double target = 0.12;    // of the race: the share of errors on training pictures to get down to
  int seeds = 1;           // trials of each variant, with seeds 1, 2, ...
  TrainingRun::Machine machine = {};
  std::function<void(const std::string&)> tell = {};  // a line about each trial
  std::function<bool()> stop = {};                    // asked between steps: true ends it all
};

// One training.
struct Trial {
  struct Point {
    double epoch = 0, error = 0;  // of the last twenty steps up to there
  };

  std::string variant;
  double lr = 0;
  uint64_t seed = 1;
  std::vector<Point> training_error;
  std::optional<double> epochs_to_target;  // of the race; none: not reached
  std::optional<Metrics> val;              // after the last epoch
};

struct Experiment {
  std::string data;     // what was trained on
  int64_t samples = 0;  // of it
  int64_t epochs = 0;
  double target = 0;
  std::vector<Trial> trials;
  bool finished = false;
};

// Nets of four layers without dropout, decay or augmentation, with ReLU and with tanh, at each of
// several learning rates, until the target is reached. Throws as TrainingRun.
Experiment race_activations(const ExperimentOptions& options);
// A small AlexNet of two columns, and the same without normalisation, with pooling that does not
// overlap, without dropout, and one column of half as many filters.
Experiment ablate(const ExperimentOptions& options);

// Pages that show them beside the paper's figures.
std::string race_page(const Experiment& experiment);
std::string ablation_page(const Experiment& experiment);

}  // namespace fovea
