// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/shape.h>

#include <catch2/catch.hpp>

using fovea::Shape;

TEST_CASE("a shape knows its extents") {
  const Shape shape{32, 27, 27, 96};
  CHECK(shape.rank() == 4);
  CHECK(shape[0] == 32);
  CHECK(shape[-1] == 96);
  CHECK(shape.elements() == 32 * 27 * 27 * 96);
  CHECK(shape.to_string() == "[32,27,27,96]");
  CHECK(shape.sample() == Shape{27, 27, 96});
  CHECK(shape.with_batch(1) == Shape{1, 27, 27, 96});
}

TEST_CASE("scalars and empty tensors have shapes") {
  CHECK(Shape{}.elements() == 1);
  CHECK(Shape{}.to_string() == "[]");
  CHECK(Shape{0, 3}.elements() == 0);
  CHECK(Shape{2} != Shape{2, 1});
}

TEST_CASE("impossible shapes are refused") {
  CHECK_THROWS_AS((Shape{-1}), fovea::ArgumentError);
  CHECK_THROWS_AS((Shape{1, 1, 1, 1, 1, 1, 1}), fovea::ArgumentError);
  CHECK_THROWS_AS((Shape{int64_t{1} << 40, int64_t{1} << 40}), fovea::ArgumentError);
  CHECK_THROWS_AS((Shape{2, 3}[2]), fovea::ArgumentError);
  CHECK_THROWS_AS((Shape{2, 3}[-3]), fovea::ArgumentError);
}
