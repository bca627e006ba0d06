// SPDX-License-Identifier: Apache-2.0
#include "memory_check.h"

#include "gradient_accumulator.h"

#include <fovea/core/error.h>
#include <fovea/core/number_text.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/layers/execution.h>

namespace fovea {

namespace {

// What TrainStep will allocate, besides the parameters.
size_t needed(const Net& net, const Context& ctx, const TrainOptions& options, int64_t batch) {
  const int64_t part = (batch + options.accumulate - 1) / options.accumulate;
  const MemoryNeed need = Execution::needed(net, ctx, {.batch = part}, true);
  const size_t arenas = 2 + GradientAccumulator::copies(options.accumulate);  // gradients, momenta
  return arenas * net.values().bytes() + need.arena + need.workspace + need.staging;
}

// In [0, batch): 0 when not even one picture fits.
int64_t largest_batch(const Net& net, const Context& ctx, const TrainOptions& options,
                      int64_t batch, size_t free) {
  int64_t fits = 0, too_many = batch;
  while (too_many - fits > 1) {
    const int64_t middle = fits + (too_many - fits) / 2;
    (needed(net, ctx, options, middle) <= free ? fits : too_many) = middle;
  }
  return fits;
}

}  // namespace

void check_memory(const Net& net, const Context& ctx, const TrainOptions& options, int64_t batch) {
  const Device device = ctx.device();
  if (device.is_cpu()) return;
  const DeviceProperties gpu = runtime_of(device).properties(device.index);
  const size_t need = needed(net, ctx, options, batch);
  if (need <= gpu.free) return;
  const int64_t fits = largest_batch(net, ctx, options, batch, gpu.free);
  throw DeviceError(device.to_string() + ", " + gpu.name + ": out of memory: batches of " +
                    std::to_string(batch) + " need " + bytes_text(need) + ", " +
                    bytes_text(gpu.free) + " of " + bytes_text(gpu.memory) + " are free; " +
                    (fits > 0 ? "batches of up to " + std::to_string(fits) +
                                    " fit (train.batch_size), or parts of a batch "
                                    "(train.accumulate)"
                              : "not even a batch of 1 fits"));
}

}  // namespace fovea
