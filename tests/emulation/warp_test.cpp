// SPDX-License-Identifier: Apache-2.0
// Warp collectives and atomic operations.
#include "kernels/warp.cuh"

#include "device_buffer.h"

#include <cuda_portable/launch.cuh>

#include <algorithm>
#include <numeric>

using cuda_portable::launch;

namespace {

template <class T>
std::vector<T> part(const std::vector<T>& values, int which) {
  return {values.begin() + which * 32, values.begin() + (which + 1) * 32};
}

template <class F>
auto lanes(F f) {
  std::vector<decltype(f(0))> values;
  for (int lane = 0; lane < 32; ++lane) values.push_back(f(lane));
  return values;
}

}  // namespace

TEST_CASE("shuffles read within segments and keep the own value at their ends") {
  for (const int width : {32, 16, 8}) {
    const DeviceBuffer<int> out(4 * 32);
    REQUIRE_CUDA(launch(shuffles, 1, 32, 0, nullptr, out.get(), width));
    const std::vector<int> all = out.download();
    const auto first = [=](int lane) { return lane / width * width; };
    CHECK(part(all, 0) == lanes([&](int i) { return 100 + first(i) + 5; }));
    CHECK(part(all, 1) == lanes([&](int i) { return 100 + (i - 3 < first(i) ? i : i - 3); }));
    CHECK(part(all, 2) ==
          lanes([&](int i) { return 100 + (i + 3 >= first(i) + width ? i : i + 3); }));
    CHECK(part(all, 3) == lanes([](int i) { return 100 + (i ^ 6); }));
  }
}

TEST_CASE("shuffles move 64 bits and take the lane modulo the width") {
  const DeviceBuffer<double> d(32);
  const DeviceBuffer<long long> l(32);
  REQUIRE_CUDA(launch(shuffle_types, 1, 32, 0, nullptr, d.get(), l.get()));
  CHECK(d.download() == lanes([](int i) { return 0.5 * ((i + 1) % 32); }));
  CHECK(l.download() == lanes([](int i) { return (1ll << 40) + (i + 1) % 32; }));
}

TEST_CASE("votes") {
  for (const unsigned pattern : {0u, 0x80000001u, 0xffffffffu}) {
    const DeviceBuffer<int> in(lanes([=](int i) { return int(pattern >> i & 1u) * 5; }));
    const DeviceBuffer<unsigned> out(3 * 32);
    REQUIRE_CUDA(launch(votes, 1, 32, 0, nullptr, in.get(), out.get()));
    const std::vector<unsigned> all = out.download();
    CHECK(part(all, 0) == std::vector<unsigned>(32, pattern));
    CHECK(part(all, 1) == std::vector<unsigned>(32, pattern != 0));
    CHECK(part(all, 2) == std::vector<unsigned>(32, pattern == 0xffffffffu));
  }
}

TEST_CASE("matches find the lanes with the same value") {
  const DeviceBuffer<unsigned> out(3 * 32);
  const auto run = [&](auto value) {
    const DeviceBuffer<int> in(lanes(value));
    REQUIRE_CUDA(launch(matches, 1, 32, 0, nullptr, in.get(), out.get()));
    return out.download();
  };
  const std::vector<unsigned> mixed = run([](int i) { return i % 2; });
  CHECK(part(mixed, 0) == lanes([](int i) { return i % 2 ? 0xaaaaaaaau : 0x55555555u; }));
  CHECK(part(mixed, 1) == std::vector<unsigned>(32, 0));
  CHECK(part(mixed, 2) == std::vector<unsigned>(32, 0));
  const std::vector<unsigned> equal = run([](int) { return 7; });
  CHECK(part(equal, 1) == std::vector<unsigned>(32, 0xffffffffu));
  CHECK(part(equal, 2) == std::vector<unsigned>(32, 1));
}

TEST_CASE("reductions of a warp") {
  const std::vector<int> values = lanes([](int i) { return i == 3 ? -50 : 0x100 + i; });
  const DeviceBuffer<int> in(values), out(9);
  REQUIRE_CUDA(launch(reductions, 1, 32, 0, nullptr, in.get(), out.get()));
  const auto bits = [&](auto combine, unsigned start) {
    unsigned result = start;
    for (const int v : values) result = combine(result, unsigned(v));
    return int(result);
  };
  const int sum = std::accumulate(values.begin(), values.end(), 0);
  CHECK(out.download() == std::vector<int>{sum, -50, 0x100 + 31, sum, 0x100, -50,
                                           bits([](unsigned a, unsigned b) { return a & b; }, ~0u),
                                           bits([](unsigned a, unsigned b) { return a | b; }, 0),
                                           bits([](unsigned a, unsigned b) { return a ^ b; }, 0)});
}

TEST_CASE("halves of a warp shuffle with masks of their own") {
  const DeviceBuffer<int> in(lanes([](int i) { return i; })), out(32);
  REQUIRE_CUDA(launch(sum_of_halves, 1, 32, 0, nullptr, in.get(), out.get()));
  CHECK(out.download() == lanes([](int i) { return i < 16 ? 120 : 376; }));
}

TEST_CASE("atomic operations on integers") {
  const int blocks = 5, count = blocks * 32, last = count - 1, sum = count * last / 2;
  const DeviceBuffer<int> values(std::vector<int>{0, 0, 0, 0, 1000, 0, 0xff, 0, 0, 0, 0});
  REQUIRE_CUDA(launch(integer_atomics, blocks, 32, 0, nullptr, values.get()));
  CHECK(values.download() ==
        std::vector<int>{sum, -sum, -last, last, 1000 - last, last, 0, 0xff, 0, count % 10, 0});
}

TEST_CASE("atomic operations on floating point") {
  const DeviceBuffer<float> f(std::vector<float>{1.0f});
  const DeviceBuffer<double> d(std::vector<double>{-1.0});
  REQUIRE_CUDA(launch(float_atomics, 4, 64, 0, nullptr, f.get(), d.get()));
  CHECK(f.download() == std::vector<float>{65.0f});
  CHECK(d.download() == std::vector<double>{31.0});
}

TEST_CASE("compare and swap") {
  const DeviceBuffer<unsigned long long> sum(std::vector<unsigned long long>{0});
  const DeviceBuffer<unsigned short> small(std::vector<unsigned short>{0, 77});
  REQUIRE_CUDA(launch(compare_and_swap, 3, 33, 0, nullptr, sum.get(), small.get()));
  CHECK(sum.download() == std::vector<unsigned long long>{297});
  CHECK(small.download() == std::vector<unsigned short>{99, 77});
}
