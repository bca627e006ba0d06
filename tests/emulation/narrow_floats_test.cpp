// SPDX-License-Identifier: Apache-2.0
// half and bfloat16: every value, every rounding boundary, and arithmetic rounded once.
#include "support/small_float.h"

#include <catch2/catch.hpp>
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace {

using small_float::decode;
using small_float::encode;
using small_float::Format;
using small_float::Rounding;

constexpr uint32_t kNan = 0x7fff;

struct Half {
  using Type = __half;
  static constexpr Format kFormat = small_float::kHalf;
  static uint32_t bits(__half value) { return __half_as_ushort(value); }
  static __half of(uint32_t bits) { return __ushort_as_half(static_cast<unsigned short>(bits)); }
  static __half narrow(float value) { return __float2half_rn(value); }
  static float widen(__half value) { return __half2float(value); }
};

struct Bfloat16 {
  using Type = __nv_bfloat16;
  static constexpr Format kFormat = small_float::kBfloat16;
  static uint32_t bits(__nv_bfloat16 value) { return __bfloat16_as_ushort(value); }
  static __nv_bfloat16 of(uint32_t bits) {
    return __ushort_as_bfloat16(static_cast<unsigned short>(bits));
  }
  static __nv_bfloat16 narrow(float value) { return __float2bfloat16_rn(value); }
  static float widen(__nv_bfloat16 value) { return __bfloat162float(value); }
};

// The bits that the definition gives for an exact or correctly sticky value.
template <class F>
uint32_t rounded(double value) {
  return encode(F::kFormat, value, Rounding::NearestEven, kNan);
}

template <class F>
bool is_nan(uint32_t bits) {
  return (bits & kNan) > F::kFormat.infinity();
}

// a + b with the last bit set if it is not exact, so that rounding it again gives what rounding
// once gives.
double add_to_odd(double a, double b) {
  double sum = a + b;
  if (!std::isfinite(sum)) return sum;
  const double b_part = sum - a;
  const double error = (a - (sum - b_part)) + (b - b_part);
  if (error == 0 || (std::bit_cast<uint64_t>(sum) & 1)) return sum;
  return std::nextafter(sum, error > 0 ? INFINITY : -INFINITY);
}

}  // namespace

TEMPLATE_TEST_CASE("Every 16-bit value widens exactly and narrows back to itself", "", Half,
                   Bfloat16) {
  int wrong = 0;
  for (uint32_t bits = 0; bits < 65536; bits++) {
    const float value = TestType::widen(TestType::of(bits));
    const uint32_t back = TestType::bits(TestType::narrow(value));
    if (is_nan<TestType>(bits))
      wrong += !std::isnan(value) || back != kNan;
    else
      wrong += double(value) != decode(TestType::kFormat, bits) || back != bits;
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("Floats round to the nearest 16-bit value with ties to even", "", Half,
                   Bfloat16) {
  int wrong = 0;
  const auto try_value = [&](float value) {
    wrong += TestType::bits(TestType::narrow(value)) != rounded<TestType>(value);
    wrong += TestType::bits(TestType::narrow(-value)) != rounded<TestType>(-value);
  };
  // Between each two neighbours: the middle, which a float holds exactly, and the floats beside it.
  for (uint32_t bits = 0; bits < TestType::kFormat.infinity(); bits++) {
    const double low = decode(TestType::kFormat, bits);
    const bool last = bits + 1 == TestType::kFormat.infinity();
    const double step = last ? low - decode(TestType::kFormat, bits - 1)
                             : decode(TestType::kFormat, bits + 1) - low;
    const auto middle = static_cast<float>(low + step / 2);
    for (const float value :
         {middle, std::nextafterf(middle, 0), std::nextafterf(middle, INFINITY)})
      try_value(value);
  }
  std::mt19937 random(3);
  for (int i = 0; i < 1'000'000; i++) {
    const float value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    if (!std::isnan(value)) try_value(value);
  }
  CHECK(wrong == 0);
}

TEMPLATE_TEST_CASE("Narrowing special values", "", Half, Bfloat16) {
  const auto bits = [](float value) { return TestType::bits(TestType::narrow(value)); };
  CHECK(bits(0.0f) == 0);
  CHECK(bits(-0.0f) == 0x8000);
  CHECK(bits(INFINITY) == TestType::kFormat.infinity());
  CHECK(bits(-INFINITY) == (0x8000 | TestType::kFormat.infinity()));
  CHECK(bits(std::numeric_limits<float>::quiet_NaN()) == kNan);
  CHECK(bits(-std::numeric_limits<float>::quiet_NaN()) == kNan);
}

TEMPLATE_TEST_CASE("16-bit arithmetic rounds the exact result once", "", Half, Bfloat16) {
  std::mt19937 random(5);
  int wrong = 0;
  const auto same = [&](typename TestType::Type got, double exact) {
    const uint32_t bits = TestType::bits(got);
    wrong += std::isnan(exact) ? !is_nan<TestType>(bits) : bits != rounded<TestType>(exact);
  };
  for (int i = 0; i < 300'000; i++) {
    [[maybe_unused]] const auto a = TestType::of(random() & 0xffff),
                                b = TestType::of(random() & 0xffff),
                                c = TestType::of(random() & 0xffff);
    const double x = TestType::widen(a), y = TestType::widen(b);
    same(__hadd(a, b), add_to_odd(x, y));
    same(__hsub(a, b), add_to_odd(x, -y));
    same(__hmul(a, b), x * y);
#ifdef CUDA_EMULATION  // the toolkit has it for device code only
    same(__hfma(a, b, c), add_to_odd(x * y, TestType::widen(c)));
#endif
  }
  CHECK(wrong == 0);
}
