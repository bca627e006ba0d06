// SPDX-License-Identifier: Apache-2.0
#include "memory_check.h"
#include "preflight_parts.h"

#include <fovea/core/number_text.h>
#include <fovea/core/runtime/device_runtime.h>
#include <fovea/core/system_info.h>

namespace fovea {

namespace {

using Verdict = PreflightFinding::Verdict;

size_t free_bytes(Device device) {
  if (device.is_cpu()) return static_cast<size_t>(system_info().available_bytes);
  return runtime_of(device).properties(device.index).free;
}

struct Need {
  const RunConfig& config;
  const Net& net;
  const Context& ctx;

  // Of training, and on the host of the batches that loader threads hold.
  size_t of(int64_t batch) const {
    const size_t training = training_bytes(net, ctx, config.options.train, batch);
    return ctx.device().is_cpu() ? training + loader(batch) : training;
  }

 private:
  size_t loader(int64_t batch) const {
    const int held = config.options.data.workers > 0 ? config.options.data.prefetch + 1 : 1;
    return static_cast<size_t>(held) * static_cast<size_t>(net.input_shape().elements() * batch) *
           sizeof(float);
  }
};

}  // namespace

void check_memory(const RunConfig& config, const Net& net, const Context& ctx,
                  PreflightFindings& findings) {
  const int64_t batch = config.options.train.batch_size;
  const size_t free = free_bytes(ctx.device());
  const Need needs{config, net, ctx};
  const size_t need = needs.of(batch);
  const std::string text = "batches of " + std::to_string(batch) + " take " + bytes_text(need) +
                           "; " + bytes_text(free) + " are free on " + ctx.device().to_string();
  if (need <= free || free == 0) {
    add(findings, Verdict::good, "memory", text);
    return;
  }
  const int64_t fits = largest_batch(batch, [&](int64_t some) { return needs.of(some) <= free; });
  add(findings, Verdict::bad, "memory", text,
      fits > 0 ? "train.batch_size=" + std::to_string(fits) +
                     " or less, or train.accumulate to compute a batch in parts"
               : "a smaller net, or smaller pictures: not even a batch of 1 fits");
}

}  // namespace fovea
