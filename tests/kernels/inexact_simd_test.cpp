// SPDX-License-Identifier: Apache-2.0
// Instruction sets without fused multiply-add: the same results within a tolerance, and the same
// bits where nothing is multiplied and added.
#include "reference/activation.h"
#include "reference/dropout.h"
#include "reference/lrn.h"
#include "reference/pool2d.h"
#include "reference/sgd.h"
#include "reference/softmax.h"
#include "support/compare.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/kernels/activation.h>
#include <fovea/kernels/dropout.h>
#include <fovea/kernels/lrn.h>
#include <fovea/kernels/pool2d.h>
#include <fovea/kernels/sgd.h>
#include <fovea/kernels/softmax.h>

#include <catch2/catch.hpp>

#include <array>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;

template <class Body>
void for_each_inexact_target(Body body) {
  for (const std::string& name : simd_targets()) {
    const test::SimdLimit limit(name);
    if (simd_target_is_exact()) continue;
    Context ctx({.threads = 2});
    CAPTURE(name);
    body(ctx);
  }
}

TEST_CASE("normalisation without fused multiply-add is within its tolerance") {
  const Tensor x = random_tensor({2, 3, 4, 21}, 1, 5), dy = random_tensor(x.shape(), 2), none;
  const auto x_double = Array<double>::from(x), dy_double = Array<double>::from(dy);
  for_each_inexact_target([&](Context& ctx) {
    for (const float beta : {0.75f, 0.5f, 1.3f}) {
      const LrnParams params{.size = 5, .alpha = 0.5f, .beta = beta};
      Tensor y(x.shape()), dx(x.shape());
      lrn_forward(ctx, params, x, y);
      CHECK(test::values_differ(y, reference::lrn(params, x_double), 4e-6) == "");
      lrn_backward(ctx, params, x, dy, none, dx);
      const auto want = reference::lrn_gradient(params, x_double, dy_double);
      CHECK(test::values_differ(dx, want, 8e-6, 4e-6) == "");
    }
  });
}

TEST_CASE("pooling and dropout need no fused multiply-add for their bits") {
  const Tensor x = random_tensor({3, 7, 8, 21}, 1);
  const Pool2dParams params{.kernel = {3, 3}, .stride = {2, 2}};
  const auto pooled = reference::max_pool2d(params, Array<float>::from(x));
  const Tensor dy = random_tensor(pooled.y.shape, 2), none;
  const auto gradient =
      reference::max_pool2d_gradient(params, x.shape(), pooled.argmax, Array<float>::from(dy));
  const std::array<uint32_t, 3> samples{4, 9, 2};
  const DropoutMask mask{.seed = 3, .samples = samples};
  for_each_inexact_target([&](Context& ctx) {
    Tensor y(dy.shape()), argmax(dy.shape(), DType::u8), dx(x.shape()), dropped(x.shape());
    max_pool2d_forward(ctx, params, x, y, argmax);
    CHECK(test::bits_differ(y, pooled.y) == "");
    max_pool2d_backward(ctx, params, argmax, dy, none, dx);
    CHECK(test::bits_differ(dx, gradient) == "");
    avg_pool2d_forward(ctx, params, x, y);
    CHECK(test::bits_differ(y, reference::avg_pool2d(params, Array<float>::from(x))) == "");
    dropout_forward(ctx, {.p = 0.3f}, mask, x, dropped);
    const auto want = reference::dropout({.p = 0.3f}, mask, Array<float>::from(x));
    CHECK(test::bits_differ(dropped, want) == "");
  });
}

TEST_CASE("activations, loss and update without fused multiply-add are within their tolerance") {
  const Tensor z = random_tensor({5, 37}, 1, 10), labels = test::random_labels(5, 37, 2);
  const auto want =
      reference::softmax_cross_entropy({}, Array<double>::from(z), Array<int32_t>::from(labels));
  const SgdParams params{.lr = 0.1f, .weight_decay = 5e-4f};
  auto w_double = Array<double>::from(z), v_double = Array<double>(z.shape());
  reference::sgd_update(params, Array<double>::from(z), v_double, w_double);
  for_each_inexact_target([&](Context& ctx) {
    for (const Activation kind : {Activation::relu, Activation::tanh, Activation::sigmoid}) {
      Tensor y(z.shape());
      activation_forward(ctx, kind, z, y);
      auto y_double = Array<double>::from(z);
      for (double& v : y_double.values) v = reference::activation(kind, v);
      CHECK(test::values_differ(y, y_double, 2e-6, 1e-44) == "");
    }
    Tensor losses({5}), dz(z.shape()), w = z.clone(), v(z.shape());
    softmax_cross_entropy(ctx, {}, z, labels, losses, dz);
    CHECK(test::values_differ(losses, want.losses, 2e-6, 1e-5) == "");
    CHECK(test::values_differ(dz, want.dz, 1e-5, 1e-7) == "");
    sgd_update(ctx, params, z, v, w);
    CHECK(test::values_differ(w, w_double, 1e-6, 1e-7) == "");
  });
}

}  // namespace
}  // namespace fovea
