// SPDX-License-Identifier: Apache-2.0
// Accuracy of the elementary functions against double precision, their limits, and their bits.
#include <fovea/core/math.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace fovea {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

double ulp_of(double value) {
  int exponent = 0;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, std::max(exponent - 24, -149));
}

// The largest error, in units in the last place, over floats spread evenly over all bit patterns
// from `low` to `high`.
template <class Function, class Reference>
double worst_ulp(Function function, Reference reference, float low, float high) {
  constexpr uint32_t kStep = 50021;
  double worst = 0;
  for (uint64_t bits = 0; bits <= 0xffffffff; bits += kStep) {
    const float x = std::bit_cast<float>(static_cast<uint32_t>(bits));
    if (!(x >= low && x <= high)) continue;
    const double want = reference(static_cast<double>(x)), got = function(x);
    if (std::fabs(want) > std::numeric_limits<float>::max()) {
      REQUIRE(std::fabs(got) >= std::numeric_limits<float>::max());
    } else {
      worst = std::max(worst, std::fabs(got - want) / ulp_of(want));
    }
  }
  return worst;
}

TEST_CASE("exp and log are within one unit in the last place") {
  CHECK(worst_ulp([](float x) { return math::exp(x); }, [](double x) { return std::exp(x); },
                  -kInfinity, 88.72f) < 1);
  CHECK(worst_ulp([](float x) { return math::log(x); }, [](double x) { return std::log(x); }, 0,
                  std::numeric_limits<float>::max()) < 1);
}

TEST_CASE("tanh and sigmoid are within three units in the last place") {
  CHECK(worst_ulp([](float x) { return math::tanh(x); }, [](double x) { return std::tanh(x); },
                  -kInfinity, kInfinity) < 2);
  CHECK(worst_ulp([](float x) { return math::sigmoid(x); },
                  [](double x) { return 1 / (1 + std::exp(-x)); }, -kInfinity, kInfinity) < 3);
}

TEST_CASE("negative powers are accurate over all floats") {
  const auto worst = [](float beta) {
    return worst_ulp([beta](float s) { return math::negative_power(s, beta); },
                     [beta](double s) { return std::pow(s, -static_cast<double>(beta)); }, 1e-45f,
                     std::numeric_limits<float>::max());
  };
  CHECK(worst(1.0f) <= 0.5);
  for (const float beta : {0.75f, 0.5f, 0.25f, 0.8f, 2.0f, -0.75f}) {
    CAPTURE(beta);
    CHECK(worst(beta) < 1.5);
  }
  CHECK(worst(5.0f) < 4);
  CHECK(worst(0.0f) == 0);
}

TEST_CASE("sines and cosines of turns are accurate, and exact at quarter turns") {
  const double tau = 6.283185307179586;
  CHECK(worst_ulp([](float u) { return math::sin_cos_turns(u).sin; },
                  [&](double u) {
                    return std::sin(tau * (u - std::round(2 * u) / 2)) *
                           (std::fmod(std::round(2 * u), 2) == 0 ? 1 : -1);
                  },
                  -2, 2) < 1.5);
  double worst = 0;
  for (int i = 0; i < 100000; i++) {
    const float u = static_cast<float>(i) / 100000.0f;
    worst = std::max(worst, std::fabs(math::sin_cos_turns(u).cos - std::cos(tau * u)));
  }
  CHECK(worst < 1e-7);
  const float sines[] = {0, 1, 0, -1};
  for (int quarter = -8; quarter < 8; quarter++) {
    const math::SinCos<float> s = math::sin_cos_turns(static_cast<float>(quarter) / 4);
    CHECK(s.sin == sines[quarter & 3]);
    CHECK(s.cos == sines[(quarter + 1) & 3]);
  }
}

TEST_CASE("limits, signed zeros and NaN are those of the C library") {
  CHECK(math::exp(0.0f) == 1);
  CHECK(math::exp(kInfinity) == kInfinity);
  CHECK(math::exp(-kInfinity) == 0);
  CHECK(math::exp(89.0f) == kInfinity);
  CHECK(math::exp(-100.0f) == std::exp(-100.0f));  // subnormal
  CHECK(math::log(0.0f) == -kInfinity);
  CHECK(math::log(kInfinity) == kInfinity);
  CHECK(math::log(1.0f) == 0);
  CHECK(std::isnan(math::log(-1.0f)));
  CHECK(std::signbit(math::tanh(-0.0f)));
  CHECK(math::tanh(-kInfinity) == -1);
  CHECK(math::tanh(1e-45f) == 1e-45f);
  CHECK(math::sigmoid(-kInfinity) == 0);
  CHECK(math::sigmoid(kInfinity) == 1);
  for (const float beta : {0.75f, 0.5f, 1.0f, 2.0f}) {
    CAPTURE(beta);
    CHECK(math::negative_power(0.0f, beta) == kInfinity);
    CHECK(math::negative_power(kInfinity, beta) == 0);
    CHECK(std::isnan(math::negative_power(kNan, beta)));
  }
  CHECK(math::negative_power(0.0f, -2.0f) == 0);
  CHECK(std::isnan(math::exp(kNan)));
  CHECK(std::isnan(math::log(kNan)));
  CHECK(std::isnan(math::tanh(kNan)));
  CHECK(std::isnan(math::sigmoid(kNan)));
  CHECK(std::isnan(math::sin_cos_turns(kNan).cos));
}

TEST_CASE("the functions have these bits on every machine") {
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  const auto mix = [&hash](float v) {
    hash = (hash ^ (std::isnan(v) ? 0x7fc00000 : std::bit_cast<uint32_t>(v))) * 1099511628211u;
  };
  for (uint64_t bits = 0; bits <= 0xffffffff; bits += 400009) {
    const float x = std::bit_cast<float>(static_cast<uint32_t>(bits));
    mix(math::exp(x)), mix(math::log(x)), mix(math::tanh(x)), mix(math::sigmoid(x));
    for (const float beta : {0.75f, 0.5f, 1.0f, 0.3f})
      mix(math::negative_power(std::fabs(x), beta));
    if (std::fabs(x) < 1000) mix(math::sin_cos_turns(x).sin), mix(math::sin_cos_turns(x).cos);
  }
  CHECK(hash == 0xdf9a3f5bc78664ea);
}

}  // namespace
}  // namespace fovea
