// SPDX-License-Identifier: Apache-2.0
#include "memory_check.h"

#include "gradient_accumulator.h"

#include <fovea/core/error.h>
#include <fovea/core/number_text.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/layers/execution.h>

namespace fovea {

namespace {

struct Ask {
  const Net& net;
  const Context& ctx;
  const TrainOptions& options;
  int64_t ranks;

  // What TrainStep will allocate, and what a rank receives from others.
  size_t needed(int64_t batch, bool net_is_there) const {
    const int64_t parts = options.accumulate * ranks, part = (batch + parts - 1) / parts;
    const MemoryNeed need = Execution::needed(net, ctx, {.batch = part}, true);
    size_t arenas = 2 + GradientAccumulator::copies(options.accumulate);  // gradients, momenta
    if (ranks > 1 && ctx.numerics() == Numerics::exact) arenas++;
    if (!net_is_there) arenas++;
    const size_t rounded = ctx.precision() == Precision::bf16 ? net.values().bytes() / 2 : 0;
    return arenas * net.values().bytes() + rounded + need.arena + need.workspace + need.staging;
  }
};

void check_device(const Ask& ask, Device device, int64_t batch) {
  const bool net_is_there = ask.net.device() == device;
  const DeviceProperties gpu = runtime_of(device).properties(device.index);
  const size_t need = ask.needed(batch, net_is_there);
  if (need <= gpu.free) return;
  const int64_t fits = largest_batch(
      batch, [&](int64_t some) { return ask.needed(some, net_is_there) <= gpu.free; });
  throw DeviceError(device.to_string() + ", " + gpu.name + ": out of memory: batches of " +
                    std::to_string(batch) + " need " + bytes_text(need) + ", " +
                    bytes_text(gpu.free) + " of " + bytes_text(gpu.memory) + " are free; " +
                    (fits > 0 ? "batches of up to " + std::to_string(fits) +
                                    " fit (train.batch_size), or parts of a batch "
                                    "(train.accumulate)"
                              : "not even a batch of 1 fits"));
}

}  // namespace

size_t training_bytes(const Net& net, const Context& ctx, const TrainOptions& options,
                      int64_t batch) {
  return Ask{net, ctx, options, 1}.needed(batch, true);
}

void check_memory(const Net& net, const Context& ctx, const TrainOptions& options, int64_t batch,
                  const Team& team) {
  if (ctx.device().is_cpu()) return;
  const Ask ask{net, ctx, options, team.ranks()};
  check_device(ask, ctx.device(), batch);
  for (const Device device : team.others) check_device(ask, device, batch);
}

}  // namespace fovea
