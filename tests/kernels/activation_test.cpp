// SPDX-License-Identifier: Apache-2.0
#include "reference/activation.h"

#include "support/compare.h"
#include "support/error_message.h"
#include "support/finite_differences.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/activation.h>

#include <catch2/catch.hpp>

#include <limits>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;

constexpr Activation kKinds[] = {Activation::relu, Activation::tanh, Activation::sigmoid};

template <class T>
Array<T> forward(Activation kind, Array<T> x) {
  for (T& v : x.values) v = reference::activation(kind, v);
  return x;
}
template <class T>
Array<T> backward(Activation kind, const Array<T>& y, Array<T> dy) {
  for (int64_t i = 0; i < y.elements(); i++) {
    dy[i] = reference::activation_gradient(kind, y[i], dy[i]);
  }
  return dy;
}

TEST_CASE("activations equal the references") {
  const float inf = std::numeric_limits<float>::infinity();
  for (const Activation kind : kKinds) {
    for (const Shape& shape : {Shape{1}, Shape{3, 5}, Shape{2, 7, 5, 17}, Shape{3, 40000}}) {
      Tensor x = random_tensor(shape, 1, 20), dy = random_tensor(shape, 2);
      if (shape.elements() > 10) {
        const float special[] = {0.0f, -0.0f, inf, -inf, std::nanf(""), 1e-40f, -1e-40f};
        std::copy(std::begin(special), std::end(special), x.data<float>());
      }
      const auto y_float = forward(kind, Array<float>::from(x));
      const auto dx_float = backward(kind, y_float, Array<float>::from(dy));
      const auto y_double = forward(kind, Array<double>::from(x));
      const auto dx_double = backward(kind, y_double, Array<double>::from(dy));
      test::for_each_setting([&](Context& ctx) {
        CAPTURE(static_cast<int>(kind), shape.to_string());
        Tensor y = test::new_tensor(ctx, shape), dx = test::new_tensor(ctx, shape);
        activation_forward(ctx, kind, test::to_device(ctx, x), y);
        CHECK(test::bits_differ(y, y_float) == "");
        CHECK(test::values_differ(y, y_double, kind == Activation::relu ? 0 : 2e-7, 1e-44) == "");
        activation_backward(ctx, kind, y, test::to_device(ctx, dy), dx);
        CHECK(test::bits_differ(dx, dx_float) == "");
        CHECK(test::values_differ(dx, dx_double, 1e-6, 2e-7) == "");

        Tensor in_place = test::to_device(ctx, x);
        activation_forward(ctx, kind, in_place, in_place);
        CHECK(test::bits_differ(in_place, y_float) == "");
        in_place.copy_from(dy);
        activation_backward(ctx, kind, y, in_place, in_place);
        CHECK(test::bits_differ(in_place, dx_float) == "");
      });
    }
  }
}

TEST_CASE("gradients of the activation references agree with finite differences") {
  for (const Activation kind : kKinds) {
    const auto x = test::random_array({40}, 3, 3), dy = test::random_array({40}, 4);
    test::check_gradient([&](const Array<double>& at) { return forward(kind, at); }, x, dy,
                         backward(kind, forward(kind, x), dy));
  }
}

TEST_CASE("activations name what does not fit") {
  Context ctx({.threads = 1});
  Tensor x({2, 3}), y({3, 2});
  CHECK(test::error_message<ArgumentError>([&] {
          activation_forward(ctx, Activation::relu, x, y);
        }) == "activation_forward: y has shape [3,2]; it must have shape [2,3]");
  CHECK(test::error_message<ArgumentError>([&] {
          activation_backward(ctx, Activation::relu, x, x, y);
        }) == "activation_backward: dx has shape [3,2]; it must have shape [2,3]");
}

TEST_CASE("an op names a tensor that lies on another device") {
  if (!test::has_cuda()) return;
  Context ctx({.device = Device::cuda(), .threads = 1});
  Tensor x(Shape{3}), y({3}, DType::f32, Device::cuda());
  CHECK(test::error_message<ArgumentError>([&] {
          activation_forward(ctx, Activation::relu, x, y);
        }) == "activation_forward: x lies on cpu; it must lie on the context's device, cuda:0");
}

}  // namespace
}  // namespace fovea
