// SPDX-License-Identifier: Apache-2.0
// Training on one device and on several gives the same bits: sums are made by shard, and shards
// pairwise, as the ranks are.
#include "training.h"

#include <catch2/catch.hpp>
#include <cuda_runtime.h>

#include <cmath>

namespace {

using regression::train_in_one_thread;
using regression::train_in_threads;

int device_count() {
  int devices = 0;
  REQUIRE(cudaGetDeviceCount(&devices) == cudaSuccess);
  return devices;
}

}  // namespace

TEST_CASE("Data-parallel training gives the same bits on 1, 2 and 4 devices") {
  const std::vector<float> single = train_in_one_thread(1).front();
  for (const float weight : single) REQUIRE(std::isfinite(weight));
  CHECK(single != std::vector<float>(single.size()));
  for (const int devices : {2, 4}) {
    if (devices > device_count()) continue;
    for (const auto& weights : train_in_one_thread(devices)) CHECK(weights == single);
    for (const auto& weights : train_in_threads(devices)) CHECK(weights == single);
  }
}
