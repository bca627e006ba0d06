// SPDX-License-Identifier: Apache-2.0
// The counters of kernels whose requests can be counted by hand.
#include "device_buffer.h"
#include "kernels/counted.cuh"

#include <cuda_emulation/counters.h>
#include <cuda_portable/launch.cuh>
#include <nlohmann/json.hpp>

using namespace cuda_emulation;
using cuda_portable::launch;

namespace {

template <class T, class Kernel>
KernelCounters count(Kernel kernel, int blocks) {
  const DeviceBuffer<float> in(std::vector<float>(1024, 1.0f)), out(std::vector<float>(1024, 0.0f));
  reset_counters();
  enable_counters(true);
  REQUIRE_CUDA(launch(kernel, blocks, 32, 0, nullptr, reinterpret_cast<const T*>(in.get()),
                      reinterpret_cast<T*>(out.get())));
  REQUIRE_CUDA(cudaDeviceSynchronize());
  enable_counters(false);
  const std::vector<KernelCounters> all = counters();
  REQUIRE(all.size() == 1);
  CHECK(all[0].complete);
  return all[0];
}

void check_global(const KernelCounters::Global& global, int requests, int bytes, int sectors) {
  CHECK(global.requests == unsigned(requests));
  CHECK(global.bytes == unsigned(bytes));
  CHECK(global.sectors == unsigned(sectors));
}

void check_shared(const KernelCounters::Shared& shared, int requests, int bytes, int passes,
                  int conflicts) {
  CHECK(shared.requests == unsigned(requests));
  CHECK(shared.bytes == unsigned(bytes));
  CHECK(shared.passes == unsigned(passes));
  CHECK(shared.conflicts == unsigned(conflicts));
}

}  // namespace

TEST_CASE("a coalesced kernel touches four sectors a request") {
  const KernelCounters k = count<float>(coalesced, 2);
  CHECK(k.kernel == "coalesced");
  CHECK(k.launches == 1);
  CHECK(k.blocks == 2);
  CHECK(k.threads == 64);
  check_global(k.loads, 2, 256, 8);
  check_global(k.stores, 2, 256, 8);
  CHECK(k.loads.sectors_per_request() == 4.0);
  CHECK(k.barriers == 0);
  CHECK(k.divergent_branches == 0);
}

TEST_CASE("a strided kernel touches a sector for every lane") {
  const KernelCounters k = count<float>(strided, 1);
  check_global(k.loads, 1, 128, 32);
  check_global(k.stores, 1, 128, 32);
}

TEST_CASE("a vector access is one request") {
  const KernelCounters k = count<float4>(vectorised, 1);
  check_global(k.loads, 1, 512, 16);
  check_global(k.stores, 1, 512, 16);
}

TEST_CASE("neighbouring words of shared memory do not conflict") {
  const KernelCounters k = count<float>(conflict_free, 3);
  check_shared(k.shared_stores, 3, 384, 3, 0);
  check_shared(k.shared_loads, 3, 384, 3, 0);
  CHECK(k.barriers == 3);
}

TEST_CASE("every other word of shared memory makes conflicts of two") {
  const KernelCounters k = count<float>(two_way, 1);
  check_shared(k.shared_stores, 1, 128, 2, 1);
  check_shared(k.shared_loads, 1, 128, 2, 1);
}

TEST_CASE("a column of 32 words makes conflicts of 32") {
  const KernelCounters k = count<float>(thirty_two_way, 1);
  check_shared(k.shared_stores, 1, 128, 32, 31);
  check_shared(k.shared_loads, 1, 128, 32, 31);
}

TEST_CASE("a padded column makes no conflict") {
  const KernelCounters k = count<float>(padded, 1);
  check_shared(k.shared_stores, 1, 128, 1, 0);
  check_shared(k.shared_loads, 1, 128, 1, 0);
}

TEST_CASE("a branch that lanes take differently is divergent") {
  const KernelCounters k = count<float>(every_other_lane, 1);
  CHECK(k.divergent_branches == 1);
  check_global(k.atomics, 1, 64, 4);
  check_global(k.stores, 1, 64, 4);
}

TEST_CASE("a loop that lanes leave at different times diverges at every round but the last") {
  const KernelCounters k = count<float>(uneven_loop, 1);
  CHECK(k.divergent_branches == 31);
  CHECK(k.atomics.requests == 32);
  CHECK(k.atomics.bytes == 4 * 32 * 33 / 2);
}

TEST_CASE("counters add up over launches and can be read by programs and people") {
  const DeviceBuffer<float> in(std::vector<float>(1024, 1.0f)), out(1024);
  reset_counters();
  enable_counters(true);
  for (int i = 0; i < 3; ++i)
    REQUIRE_CUDA(launch(coalesced, 1, 32, 0, nullptr, in.get(), out.get()));
  REQUIRE_CUDA(launch(strided, 1, 32, 0, nullptr, in.get(), out.get()));
  REQUIRE_CUDA(cudaDeviceSynchronize());
  enable_counters(false);
  const std::vector<KernelCounters> all = counters();
  REQUIRE(all.size() == 2);
  const auto first = nlohmann::json::parse(json(all[0]));
  CHECK(first["kernel"] == "coalesced");
  CHECK(first["launches"] == 3);
  CHECK(first["loads"]["sectors"] == 12);
  CHECK(first["complete"] == true);
  CHECK(table(all).find("strided") != std::string::npos);
}
