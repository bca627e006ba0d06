// SPDX-License-Identifier: Apache-2.0
#include "reference/elementwise.h"

#include "support/compare.h"
#include "support/error_message.h"
#include "support/random_tensor.h"
#include "support/settings.h"

#include <fovea/core/error.h>
#include <fovea/kernels/elementwise.h>

#include <catch2/catch.hpp>

#include <array>

namespace fovea {
namespace {

using reference::Array;
using test::random_tensor;

TEST_CASE("add adds") {
  for (const Shape& shape : {Shape{1}, Shape{3, 17}, Shape{7, 10007}}) {
    const Tensor a = random_tensor(shape, 1), b = random_tensor(shape, 2);
    auto want = Array<float>::from(a);
    for (int64_t i = 0; i < want.elements(); i++) want[i] += b.data<float>()[i];
    test::for_each_setting([&](Context& ctx) {
      const Tensor a_here = test::to_device(ctx, a);
      Tensor y = test::new_tensor(ctx, shape), in_place = test::to_device(ctx, b);
      add(ctx, a_here, in_place, y);
      CHECK(test::bits_differ(y, want) == "");
      add(ctx, a_here, in_place, in_place);
      CHECK(test::bits_differ(in_place, want) == "");
    });
  }
}

TEST_CASE("sum has the specified order") {
  for (const int64_t n : {0, 1, 63, 64, 65, 1000, 100003}) {
    const Tensor x = random_tensor({n}, 1);
    const auto values = Array<float>::from(x);
    double exact = 0;
    for (const float v : values.values) exact += v;
    test::for_each_setting([&](Context& ctx) {
      const float got = sum(ctx, test::to_device(ctx, x));
      CHECK(got == reference::sum(values.values.data(), n));
      CHECK(got == Approx(exact).margin(1e-3));
    });
  }
}

TEST_CASE("concat lays channels side by side, and split takes them apart") {
  for (const Shape& shape : {Shape{1, 1}, Shape{2, 5, 7, 1}, Shape{3, 11, 4, 16}}) {
    std::vector<int64_t> extents(shape.extents().begin(), shape.extents().end());
    std::vector<Tensor> parts;
    const int64_t rows = shape.elements() / shape[-1];
    int64_t channels = 0;
    for (const int64_t width : {shape[-1], int64_t{3}, int64_t{40}}) {
      extents.back() = width;
      parts.push_back(random_tensor(Shape(extents), static_cast<uint32_t>(width)));
      channels += width;
    }
    extents.back() = channels;
    const Shape whole(extents);
    test::for_each_setting([&](Context& ctx) {
      Tensor y_there = test::new_tensor(ctx, whole);
      std::vector<Tensor> there, back;
      for (const Tensor& part : parts) {
        there.push_back(test::to_device(ctx, part));
        back.push_back(test::new_tensor(ctx, part.shape()));
      }
      concat(ctx, there, y_there);
      const Tensor y = test::to_host(y_there);
      int64_t offset = 0;
      for (const Tensor& part : parts) {
        const int64_t width = part.shape()[-1];
        for (int64_t i = 0; i < part.elements(); i++) {
          REQUIRE(y.data<float>()[i / width * channels + offset + i % width] ==
                  part.data<float>()[i]);
        }
        offset += width;
      }
      REQUIRE(y.elements() == rows * channels);
      split(ctx, y_there, back);
      for (size_t i = 0; i < parts.size(); i++) {
        CHECK(test::bits_differ(back[i], parts[i]) == "");
      }
    });
  }
}

TEST_CASE("elementwise operations name what does not fit") {
  Context ctx({.threads = 1});
  Tensor a({2, 3}), b({3, 2}), y({2, 5});
  CHECK(test::error_message<ArgumentError>([&] { add(ctx, a, b, a); }) ==
        "add: b has shape [3,2]; it must have shape [2,3]");
  const std::array parts{a, Tensor({2, 3})};
  CHECK(test::error_message<ArgumentError>([&] { concat(ctx, parts, y); }) ==
        "concat: the parts have 6 channels together, y of shape [2,5] has 5");
  const std::array wrong{a, Tensor({3, 2})};
  CHECK(test::error_message<ArgumentError>([&] { concat(ctx, wrong, y); }) ==
        "concat: x has shape [3,2]; it must have shape [2,2]");
}

}  // namespace
}  // namespace fovea
