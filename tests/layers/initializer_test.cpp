// SPDX-License-Identifier: Apache-2.0
#include <fovea/layers/initializer.h>

#include <catch2/catch.hpp>

#include <cmath>

using fovea::Initializer;
using fovea::Shape;
using fovea::Tensor;
using Kind = fovea::Initializer::Kind;

namespace {

struct Moments {
  double mean = 0, deviation = 0, largest = 0;
};

Moments moments_of(const Initializer& initializer, fovea::Fan fan) {
  Tensor values(Shape{100000});
  fovea::initialize(initializer, fan, 7, 3, values);
  Moments m;
  for (const float v : values.span<float>()) {
    m.mean += v / 1e5;
    m.deviation += double{v} * v / 1e5;
    m.largest = std::max(m.largest, std::fabs(double{v}));
  }
  m.deviation = std::sqrt(m.deviation);
  return m;
}

}  // namespace

TEST_CASE("initialisers have the moments of their formula") {
  const fovea::Fan fan{50, 150};
  CHECK(moments_of({Kind::constant, 0.5f}, fan).mean == Approx(0.5));
  const Moments normal = moments_of({Kind::normal, 0.01f}, fan);
  CHECK(normal.mean == Approx(0).margin(1e-4));
  CHECK(normal.deviation == Approx(0.01).epsilon(0.01));
  CHECK(normal.largest > 0.035);
  const Moments uniform = moments_of({Kind::uniform, 0.2f}, fan);
  CHECK(uniform.largest <= 0.2);
  CHECK(uniform.deviation == Approx(0.2 / std::sqrt(3)).epsilon(0.01));
  CHECK(moments_of({Kind::xavier, 0}, fan).largest == Approx(std::sqrt(6.0 / 200)).epsilon(1e-3));
  CHECK(moments_of({Kind::kaiming, 0}, fan).deviation == Approx(std::sqrt(2.0 / 50)).epsilon(0.01));
  CHECK(moments_of({Kind::pytorch, 0}, fan).largest == Approx(1 / std::sqrt(50)).epsilon(1e-3));
}

TEST_CASE("first values depend on seed and parameter, and on nothing else") {
  Tensor a(Shape{1000}), b(Shape{1000}), other_seed(Shape{1000}), other_index(Shape{1000});
  const Initializer kaiming{Kind::kaiming, 0};
  fovea::initialize(kaiming, {9, 9}, 1, 0, a);
  fovea::initialize(kaiming, {9, 9}, 1, 0, b);
  fovea::initialize(kaiming, {9, 9}, 2, 0, other_seed);
  fovea::initialize(kaiming, {9, 9}, 1, 1, other_index);
  int same_seed = 0, same_index = 0;
  for (int i = 0; i < 1000; i++) {
    REQUIRE(a.data<float>()[i] == b.data<float>()[i]);
    same_seed += a.data<float>()[i] == other_seed.data<float>()[i];
    same_index += a.data<float>()[i] == other_index.data<float>()[i];
  }
  CHECK(same_seed < 3);
  CHECK(same_index < 3);
}
