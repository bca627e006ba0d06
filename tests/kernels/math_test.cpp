// SPDX-License-Identifier: Apache-2.0
// The elementary functions on vectors have the bits of the scalar ones, whatever lies in the other
// lanes.
#include "support/settings.h"

#include <fovea/core/math.h>

#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/math_test.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/vector-inl.h"

#ifndef FOVEA_TESTS_KERNELS_MATH_TEST
#define FOVEA_TESTS_KERNELS_MATH_TEST
namespace fovea::cpu {

constexpr const char* kFunctions[] = {"exp", "log",   "tanh",  "sigmoid", "^-0.75", "^-0.5",
                                      "^-1", "^-0.3", "^0.75", "sin",     "cos"};
constexpr int64_t kCount = 11;

}  // namespace fovea::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

// to[function * n + i] for all x[i]; n is a multiple of any vector's lanes.
void evaluate(const float* x, int64_t n, float* to) {
  using Ops = VectorOps;
  for (int64_t i = 0; i < n; i += kLanes) {
    const FloatVector v = hn::LoadU(Floats(), x + i), size = hn::Abs(v);
    const FloatVector turns = hn::IfThenElseZero(hn::Lt(size, hn::Set(Floats(), 1e5f)), v);
    const auto sc = math::sin_cos_turns<Ops>(turns);
    const FloatVector results[] = {math::exp<Ops>(v),
                                   math::log<Ops>(v),
                                   math::tanh<Ops>(v),
                                   math::sigmoid<Ops>(v),
                                   math::negative_power<Ops>(size, 0.75f),
                                   math::negative_power<Ops>(size, 0.5f),
                                   math::negative_power<Ops>(size, 1.0f),
                                   math::negative_power<Ops>(size, 0.3f),
                                   math::negative_power<Ops>(size, -0.75f),
                                   sc.sin,
                                   sc.cos};
    for (int64_t f = 0; f < kCount; f++) hn::StoreU(results[f], Floats(), to + f * n + i);
  }
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {

HWY_EXPORT(evaluate);

std::vector<float> evaluate_scalar(float x) {
  const float size = std::fabs(x);
  const auto sc = fovea::math::sin_cos_turns(size < 1e5f ? x : 0.0f);
  return {fovea::math::exp(x),
          fovea::math::log(x),
          fovea::math::tanh(x),
          fovea::math::sigmoid(x),
          fovea::math::negative_power(size, 0.75f),
          fovea::math::negative_power(size, 0.5f),
          fovea::math::negative_power(size, 1.0f),
          fovea::math::negative_power(size, 0.3f),
          fovea::math::negative_power(size, -0.75f),
          sc.sin,
          sc.cos};
}

TEST_CASE("vectors of elementary functions equal the scalar ones bit for bit") {
  std::vector<float> x;
  for (uint64_t bits = 0; bits <= 0xffffffff; bits += 99991) {
    x.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    x.push_back(static_cast<float>(x.size() % 1000) * 0.01f);  // ordinary numbers in between
  }
  while (x.size() % 64 != 0) x.push_back(0.0f);
  const auto n = static_cast<int64_t>(x.size());
  std::vector<float> got(x.size() * kCount);
  for (const std::string& name : test::exact_simd_targets()) {
    const test::SimdLimit limit(name);
    HWY_DYNAMIC_DISPATCH(evaluate)(x.data(), n, got.data());
    for (size_t i = 0; i < x.size(); i++) {
      const std::vector<float> want = evaluate_scalar(x[i]);
      for (size_t f = 0; f < kCount; f++) {
        const float value = got[f * x.size() + i];
        if (std::isnan(value) && std::isnan(want[f])) continue;
        if (std::bit_cast<uint32_t>(value) == std::bit_cast<uint32_t>(want[f])) continue;
        CAPTURE(name, kFunctions[f], x[i], value, want[f]);
        FAIL_CHECK("different bits");
      }
    }
  }
}

}  // namespace fovea::cpu
#endif
