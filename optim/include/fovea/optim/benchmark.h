// SPDX-License-Identifier: Apache-2.0
// How long training steps take, layer by layer, and what share of the machine's limits they reach.
#pragma once

#include <fovea/core/context.h>
#include <fovea/layers/net.h>
#include <fovea/optim/train_options.h>

#include <cstdint>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// What the machine reaches itself, measured along with the steps.
struct MachineLimits {
  double multiply_add = 0;  // floating-point operations per second, in registers
  double tile = 0;          // the same, by the GEMM's register tile on data in the first cache
  double copy = 0;          // bytes per second, read and written
};

// One pass of a step of the net: its time, and its work as StepWork counts it.
struct PassTime {
  double seconds = 0;  // 0: there is no such pass
  double flops = 0;    // a multiply-accumulate is two
  double bytes = 0;

  // Share of what the machine reaches: of its register tile where there are multiply-accumulates,
  // else of its copying, which data in the caches can surpass.
  double share(const MachineLimits& limits) const;
};

struct LayerTime {
  std::string name, type;  // as in StepInfo
  PassTime forward, backward;
};

struct TrainingBenchmark {
  MachineLimits machine;
  double step = 0;  // seconds of a whole training step, data apart
  std::vector<LayerTime> layers;
  double rest =
      0;  // seconds of the step in no layer and not in the update: the loss, sums of parts
  PassTime update;  // clipping and SGD

  double sum() const;  // seconds of the layers, the rest and the update
};

MachineLimits measure_machine(Context& ctx, int rounds);

// Trains on made-up samples in memory, at a learning rate of 0: the parameters stay. Medians over
// `rounds` steps, after one to warm up. `batch` is the batch size; options.batch_size is not used.
TrainingBenchmark benchmark_training(Net& net, Context& ctx, const TrainOptions& options,
                                     int64_t batch, int rounds);

}  // namespace fovea
