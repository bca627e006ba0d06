// SPDX-License-Identifier: Apache-2.0
// Casts and conversions of layouts, and what the latter's accesses cost.
#include "on_both.h"

#include <fovea/kernels/cast.h>
#include <fovea/kernels/layout.h>

#include <cuda_emulation/counters.h>

namespace fovea {
namespace {

using test::check_on_both;
using test::random_tensor;
using Tensors = std::vector<Tensor>;

TEST_CASE("casts on the GPU, checked") {
  for (const int64_t n : {1, 4, 131, 2050}) {
    check_on_both({random_tensor({n}, 1), Tensor({n}), Tensor({n})}, [&](Context& ctx, Tensors& t) {
      Tensor narrow({n}, DType::bf16, ctx.device());
      cast(ctx, t[0], narrow);
      cast(ctx, narrow, t[1]);
      Tensor some = narrow.rows(n / 2, n), wide = t[2].rows(n / 2, n);
      cast(ctx, t[0].rows(0, n - n / 2), some);
      cast(ctx, some, wide);
    });
  }
}

TEST_CASE("conversions of layouts on the GPU, checked") {
  for (const Shape& s : {Shape{1, 1, 1, 1}, Shape{2, 3, 11, 13}, Shape{1, 33, 5, 7},
                         Shape{2, 70, 3, 2}, Shape{1, 6, 9, 40}}) {
    check_on_both({random_tensor(s, 1), Tensor({s[0], s[2], s[3], s[1]}), Tensor(s)},
                  [](Context& ctx, Tensors& t) {
                    nchw_to_nhwc(ctx, t[0], t[1]);
                    nhwc_to_nchw(ctx, t[1], t[2]);
                  });
  }
}

TEST_CASE("conversions of layouts meet in no bank and move whole sectors", "[counters]") {
  Context ctx({.device = Device::cuda(), .threads = 1});
  for (const int64_t channels : {1, 2, 3, 4, 5, 8, 12, 16, 20, 24, 31, 32, 64}) {
    const Shape first{1, channels, 32, 32}, last{1, 32, 32, channels};
    const Tensor x = random_tensor(first, 1).to(ctx.device());
    Tensor y = test::new_tensor(ctx, last), back = test::new_tensor(ctx, first);
    cuda_emulation::enable_counters(true);
    cuda_emulation::reset_counters();
    nchw_to_nhwc(ctx, x, y);
    nhwc_to_nchw(ctx, y, back);
    (void)test::to_host(back);
    const auto all = cuda_emulation::counters();
    cuda_emulation::enable_counters(false);
    REQUIRE(all.size() == 1);
    const cuda_emulation::KernelCounters& k = all[0];
    CAPTURE(channels, k.shared_loads.requests, k.shared_loads.conflicts, k.shared_stores.conflicts,
            k.loads.sectors, k.stores.sectors, k.loads.bytes, k.stores.bytes);
    CHECK(k.complete);
    CHECK(k.shared_loads.requests > 0);
    CHECK(k.shared_loads.conflicts == 0);
    CHECK(k.shared_stores.conflicts == 0);
    CHECK(k.loads.sectors * 32 <= k.loads.bytes + k.loads.bytes / 4);
    CHECK(k.stores.sectors * 32 <= k.stores.bytes + k.stores.bytes / 4);
  }
}

}  // namespace
}  // namespace fovea
