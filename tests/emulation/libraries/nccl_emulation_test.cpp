// SPDX-License-Identifier: Apache-2.0
// What the emulated NCCL promises beyond the real one: a fixed order of sums, and errors with a
// message where a real one would hang or corrupt memory.
#include "emulation/support/device_array.h"
#include "emulation/support/report_log.h"

#include <catch2/catch.hpp>
#include <nccl.h>

#include <cstdlib>
#include <numeric>
#include <thread>
#include <vector>

namespace {

using Catch::Matchers::Contains;

constexpr size_t kSize = 8;

// Ranks in one thread, with a short patience.
struct Fixture {
  ReportLog log;
  std::vector<ncclComm_t> comms;
  std::vector<DeviceArray<float>> data;

  Fixture() { setenv("CUDA_EMULATION_NCCL_TIMEOUT", "0.1", 1); }
  ~Fixture() {
    for (const ncclComm_t comm : comms) ncclCommDestroy(comm);
    data.clear();
    cudaSetDevice(0);
    unsetenv("CUDA_EMULATION_NCCL_TIMEOUT");
  }

  void make(int ranks) {
    comms.resize(static_cast<size_t>(ranks));
    REQUIRE(ncclCommInitAll(comms.data(), ranks, nullptr) == ncclSuccess);
    for (int rank = 0; rank < ranks; rank++) {
      require(cudaSetDevice(rank));
      data.emplace_back(std::vector<float>(kSize, 1.0f));
    }
  }

  ncclResult_t all_reduce(int rank, size_t count = kSize, ncclDataType_t type = ncclFloat,
                          ncclRedOp_t op = ncclSum) {
    float* buffer = data[static_cast<size_t>(rank)].get();
    return ncclAllReduce(buffer, buffer, count, type, op, comms[static_cast<size_t>(rank)],
                         nullptr);
  }

  ncclResult_t async_error(int rank) {
    ncclResult_t error = ncclInternalError;
    REQUIRE(ncclCommGetAsyncError(comms[static_cast<size_t>(rank)], &error) == ncclSuccess);
    return error;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "Emulated sums add neighbouring ranks first") {
  make(4);
  const float values[4] = {1e8f, 1.0f, -1e8f, 3.0f};
  for (int rank = 0; rank < 4; rank++) {
    const std::vector<float> host(kSize, values[rank]);
    cudaMemcpy(data[static_cast<size_t>(rank)].get(), host.data(), kSize * sizeof(float),
               cudaMemcpyHostToDevice);
  }
  ncclGroupStart();
  for (int rank = 0; rank < 4; rank++) all_reduce(rank);
  REQUIRE(ncclGroupEnd() == ncclSuccess);
  const float expected = (values[0] + values[1]) + (values[2] + values[3]);
  for (int rank = 0; rank < 4; rank++) {
    require(cudaSetDevice(rank));
    CHECK(data[static_cast<size_t>(rank)].host() == std::vector<float>(kSize, expected));
  }
  CHECK(log.empty());
}

TEST_CASE_METHOD(Fixture, "Calls that do not match are an error of both ranks") {
  const auto mismatch = [&](auto other) {
    make(2);
    ncclGroupStart();
    all_reduce(0);
    other();
    const ncclResult_t result = ncclGroupEnd();
    CHECK(result == ncclInvalidUsage);
    CHECK(async_error(0) == ncclInvalidUsage);
    CHECK(cudaDeviceSynchronize() == cudaSuccess);  // nobody hangs
    for (const ncclComm_t comm : comms) ncclCommDestroy(comm);
    comms.clear();
    data.clear();
  };
  mismatch([&] { all_reduce(1, kSize - 1); });
  CHECK_THAT(log.last(), Contains("rank 0 made ncclAllReduce(count 8, type 7, op 0), rank 1") &&
                             Contains("count 7"));
  mismatch([&] { all_reduce(1, kSize, ncclInt32); });
  CHECK_THAT(log.last(), Contains("type 2"));
  mismatch([&] { all_reduce(1, kSize, ncclFloat, ncclMax); });
  CHECK_THAT(log.last(), Contains("op 2"));
  mismatch(
      [&] { ncclBroadcast(data[1].get(), data[1].get(), kSize, ncclFloat, 0, comms[1], nullptr); });
  CHECK_THAT(log.last(), Contains("rank 1 ncclBroadcast"));
}

TEST_CASE_METHOD(Fixture, "A rank that does not come is named") {
  make(3);
  require(cudaSetDevice(0));
  REQUIRE(all_reduce(0) == ncclSuccess);
  require(cudaStreamSynchronize(nullptr));
  CHECK(async_error(0) == ncclRemoteError);
  CHECK_THAT(log.last(),
             Contains("of rank 0 waits for ranks 1, 2, which made no such call within 0.1 s"));
  CHECK_THAT(std::string(ncclGetLastError(comms[0])), Contains("waits for ranks 1, 2"));
  CHECK(all_reduce(1) == ncclRemoteError);
}

TEST_CASE_METHOD(Fixture, "A stall is found by asking for the asynchronous error") {
  make(2);
  REQUIRE(all_reduce(1) == ncclSuccess);
  while (async_error(1) == ncclSuccess) std::this_thread::yield();
  CHECK_THAT(log.last(), Contains("of rank 1 waits for rank 0"));
}

TEST_CASE_METHOD(Fixture, "A send without its receive is a stall") {
  make(2);
  require(cudaSetDevice(0));
  REQUIRE(ncclSend(data[0].get(), kSize, ncclFloat, 1, comms[0], nullptr) == ncclSuccess);
  require(cudaDeviceSynchronize());
  CHECK(async_error(0) == ncclRemoteError);
  CHECK_THAT(log.last(), Contains("ncclSend(count 8, type 7, peer 1) of rank 0 waits for rank 1"));
}

TEST_CASE_METHOD(Fixture, "Two sends that wait for each other are a stall") {
  make(2);
  for (int rank = 0; rank < 2; rank++) {
    require(cudaSetDevice(rank));
    const auto r = static_cast<size_t>(rank);
    REQUIRE(ncclSend(data[r].get(), kSize, ncclFloat, 1 - rank, comms[r], nullptr) == ncclSuccess);
  }
  require(cudaDeviceSynchronize());
  CHECK(async_error(0) == ncclRemoteError);
  CHECK(log.has("nccl_stall"));
}

TEST_CASE_METHOD(Fixture, "A rank that never joins is named") {
  ncclUniqueId id;
  REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
  ncclComm_t comm;
  CHECK(ncclCommInitRank(&comm, 2, id, 1) == ncclSystemError);
  CHECK_THAT(log.last(), Contains("ncclCommInitRank waits for rank 0"));
}

TEST_CASE_METHOD(Fixture, "Wrong ways to make a communicator are refused") {
  ncclUniqueId id;
  REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
  ncclComm_t comm, other;
  CHECK(ncclCommInitRank(&comm, 2, id, 2) == ncclInvalidArgument);
  const ncclUniqueId invented{};
  CHECK(ncclCommInitRank(&comm, 1, invented, 0) == ncclInvalidArgument);
  CHECK_THAT(log.last(), Contains("not one that ncclGetUniqueId made"));
  const int devices[] = {0, 0};
  ncclComm_t pair[2];
  CHECK(ncclCommInitAll(pair, 2, devices) == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("two ranks on device 0"));

  REQUIRE(ncclGroupStart() == ncclSuccess);
  CHECK(ncclCommInitRank(&comm, 2, id, 0) == ncclSuccess);
  CHECK(ncclCommInitRank(&other, 2, id, 0) == ncclInvalidUsage);
  CHECK(ncclGroupEnd() == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("rank 0 exists already"));
  ncclCommDestroy(comm);
}

TEST_CASE_METHOD(Fixture, "Ranks of one thread are made in a group") {
  ncclUniqueId id;
  REQUIRE(ncclGetUniqueId(&id) == ncclSuccess);
  comms.resize(2);
  REQUIRE(ncclGroupStart() == ncclSuccess);
  for (int rank = 0; rank < 2; rank++) {
    require(cudaSetDevice(rank));
    REQUIRE(ncclCommInitRank(&comms[static_cast<size_t>(rank)], 2, id, rank) == ncclSuccess);
  }
  CHECK(ncclGroupEnd() == ncclSuccess);
  CHECK(ncclGroupEnd() == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("ncclGroupEnd without ncclGroupStart"));
}

TEST_CASE_METHOD(Fixture, "Buffers outside of an allocation of the rank's device are refused") {
  make(2);
  CHECK(all_reduce(0, kSize + 1) == ncclInvalidArgument);
  CHECK_THAT(log.last(),
             Contains("ncclAllReduce of rank 0: the send buffer needs 36 bytes at offset 0"));
  CHECK(ncclAllReduce(data[1].get(), data[0].get(), kSize, ncclFloat, ncclSum, comms[0], nullptr) ==
        ncclInvalidArgument);
  CHECK_THAT(log.last(), Contains("device 0 has no access"));
  std::vector<float> host(kSize);
  CHECK(ncclAllReduce(host.data(), data[0].get(), kSize, ncclFloat, ncclSum, comms[0], nullptr) ==
        ncclInvalidArgument);
  CHECK_THAT(log.last(), Contains("the send buffer is not device memory"));
  CHECK(ncclAllReduce(data[0].get() + 1, data[0].get(), 4, ncclFloat, ncclSum, comms[0], nullptr) ==
        ncclInvalidArgument);
  CHECK_THAT(log.last(), Contains("the buffers overlap"));
  CHECK(ncclBroadcast(data[0].get(), data[0].get(), 4, ncclFloat, 2, comms[0], nullptr) ==
        ncclInvalidArgument);
  CHECK_THAT(log.last(), Contains("rank 2 of 2"));
}

TEST_CASE_METHOD(Fixture, "Aborting a communicator frees the ranks that wait") {
  make(2);
  require(cudaSetDevice(0));
  REQUIRE(all_reduce(0) == ncclSuccess);
  REQUIRE(ncclCommAbort(comms[1]) == ncclSuccess);
  comms.pop_back();
  require(cudaDeviceSynchronize());
  CHECK(async_error(0) == ncclRemoteError);
  CHECK(data[0].host() == std::vector<float>(kSize, 1.0f));
  CHECK(log.empty());
}

TEST_CASE_METHOD(Fixture, "Nothing may follow ncclCommFinalize") {
  make(1);
  REQUIRE(all_reduce(0) == ncclSuccess);
  REQUIRE(ncclCommFinalize(comms[0]) == ncclSuccess);
  CHECK(all_reduce(0) == ncclInvalidUsage);
  CHECK_THAT(log.last(), Contains("the communicator was finalized"));
  CHECK(ncclCommFinalize(comms[0]) == ncclInvalidUsage);
}
