// SPDX-License-Identifier: Apache-2.0
#include "on_both.h"

#include <fovea/kernels/activation.h>

namespace fovea {
namespace {

using test::random_tensor;

TEST_CASE("activations on the GPU, checked") {
  for (const Activation kind : {Activation::relu, Activation::tanh, Activation::sigmoid}) {
    for (const int64_t n : {1, 4, 1031}) {
      const Tensor x = random_tensor({n}, 1, 5), dy = random_tensor({n}, 2);
      test::check_on_both({x, dy, Tensor(Shape{n}), Tensor(Shape{n})},
                          [&](Context& ctx, std::vector<Tensor>& t) {
                            activation_forward(ctx, kind, t[0], t[2]);
                            activation_backward(ctx, kind, t[2], t[1], t[3]);
                          });
    }
  }
}

TEST_CASE("activations of views that are not aligned for vectors, checked") {
  const Tensor x = random_tensor({101, 3}, 1, 5);
  test::check_on_both({x}, [&](Context& ctx, std::vector<Tensor>& t) {
    Tensor rows = t[0].rows(1, 100);
    activation_forward(ctx, Activation::tanh, rows, rows);
  });
}

}  // namespace
}  // namespace fovea
