// SPDX-License-Identifier: Apache-2.0
#include "reference/cast.h"

#include "support/error_message.h"
#include "support/settings.h"
#include "support/values.h"

#include <fovea/core/error.h>
#include <fovea/kernels/cast.h>

#include <catch2/catch.hpp>

#include <limits>

namespace fovea {
namespace {

// Numbers of all magnitudes, ties of both kinds, and what is no number.
Tensor all_kinds(int64_t n) {
  const std::vector<uint32_t> special{0x00000000, 0x80000000, 0x3f808000, 0x3f818000, 0x3f808001,
                                      0x3f807fff, 0xbf818000, 0x7f7fffff, 0x7f7f8000, 0x7f7f7fff,
                                      0xff7fffff, 0x7f800000, 0xff800000, 0x00000001, 0x00008000,
                                      0x00018000, 0x007fffff, 0x7f800001, 0xffc00000, 0x7fffffff};
  Tensor x(Shape{n});
  test::Values values(static_cast<uint32_t>(n));
  for (int64_t i = 0; i < n; i++) {
    const auto at = static_cast<size_t>(i);
    const uint32_t random = values.bits() << 8 ^ values.bits();
    x.data<float>()[i] = std::bit_cast<float>(at < special.size() ? special[at] : random);
  }
  return x;
}

TEST_CASE("cast to bf16 finds the nearest, the even of two, and keeps NaN; back it is exact") {
  for (const int64_t n : {0, 1, 3, 4, 20, 1027, 70001}) {
    const Tensor x = all_kinds(n);
    test::for_each_device([&](Context& ctx) {
      Tensor narrow = test::new_tensor(ctx, x.shape(), DType::bf16);
      Tensor wide = test::new_tensor(ctx, x.shape());
      cast(ctx, test::to_device(ctx, x), narrow);
      cast(ctx, narrow, wide);
      const Tensor got = test::to_host(narrow), back = test::to_host(wide);
      int64_t wrong = 0;
      for (int64_t i = 0; i < n; i++) {
        const float from = x.data<float>()[i], to = back.data<float>()[i];
        const uint16_t bits = got.data<BFloat16>()[i].bits;
        if (std::isnan(from))
          wrong += !std::isnan(to);
        else
          wrong += bits != reference::nearest_bf16(from) || to != reference::bf16_value(bits);
      }
      CAPTURE(n);
      CHECK(wrong == 0);
    });
  }
}

TEST_CASE("cast takes views that are not aligned, and touches nothing beside them") {
  const Tensor x = all_kinds(40);
  test::for_each_device([&](Context& ctx) {
    const Tensor from = test::to_device(ctx, x);
    const Tensor narrow = test::new_tensor(ctx, {40}, DType::bf16);
    const Tensor wide = test::new_tensor(ctx, {40});
    Tensor some = narrow.rows(21, 38), wide_some = wide.rows(21, 38);
    cast(ctx, from.rows(20, 37), some);
    cast(ctx, some, wide_some);
    const Tensor got = test::to_host(narrow), back = test::to_host(wide);
    for (int64_t i = 0; i < 40; i++) {
      const bool inside = i >= 21 && i < 38;
      const uint16_t want = inside ? reference::nearest_bf16(x.data<float>()[i - 1]) : 0;
      CHECK(got.data<BFloat16>()[i].bits == want);
      CHECK(back.data<float>()[i] == reference::bf16_value(want));
    }
  });
}

TEST_CASE("cast names what does not fit") {
  Context ctx({.threads = 1});
  const Tensor x({3});
  Tensor f32({3}), bf16({4}, DType::bf16);
  const auto message = [&](const Tensor& from, Tensor& to) {
    return test::error_message<ArgumentError>([&] { cast(ctx, from, to); });
  };
  CHECK(message(x, f32) == "cast: y holds f32; it must hold bf16");
  CHECK(message(x, bf16) == "cast: y has shape [4]; it must have shape [3]");
  CHECK(message(Tensor({3}, DType::i32), f32) == "cast: x holds i32; it must hold bf16");
}

}  // namespace
}  // namespace fovea
