// SPDX-License-Identifier: Apache-2.0
// What a run has logged so far, read back from its folder.
#pragma once

#include <fovea/optim/run_folder.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace FOVEA_API fovea {

struct RunHistory {
  struct Score {
    double loss = 0, top1 = 0, top5 = 0;
  };
  struct Step {
    int64_t step = 0, epoch = 0;  // epochs count from 1
    Score score;                  // loss of the step; the others of the epoch so far
    double lr = 0;
  };
  struct Epoch {
    int64_t epoch = 0, step = 0;
    Score train;
    std::optional<Score> val;
  };
  struct EpochSpeed {
    int64_t epoch = 0;
    double seconds = 0, images_per_second = 0, data_wait = 0;
  };
  // What the first of several ranks has sent in an epoch.
  struct EpochCommunication {
    int64_t epoch = 0, ranks = 0, steps = 0, bytes = 0;
    struct Times {
      double seconds = 0, exposed = 0;  // that it took; of these, not hidden by computing
    };
    std::optional<Times> times = {};  // not of GPUs
  };

  std::vector<Step> steps;                        // metrics.jsonl
  std::vector<Epoch> epochs;                      // results.csv
  std::vector<EpochSpeed> speeds;                 // speed.csv
  std::vector<EpochCommunication> communication;  // ranks.csv

  // Lines that cannot be read, a torn last one for instance, are left out; so is a file that is not
  // there.
  static RunHistory read(const RunFolder& folder);

  // Steps of an epoch; 0 while none has ended.
  int64_t steps_per_epoch() const;
  // The first epoch with the best top-1 on the validation data; null when there is none.
  const Epoch* best() const;
};

}  // namespace fovea
