// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/core/tensor.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

using fovea::BFloat16;
using fovea::DType;
using fovea::Shape;
using fovea::Storage;
using fovea::Tensor;

TEST_CASE("a new tensor is aligned and zero, small or on huge pages") {
  for (const int64_t n : {1, 17, 1 << 20}) {
    const Tensor t(Shape{n, 3});
    CHECK(reinterpret_cast<uintptr_t>(t.raw()) % Storage::kAlignment == 0);
    CHECK(std::all_of(t.span<float>().begin(), t.span<float>().end(),
                      [](float v) { return v == 0; }));
    // The slack may be read: whole vectors at the end.
    CHECK(t.data<float>()[t.elements() + Storage::kSlack / sizeof(float) - 1] == 0);
  }
}

TEST_CASE("views share memory") {
  const Tensor t = Tensor::from<float>({3, 2}, {1, 2, 3, 4, 5, 6});
  const Tensor last = t.rows(2, 3);
  CHECK(last.shape() == Shape{1, 2});
  last.data<float>()[1] = 9;
  CHECK(t.data<float>()[5] == 9);
  CHECK(t.reshaped({6}).data<float>() == t.data<float>());
  CHECK(t.rows(1, 1).elements() == 0);
  const Tensor copy = t.clone();
  copy.zero();
  CHECK(t.data<float>()[0] == 1);
}

TEST_CASE("misuse of tensors is refused") {
  const Tensor t(Shape{2, 3});
  CHECK_THROWS_AS(t.data<int32_t>(), fovea::ArgumentError);
  CHECK_THROWS_AS(t.reshaped({5}), fovea::ArgumentError);
  CHECK_THROWS_AS(t.rows(1, 3), fovea::ArgumentError);
  CHECK_THROWS_AS(t.rows(2, 1), fovea::ArgumentError);
  CHECK_THROWS_AS(t.copy_from(Tensor(Shape{3, 2})), fovea::ArgumentError);
  CHECK_THROWS_AS(t.copy_from(Tensor(Shape{2, 3}, DType::i32)), fovea::ArgumentError);
  CHECK_THROWS_AS((Tensor::from<float>({2}, {1, 2, 3})), fovea::ArgumentError);
  const auto storage = Storage::allocate(64);
  CHECK_THROWS_AS(Tensor(storage, 2, Shape{1}), fovea::ArgumentError);
  CHECK_THROWS_AS(Tensor(storage, 4, Shape{16}), fovea::ArgumentError);
  CHECK_NOTHROW(Tensor(storage, 4, Shape{15}));
}

TEST_CASE("memory that is not to be had is an error with its size") {
  CHECK_THROWS_WITH(Tensor(Shape{int64_t{1} << 58}),
                    Catch::Contains("out of memory: 1152921504606846976 bytes"));
}

TEST_CASE("an empty tensor stands for none") {
  const Tensor none;
  CHECK(none.empty());
  CHECK(none.data<float>() == nullptr);
  CHECK(none.elements() == 0);
  CHECK(none.clone().empty());
}

TEST_CASE("every bfloat16 survives a trip through float") {
  for (uint32_t bits = 0; bits < 0x10000; bits++) {
    const float value = BFloat16{static_cast<uint16_t>(bits)}.to_float();
    const uint16_t back = BFloat16::from_float(value).bits;
    if (std::isnan(value)) {
      REQUIRE(std::isnan(BFloat16{back}.to_float()));
    } else {
      REQUIRE(back == bits);
    }
  }
}

TEST_CASE("bfloat16 rounds to nearest, ties to even") {
  CHECK(BFloat16::from_float(1.00390625f).bits == 0x3F80);  // half way: down to even
  CHECK(BFloat16::from_float(1.01171875f).bits == 0x3F82);  // half way: up to even
  CHECK(BFloat16::from_float(std::nextafter(1.00390625f, 2.f)).bits == 0x3F81);
  CHECK(BFloat16::from_float(std::numeric_limits<float>::max()).bits ==
        0x7F80);  // rounds to infinity
}
