// SPDX-License-Identifier: Apache-2.0
// NCCL between the devices that there are, on data for which the order of sums does not matter:
// holds for the real library too.
#include "emulation/support/device_array.h"

#include <catch2/catch.hpp>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <nccl.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <thread>
#include <type_traits>
#include <vector>

namespace {

void require(ncclResult_t result) {
  INFO(ncclGetErrorString(result));
  REQUIRE(result == ncclSuccess);
}

template <class T>
ncclDataType_t type_of() {
  if constexpr (std::is_same_v<T, int8_t>) return ncclInt8;
  if constexpr (std::is_same_v<T, uint8_t>) return ncclUint8;
  if constexpr (std::is_same_v<T, int32_t>) return ncclInt32;
  if constexpr (std::is_same_v<T, uint32_t>) return ncclUint32;
  if constexpr (std::is_same_v<T, int64_t>) return ncclInt64;
  if constexpr (std::is_same_v<T, uint64_t>) return ncclUint64;
  if constexpr (std::is_same_v<T, __half>) return ncclFloat16;
  if constexpr (std::is_same_v<T, __nv_bfloat16>) return ncclBfloat16;
  return std::is_same_v<T, double> ? ncclFloat64 : ncclFloat32;
}

int device_count() {
  int devices = 0;
  require(cudaGetDeviceCount(&devices));
  return std::min(devices, 4);
}

// All ranks in one thread, one device each; values of type T.
template <class T>
class Ranks {
 public:
  explicit Ranks(int count) : comms_(static_cast<size_t>(count)) {
    require(ncclCommInitAll(comms_.data(), count, nullptr));
    for (int rank = 0; rank < count; rank++) {
      require(cudaSetDevice(rank));
      streams_.push_back(std::make_unique<StreamHandle>());
    }
  }
  ~Ranks() {
    for (const ncclComm_t comm : comms_) ncclCommDestroy(comm);
    cudaSetDevice(0);
  }

  int count() const { return static_cast<int>(comms_.size()); }
  ncclComm_t comm(int rank) const { return comms_[static_cast<size_t>(rank)]; }
  cudaStream_t stream(int rank) const { return *streams_[static_cast<size_t>(rank)]; }

  // values(rank, i), on each rank's device.
  template <class Values>
  std::vector<DeviceArray<T>> fill(size_t size, Values values) {
    std::vector<DeviceArray<T>> arrays;
    for (int rank = 0; rank < count(); rank++) {
      require(cudaSetDevice(rank));
      std::vector<T> host;
      for (size_t i = 0; i < size; i++) host.push_back(T(float(values(rank, int(i)))));
      arrays.emplace_back(host);
    }
    return arrays;
  }

  template <class Call>
  void together(Call call) {
    require(ncclGroupStart());
    for (int rank = 0; rank < count(); rank++) require(call(rank));
    require(ncclGroupEnd());
  }

  std::vector<float> host(const std::vector<DeviceArray<T>>& arrays, int rank) {
    require(cudaSetDevice(rank));
    std::vector<float> values;
    for (const T value : arrays[static_cast<size_t>(rank)].host(stream(rank)))
      values.push_back(float(value));
    return values;
  }

 private:
  std::vector<ncclComm_t> comms_;
  std::vector<std::unique_ptr<StreamHandle>> streams_;
};

constexpr size_t kSize = 33;

int value(int rank, int i) { return (i * 7 + rank * 3) % 5 + 1; }

float combined(ncclRedOp_t op, int ranks, int i) {
  float result = float(value(0, i));
  for (int rank = 1; rank < ranks; rank++) {
    const float next = float(value(rank, i));
    if (op == ncclProd)
      result *= next;
    else if (op == ncclMax)
      result = std::max(result, next);
    else if (op == ncclMin)
      result = std::min(result, next);
    else
      result += next;
  }
  return op == ncclAvg ? result / float(ranks) : result;
}

template <class T>
std::vector<float> combined_all(ncclRedOp_t op, int ranks, size_t first, size_t size) {
  std::vector<float> result;
  for (size_t i = first; i < first + size; i++) {
    const float exact = combined(op, ranks, int(i));
    result.push_back(float(T(exact)));
  }
  return result;
}

}  // namespace

TEMPLATE_TEST_CASE("All-reduce in every type and operation", "", int8_t, uint8_t, int32_t, uint32_t,
                   int64_t, uint64_t, float, double, __half, __nv_bfloat16) {
  Ranks<TestType> ranks(device_count());
  const auto type = type_of<TestType>();
  for (const ncclRedOp_t op : {ncclSum, ncclProd, ncclMax, ncclMin, ncclAvg}) {
    if (op == ncclAvg && std::is_integral_v<TestType>) continue;
    const auto send = ranks.fill(kSize, value);
    const auto receive = ranks.fill(kSize, [](int, int) { return 0; });
    ranks.together([&](int r) {
      return ncclAllReduce(send[r].get(), receive[r].get(), kSize, type, op, ranks.comm(r),
                           ranks.stream(r));
    });
    for (int r = 0; r < ranks.count(); r++)
      CHECK(ranks.host(receive, r) == combined_all<TestType>(op, ranks.count(), 0, kSize));
  }
}

TEST_CASE("Collectives in place") {
  Ranks<float> ranks(device_count());
  const auto n = static_cast<size_t>(ranks.count());
  const auto buffers = ranks.fill(n * kSize, value);
  ranks.together([&](int r) {
    return ncclAllReduce(buffers[r].get(), buffers[r].get(), n * kSize, ncclFloat, ncclSum,
                         ranks.comm(r), ranks.stream(r));
  });
  for (int r = 0; r < ranks.count(); r++)
    CHECK(ranks.host(buffers, r) == combined_all<float>(ncclSum, ranks.count(), 0, n * kSize));

  const auto scattered = ranks.fill(n * kSize, value);
  ranks.together([&](int r) {
    return ncclReduceScatter(scattered[r].get(), scattered[r].get() + size_t(r) * kSize, kSize,
                             ncclFloat, ncclSum, ranks.comm(r), ranks.stream(r));
  });
  ranks.together([&](int r) {
    return ncclAllGather(scattered[r].get() + size_t(r) * kSize, scattered[r].get(), kSize,
                         ncclFloat, ranks.comm(r), ranks.stream(r));
  });
  for (int r = 0; r < ranks.count(); r++)
    CHECK(ranks.host(scattered, r) == combined_all<float>(ncclSum, ranks.count(), 0, n * kSize));
}

TEST_CASE("Reduce and broadcast from every root") {
  Ranks<float> ranks(device_count());
  for (int root = 0; root < ranks.count(); root++) {
    const auto send = ranks.fill(kSize, value);
    const auto receive = ranks.fill(kSize, [](int, int) { return -1; });
    ranks.together([&](int r) {
      return ncclReduce(send[r].get(), receive[r].get(), kSize, ncclFloat, ncclSum, root,
                        ranks.comm(r), ranks.stream(r));
    });
    for (int r = 0; r < ranks.count(); r++)
      CHECK(ranks.host(receive, r) == (r == root
                                           ? combined_all<float>(ncclSum, ranks.count(), 0, kSize)
                                           : std::vector<float>(kSize, -1)));
    ranks.together([&](int r) {
      return ncclBroadcast(send[r].get(), receive[r].get(), kSize, ncclFloat, root, ranks.comm(r),
                           ranks.stream(r));
    });
    for (int r = 0; r < ranks.count(); r++) CHECK(ranks.host(receive, r) == ranks.host(send, root));
  }
}

TEST_CASE("All-gather and reduce-scatter") {
  Ranks<float> ranks(device_count());
  const auto n = static_cast<size_t>(ranks.count());
  const auto part = ranks.fill(kSize, value);
  const auto whole = ranks.fill(n * kSize, [](int, int) { return 0; });
  ranks.together([&](int r) {
    return ncclAllGather(part[r].get(), whole[r].get(), kSize, ncclFloat, ranks.comm(r),
                         ranks.stream(r));
  });
  std::vector<float> expected;
  for (int r = 0; r < ranks.count(); r++)
    for (const float v : ranks.host(part, r)) expected.push_back(v);
  for (int r = 0; r < ranks.count(); r++) CHECK(ranks.host(whole, r) == expected);

  const auto send = ranks.fill(n * kSize, value);
  ranks.together([&](int r) {
    return ncclReduceScatter(send[r].get(), part[r].get(), kSize, ncclFloat, ncclSum, ranks.comm(r),
                             ranks.stream(r));
  });
  for (int r = 0; r < ranks.count(); r++)
    CHECK(ranks.host(part, r) ==
          combined_all<float>(ncclSum, ranks.count(), static_cast<size_t>(r) * kSize, kSize));
}

TEST_CASE("A ring of sends and receives in one group") {
  Ranks<float> ranks(device_count());
  const auto send = ranks.fill(kSize, value);
  const auto receive = ranks.fill(kSize, [](int, int) { return 0; });
  const int n = ranks.count();
  for (int repeat = 0; repeat < 3; repeat++)
    ranks.together([&](int r) {
      const ncclResult_t sent =
          ncclSend(send[r].get(), kSize, ncclFloat, (r + 1) % n, ranks.comm(r), ranks.stream(r));
      return sent != ncclSuccess ? sent
                                 : ncclRecv(receive[r].get(), kSize, ncclFloat, (r + n - 1) % n,
                                            ranks.comm(r), ranks.stream(r));
    });
  for (int r = 0; r < n; r++) CHECK(ranks.host(receive, r) == ranks.host(send, (r + n - 1) % n));
}

TEST_CASE("A communicator knows its ranks") {
  Ranks<float> ranks(device_count());
  for (int r = 0; r < ranks.count(); r++) {
    int rank = -1, count = -1, device = -1;
    require(ncclCommUserRank(ranks.comm(r), &rank));
    require(ncclCommCount(ranks.comm(r), &count));
    require(ncclCommCuDevice(ranks.comm(r), &device));
    CHECK(rank == r);
    CHECK(count == ranks.count());
    CHECK(device == r);
    ncclResult_t error = ncclInternalError;
    require(ncclCommGetAsyncError(ranks.comm(r), &error));
    CHECK(error == ncclSuccess);
  }
}

TEST_CASE("One thread for each rank") {
  const int n = device_count();
  ncclUniqueId id;
  require(ncclGetUniqueId(&id));
  std::vector<std::vector<float>> results(static_cast<size_t>(n));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < n; rank++)
    threads.emplace_back(
        [&, rank] {  // Catch's checks are for one thread: only the results are checked
          cudaSetDevice(rank);
          ncclComm_t comm;
          ncclCommInitRank(&comm, n, id, rank);
          cudaStream_t stream;
          cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
          float* data;
          cudaMalloc(reinterpret_cast<void**>(&data), kSize * sizeof(float));
          std::vector<float> host(kSize, float(rank + 1));
          cudaMemcpyAsync(data, host.data(), kSize * sizeof(float), cudaMemcpyHostToDevice, stream);
          for (int repeat = 0; repeat < 20; repeat++)
            ncclAllReduce(data, data, kSize, ncclFloat, repeat % 2 ? ncclMax : ncclMin, comm,
                          stream);
          ncclAllReduce(data, data, kSize, ncclFloat, ncclSum, comm, stream);
          cudaMemcpyAsync(host.data(), data, kSize * sizeof(float), cudaMemcpyDeviceToHost, stream);
          cudaStreamSynchronize(stream);
          ncclCommFinalize(comm);
          ncclCommDestroy(comm);
          cudaFree(data);
          cudaStreamDestroy(stream);
          results[static_cast<size_t>(rank)] = host;
        });
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) CHECK(result == std::vector<float>(kSize, float(n)));
}
