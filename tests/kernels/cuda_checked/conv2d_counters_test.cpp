// SPDX-License-Identifier: Apache-2.0
// What the convolutions' memory accesses cost, by the emulation's counters: shared memory without
// bank conflicts, and global memory in whole sectors.
#include "support/devices.h"
#include "support/random_tensor.h"

#include <fovea/kernels/conv2d.h>

#include <cuda_emulation/counters.h>

#include <cstdlib>
#include <regex>

namespace fovea {
namespace {

using cuda_emulation::KernelCounters;
using test::random_tensor;

// All passes of a convolution like AlexNet's conv2 to conv5.
std::vector<KernelCounters> count(int64_t channels, int64_t outputs, int64_t groups,
                                  Precision precision) {
  const Conv2dParams params{.padding = {1, 1, 1, 1}, .groups = groups};
  const Shape x{1, 6, 6, channels}, w{outputs, 3, 3, channels / groups};
  const Shape y = conv2d_output_shape(params, x, w);
  const bool exact = precision == Precision::fp32;
  Context ctx({.device = Device::cuda(),
               .threads = 1,
               .numerics = exact ? Numerics::exact : Numerics::fast,
               .precision = precision,
               .shards = 1});
  const Tensor xs = test::to_device(ctx, random_tensor(x, 1));
  const Tensor ws = test::to_device(ctx, random_tensor(w, 2));
  const Tensor dy = test::to_device(ctx, random_tensor(y, 3));
  Tensor ys = test::new_tensor(ctx, y), dx = test::new_tensor(ctx, x),
         dw = test::new_tensor(ctx, w), none;
  cuda_emulation::enable_counters(true);
  cuda_emulation::reset_counters();
  conv2d_forward(ctx, params, xs, ws, {}, ys);
  conv2d_data_gradient(ctx, params, dy, ws, {}, dx);
  conv2d_weight_gradient(ctx, params, xs, dy, dw, none);
  (void)test::to_host(dw);
  const std::vector<KernelCounters> all = cuda_emulation::counters();
  cuda_emulation::enable_counters(false);
  return all;
}

void check_accesses(const char* tile, Precision precision, const char* products) {
  ::setenv("FOVEA_CONV_TILE", tile, 1);
  int passes = 0;
  for (const KernelCounters& k : count(32, 64, 2, precision)) {
    if (!std::regex_search(k.kernel, std::regex(products))) continue;
    CAPTURE(k.kernel, k.shared_loads.requests, k.shared_loads.passes, k.shared_loads.conflicts,
            k.shared_stores.conflicts, k.loads.requests, k.loads.sectors, k.loads.bytes);
    passes++;
    CHECK(k.complete);
    CHECK(k.shared_loads.requests > 0);
    CHECK(k.loads.requests > 0);
    CHECK(k.shared_loads.conflicts == 0);
    CHECK(k.loads.sectors * 32 <= k.loads.bytes + k.loads.bytes / 4);
  }
  CHECK(passes == 3);
  ::unsetenv("FOVEA_CONV_TILE");
}

TEST_CASE("convolutions have no bank conflicts and read whole sectors", "[counters]") {
  check_accesses("128x128", Precision::fp32, "conv2d_");
}

TEST_CASE("tensor-core convolutions have no bank conflicts and read whole sectors", "[counters]") {
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    check_accesses("128x128", precision, "(forward|data_gradient|weight_gradient)_kernel");
  }
}

}  // namespace
}  // namespace fovea
