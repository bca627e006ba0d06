// SPDX-License-Identifier: Apache-2.0
// Linear layers by the emulated cuBLAS, which fast numerics take.
#include "cuda/cublas/linear.h"

#include "kernel_table.h"
#include "kernels/linear_cases.h"
#include "support/compare.h"
#include "support/environment.h"
#include "support/random_tensor.h"

#include <fovea/kernels/cast.h>

#include <catch2/catch.hpp>

#include <cmath>

namespace fovea {
namespace {

using test::to_device;
using test::to_host;

constexpr Precision kPrecisions[] = {Precision::fp32, Precision::tf32, Precision::bf16};

ContextOptions fast(Precision precision) {
  return {
      .device = Device::cuda(), .threads = 1, .numerics = Numerics::fast, .precision = precision};
}

TEST_CASE("fast numerics take cuBLAS for linear layers, exact ones do not") {
  if (!test::has_cuda()) return;
  const auto by_cublas = [](const KernelTable* kernels) {
    return kernels->linear_forward == cuda::cublas::linear_forward;
  };
  for (const Precision precision : kPrecisions) {
    CHECK(by_cublas(cuda_kernels(precision, Numerics::fast)));
    const test::EnvironmentSetting none("FOVEA_CUBLAS", "none");
    CHECK_FALSE(by_cublas(cuda_kernels(precision, Numerics::fast)));
  }
  CHECK_FALSE(by_cublas(cuda_kernels(Precision::fp32, Numerics::exact)));
}

TEST_CASE("linear layers by cuBLAS are exact on integers in every precision") {
  if (!test::has_cuda()) return;
  for (const Precision precision : kPrecisions) {
    Context ctx(fast(precision));
    for (const cases::LinearExtents& e : cases::kLinearExtents) {
      CAPTURE(e[0], e[1], e[2]);
      ctx.workspace().reserve(linear_workspace(ctx, e[0], e[1], e[2]));
      const size_t planned = ctx.workspace().capacity();
      CHECK(cases::integer_difference(ctx, e, true) == "");
      CHECK(ctx.workspace().capacity() == planned);
    }
  }
}

TEST_CASE("linear layers by cuBLAS round factors to the precision, and no more") {
  if (!test::has_cuda()) return;
  // 1 + 2^-9 is a number of tf32 and not of bf16; 1 + 2^-12 of neither.
  const Tensor x =
      Tensor::from<float>({2, 1}, {1 + std::ldexp(1.0f, -9), 1 + std::ldexp(1.0f, -12)});
  const Tensor w = Tensor::from<float>({1, 1}, {1});
  const auto forward = [&](Precision precision) {
    Context ctx(fast(precision));
    Tensor y = test::new_tensor(ctx, {2, 1});
    linear_forward(ctx, {}, to_device(ctx, x), to_device(ctx, w), {}, y);
    const Tensor here = to_host(y);
    return std::vector<float>(here.span<float>().begin(), here.span<float>().end());
  };
  CHECK(forward(Precision::fp32) == std::vector{x.data<float>()[0], x.data<float>()[1]});
  CHECK(forward(Precision::tf32) == std::vector{x.data<float>()[0], 1.0f});
  CHECK(forward(Precision::bf16) == std::vector{1.0f, 1.0f});
}

TEST_CASE("linear layers by cuBLAS give the same bits of weights that are rounded already") {
  if (!test::has_cuda()) return;
  Context ctx(fast(Precision::bf16));
  for (const cases::LinearExtents& e : cases::kLinearExtents) {
    const auto [batch, in, out] = e;
    CAPTURE(batch, in, out);
    const Tensor x = to_device(ctx, test::random_tensor({batch, in}, 1));
    const Tensor w = to_device(ctx, test::random_tensor({out, in}, 2));
    const Tensor dy = to_device(ctx, test::random_tensor({batch, out}, 3));
    Tensor rounded = test::new_tensor(ctx, {out, in}, DType::bf16);
    cast(ctx, w, rounded);
    Tensor y = test::new_tensor(ctx, {batch, out}), dx = test::new_tensor(ctx, {batch, in});
    linear_forward(ctx, {.relu = true}, x, w, {}, y);
    linear_data_gradient(ctx, dy, w, x, dx);
    const Tensor y_want = to_host(y).clone(), dx_want = to_host(dx).clone();
    ctx.workspace().reserve(linear_workspace(ctx, batch, in, out));
    const size_t planned = ctx.workspace().capacity();
    linear_forward(ctx, {.relu = true}, x, {w, rounded}, {}, y);
    linear_data_gradient(ctx, dy, {w, rounded}, x, dx);
    CHECK(test::bits_differ(y, y_want) == "");
    CHECK(test::bits_differ(dx, dx_want) == "");
    CHECK(ctx.workspace().capacity() == planned);
  }
}

TEST_CASE("linear layers by cuBLAS without a bias, and of no samples") {
  if (!test::has_cuda()) return;
  Context ctx(fast(Precision::fp32));
  const Tensor x = to_device(ctx, Tensor::from<float>({2, 1}, {-3, 5}));
  const Tensor w = to_device(ctx, Tensor::from<float>({1, 1}, {2}));
  Tensor y = test::new_tensor(ctx, {2, 1});
  linear_forward(ctx, {.relu = true}, x, w, {}, y);
  CHECK(test::difference("y", to_host(y), std::vector<float>{0, 10}) == "");

  const Tensor none = test::new_tensor(ctx, {0, 1});
  Tensor nothing = test::new_tensor(ctx, {0, 1});
  Tensor dw = to_device(ctx, test::unwritten({1, 1})), db = to_device(ctx, test::unwritten({1}));
  linear_forward(ctx, {}, none, w, {}, nothing);
  linear_data_gradient(ctx, none, w, {}, nothing);
  linear_weight_gradient(ctx, none, none, dw, db);
  CHECK(test::difference("dw", to_host(dw), std::vector<float>{0}) == "");
  CHECK(test::difference("db", to_host(db), std::vector<float>{0}) == "");
}

}  // namespace
}  // namespace fovea
