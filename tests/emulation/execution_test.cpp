// SPDX-License-Identifier: Apache-2.0
// Blocks, barriers and shared memory.
#include "kernels/execution.cuh"

#include "device_buffer.h"

#include <cuda_portable/launch.cuh>

#include <numeric>

using cuda_portable::launch;

namespace {

std::vector<int> ascending(int count) {
  std::vector<int> values(static_cast<std::size_t>(count));
  std::iota(values.begin(), values.end(), 0);
  return values;
}

std::vector<int> descending(int count) {
  std::vector<int> values = ascending(count);
  return {values.rbegin(), values.rend()};
}

}  // namespace

TEST_CASE("every thread of a three-dimensional grid runs once") {
  const dim3 grid(3, 2, 2), block(5, 4, 3);
  DeviceBuffer<int> out(3 * 2 * 2 * 5 * 4 * 3);
  REQUIRE_CUDA(launch(write_indices, grid, block, 0, nullptr, out.get()));
  CHECK(out.download() == ascending(int(out.size())));
}

TEST_CASE("a barrier separates the writes and reads of shared memory") {
  const DeviceBuffer<int> in(ascending(256));
  DeviceBuffer<int> out(256);
  REQUIRE_CUDA(launch(reverse_in_shared, 1, 256, 0, nullptr, in.get(), out.get()));
  CHECK(out.download() == descending(256));
}

TEST_CASE("dynamic shared memory has the size of the launch") {
  for (const int n : {1, 31, 33, 1024}) {
    const DeviceBuffer<int> in(ascending(n));
    DeviceBuffer<int> out(in.size());
    REQUIRE_CUDA(
        launch(reverse_in_dynamic, 1, n, n * sizeof(int), nullptr, in.get(), out.get(), n));
    CHECK(out.download() == descending(n));
  }
}

TEST_CASE("shared memory of a kernel template") {
  std::vector<float> values(256), expected(256);
  std::iota(values.begin(), values.end(), 0.0f);
  for (std::size_t i = 0; i < 256; ++i) expected[i] = values[i % 16 * 16 + i / 16];
  const DeviceBuffer<float> in(values);
  DeviceBuffer<float> out(256);
  REQUIRE_CUDA(launch(transpose_tile<16>, 1, dim3(16, 16), 0, nullptr, in.get(), out.get()));
  CHECK(out.download() == expected);
}

TEST_CASE("barriers that vote") {
  std::vector<int> values(100, 0);
  DeviceBuffer<int> out(3);
  const auto votes = [&] {
    const DeviceBuffer<int> in(values);
    REQUIRE_CUDA(launch(barrier_votes, 1, 100, 0, nullptr, in.get(), out.get()));
    const std::vector<int> result = out.download();
    return std::vector<int>{result[0] != 0, result[1] != 0, result[2]};
  };
  CHECK(votes() == std::vector<int>{0, 0, 0});
  values[99] = 7;
  CHECK(votes() == std::vector<int>{1, 0, 1});
  values.assign(100, 2);
  CHECK(votes() == std::vector<int>{1, 1, 100});
}

TEST_CASE("warps of a block may do different things and threads begin once") {
  const DeviceBuffer<int> entered(std::vector<int>{0});
  DeviceBuffer<int> out(128);
  REQUIRE_CUDA(launch(half_of_the_warps_shuffle, 1, 128, 0, nullptr, entered.get(), out.get()));
  std::vector<int> expected = ascending(128);
  for (int warp = 0; warp < 4; warp += 2) {
    for (int lane = 0; lane < 32; ++lane)
      expected[std::size_t(warp * 32 + lane)] = warp * 32 * 32 + 31 * 16;
  }
  CHECK(out.download() == expected);
  CHECK(entered.download() == std::vector<int>{128});
}

TEST_CASE("threads that return early do not hold up a barrier") {
  const DeviceBuffer<int> out(std::vector<int>(256, 0));
  REQUIRE_CUDA(launch(return_early, 1, 256, 0, nullptr, out.get(), 200));
  std::vector<int> expected(256, 0);
  std::fill_n(expected.begin(), 200, 1);
  CHECK(out.download() == expected);
}

TEST_CASE("asynchronous copies arrive by the wait") {
  std::vector<float> values(128);
  std::iota(values.begin(), values.end(), 1.0f);
  const DeviceBuffer<float> in(values);
  DeviceBuffer<float> out(128);
  REQUIRE_CUDA(launch(copy_asynchronously, 1, 32, 0, nullptr, in.get(), out.get()));
  CHECK(out.download() == std::vector<float>(values.rbegin(), values.rend()));
}
