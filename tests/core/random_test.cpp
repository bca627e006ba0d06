// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: the published vectors, distributions, permutations.
#include <fovea/core/random.h>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <array>
#include <bit>
#include <cmath>
#include <set>
#include <vector>

namespace fovea {
namespace {

TEST_CASE("Philox4x32-10 gives the published vectors") {  // Random123, kat_vectors
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) ==
        PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr uint32_t kOnes = 0xffffffff;
  CHECK(philox4x32_10({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) ==
        PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        PhiloxBlock{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("every coordinate of a stream changes its numbers") {
  std::set<uint32_t> seen;
  for (const RandomStream& stream :
       {RandomStream(1, Purpose::crop), RandomStream(2, Purpose::crop),
        RandomStream(1 + (uint64_t{1} << 32), Purpose::crop), RandomStream(1, Purpose::flip),
        RandomStream(1, Purpose::crop, 1), RandomStream(1, Purpose::crop, 0, 1),
        RandomStream(1, Purpose::crop, 0, 0, 1)}) {
    for (uint64_t element = 0; element < 8; element++) seen.insert(stream.bits(element));
  }
  CHECK(seen.size() == 56);
}

TEST_CASE("uniform numbers lie from 0 to below 1, with mean 1/2 and variance 1/12") {
  const RandomStream stream(7, Purpose::test);
  constexpr int kCount = 100000;
  double sum = 0, squares = 0;
  for (uint64_t i = 0; i < kCount; i++) {
    const float u = stream.uniform(i);
    REQUIRE((u >= 0 && u < 1));
    sum += u, squares += static_cast<double>(u) * u;
  }
  CHECK(sum / kCount == Approx(0.5).margin(0.004));
  CHECK(squares / kCount - (sum / kCount) * (sum / kCount) == Approx(1.0 / 12).margin(0.002));
}

TEST_CASE("normal numbers have the moments and tails of the normal distribution") {
  constexpr int kCount = 200000;
  const RandomStream stream(11, Purpose::test);
  double sum = 0, squares = 0, fourth = 0, neighbours = 0, previous = 0;
  int beyond2 = 0;
  for (uint64_t i = 0; i < kCount; i++) {
    const double v = normal(stream, i);
    REQUIRE(std::fabs(v) < 6.7);
    sum += v, squares += v * v, fourth += v * v * v * v, neighbours += v * previous;
    beyond2 += std::fabs(v) > 2;
    previous = v;
  }
  CHECK(sum / kCount == Approx(0).margin(0.01));
  CHECK(squares / kCount == Approx(1).margin(0.015));
  CHECK(fourth / kCount == Approx(3).margin(0.12));
  CHECK(neighbours / kCount == Approx(0).margin(0.01));
  CHECK(static_cast<double>(beyond2) / kCount == Approx(0.0455).margin(0.002));
}

TEST_CASE("normal numbers have these bits on every machine") {
  const RandomStream stream(1, Purpose::initialization, 3);
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  for (uint64_t i = 0; i < 10000; i++) {
    hash = (hash ^ std::bit_cast<uint32_t>(normal(stream, i))) * 1099511628211u;
  }
  CHECK(hash == 0x99b6807def374f46);
}

TEST_CASE("a permutation visits every position once") {
  CHECK(rc::check("for any size and key", [] {
    const auto n = *rc::gen::inRange<uint64_t>(1, 3000);
    const RandomStream key(*rc::gen::arbitrary<uint64_t>(), Purpose::shuffle);
    std::vector<bool> seen(n, false);
    for (uint64_t i = 0; i < n; i++) {
      const uint64_t to = permute(key, i, n);
      RC_ASSERT(to < n);
      RC_ASSERT(!seen[to]);
      seen[to] = true;
    }
  }));
  const RandomStream key(5, Purpose::shuffle);
  for (const uint64_t n : {uint64_t{1} << 33, uint64_t{1} << 62}) CHECK(permute(key, n - 1, n) < n);
}

TEST_CASE("all permutations of four are about equally likely") {
  std::array<int, 256> count{};
  constexpr int kKeys = 24000;
  for (uint32_t epoch = 0; epoch < kKeys; epoch++) {
    const RandomStream key(3, Purpose::shuffle, 0, epoch);
    size_t code = 0;
    for (uint64_t i = 0; i < 4; i++) code = code * 4 + permute(key, i, 4);
    count[code]++;
  }
  double chi_squared = 0;
  int kinds = 0;
  for (const int c : count) {
    if (c == 0) continue;
    kinds++, chi_squared += (c - kKeys / 24.0) * (c - kKeys / 24.0) / (kKeys / 24.0);
  }
  CHECK(kinds == 24);
  CHECK(chi_squared < 60);  // 23 degrees of freedom
}

TEST_CASE("where a sample goes does not depend on where it was") {
  constexpr uint64_t kSize = 1000;
  double correlation = 0;
  for (uint32_t epoch = 0; epoch < 50; epoch++) {
    const RandomStream key(9, Purpose::shuffle, 0, epoch);
    for (uint64_t i = 0; i < kSize; i++) {
      correlation += (static_cast<double>(i) / kSize - 0.5) *
                     (static_cast<double>(permute(key, i, kSize)) / kSize - 0.5);
    }
  }
  CHECK(12 * correlation / (50 * kSize) == Approx(0).margin(0.02));
}

}  // namespace
}  // namespace fovea
