// SPDX-License-Identifier: Apache-2.0
// Convolution on tensor cores, each access checked: the results are those of the CPU, integers
// being exact.
#include "on_both.h"
#include "support/values.h"

#include <fovea/kernels/conv2d.h>

namespace fovea {
namespace {

struct Results {
  Tensor y, dx, dw, db;
};

Results run(Context& ctx, const Conv2dParams& params, const Shape& x_shape, const Shape& w_shape) {
  test::Values values(4);
  const Shape y_shape = conv2d_output_shape(params, x_shape, w_shape);
  const auto there = [&](const Tensor& t) { return test::to_device(ctx, t); };
  const Tensor x = there(values.integers(x_shape)), w = there(values.integers(w_shape));
  const Tensor b = there(values.integers({w_shape[0]})), dy = there(values.integers(y_shape));
  Results r{there(Tensor(y_shape)), there(Tensor(x_shape)), there(Tensor(w_shape)),
            there(Tensor(Shape{w_shape[0]}))};
  conv2d_forward(ctx, params, x, w, b, r.y);
  conv2d_data_gradient(ctx, params, dy, w, x, r.dx);
  conv2d_weight_gradient(ctx, params, x, dy, r.dw, r.db);
  return r;
}

void check(const Conv2dParams& params, const Shape& x, const Shape& w) {
  Context host({.threads = 1});
  const Results want = run(host, params, x, w);
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    Context gpu({.device = Device::cuda(),
                 .threads = 1,
                 .numerics = Numerics::fast,
                 .precision = precision});
    const Results got = run(gpu, params, x, w);
    CHECK(test::bits_differ(got.y, want.y) == "");
    CHECK(test::bits_differ(got.dx, want.dx) == "");
    CHECK(test::bits_differ(got.dw, want.dw) == "");
    CHECK(test::bits_differ(got.db, want.db) == "");
  }
}

TEST_CASE("convolution on tensor cores, checked") {
  check({.padding = {1, 1, 1, 1}, .groups = 2}, {1, 5, 6, 16}, {12, 3, 3, 8});
  check({.stride = {2, 3}, .padding = {0, 2, 1, 0}, .relu = true}, {2, 7, 8, 3}, {5, 3, 2, 3});
}

}  // namespace
}  // namespace fovea
