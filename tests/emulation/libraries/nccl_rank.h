// SPDX-License-Identifier: Apache-2.0
// What ranks do in the tests of NCCL across processes, in whichever process they are.
#pragma once
#include <cuda_runtime.h>
#include <nccl.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace rank_work {

constexpr size_t kSize = 5000;  // each message is more than a socket takes at once

inline std::string text_of(const ncclUniqueId& id) { return id.internal; }
inline ncclUniqueId id_of(const char* text) {
  ncclUniqueId id{};
  std::strncpy(id.internal, text, sizeof id.internal - 1);
  return id;
}

// Numbers whose sum depends on its order.
inline std::vector<float> values(int rank, size_t size) {
  std::vector<float> v(size);
  uint32_t state = static_cast<uint32_t>(rank) * 2654435761u + 1;
  for (float& x : v) {
    state = state * 1664525u + 1013904223u;
    x = static_cast<float>(static_cast<int32_t>(state)) * (rank % 2 == 0 ? 1e-3f : 1e3f);
  }
  return v;
}

// Device memory of the current device.
class Buffer {
 public:
  explicit Buffer(const std::vector<float>& values) : size_(values.size()) {
    (void)cudaMalloc(reinterpret_cast<void**>(&data_), size_ * sizeof(float));
    (void)cudaMemcpy(data_, values.data(), size_ * sizeof(float), cudaMemcpyHostToDevice);
  }
  ~Buffer() { (void)cudaFree(data_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  float* get() const { return data_; }
  std::vector<float> host() const {
    std::vector<float> values(size_);
    (void)cudaMemcpy(values.data(), data_, size_ * sizeof(float), cudaMemcpyDeviceToHost);
    return values;
  }

 private:
  float* data_ = nullptr;
  size_t size_;
};

// A rank's buffers; issue() makes all calls, results() waits for them.
class Rank {
 public:
  Rank(ncclComm_t comm, int rank, int ranks)
      : comm_(comm),
        rank_(rank),
        ranks_(ranks),
        sum_(values(rank, kSize)),
        root_(values(rank + 100, kSize)),
        part_(values(rank + 200, kSize)),
        whole_(std::vector<float>(kSize * static_cast<size_t>(ranks))),
        pieces_(values(rank + 300, kSize * static_cast<size_t>(ranks))),
        piece_(std::vector<float>(kSize)),
        theirs_(std::vector<float>(kSize)) {}

  void issue() {
    ncclAllReduce(sum_.get(), sum_.get(), kSize, ncclFloat, ncclSum, comm_, nullptr);
    ncclBroadcast(root_.get(), root_.get(), kSize, ncclFloat, ranks_ - 1, comm_, nullptr);
    ncclAllGather(part_.get(), whole_.get(), kSize, ncclFloat, comm_, nullptr);
    ncclReduceScatter(pieces_.get(), piece_.get(), kSize, ncclFloat, ncclSum, comm_, nullptr);
    ncclGroupStart();
    ncclSend(part_.get(), kSize, ncclFloat, (rank_ + 1) % ranks_, comm_, nullptr);
    ncclRecv(theirs_.get(), kSize, ncclFloat, (rank_ + ranks_ - 1) % ranks_, comm_, nullptr);
    ncclGroupEnd();
    ncclAllReduce(theirs_.get(), theirs_.get(), kSize, ncclFloat, ncclMax, comm_, nullptr);
  }

  // A hash of all results' bits.
  std::string results() {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const Buffer* array : {&sum_, &root_, &whole_, &piece_, &theirs_}) {
      for (const float x : array->host()) {
        uint32_t bits = 0;
        std::memcpy(&bits, &x, sizeof bits);
        hash = (hash ^ bits) * 0x100000001b3u;
      }
    }
    return std::to_string(hash);
  }

 private:
  ncclComm_t comm_;
  int rank_, ranks_;
  Buffer sum_, root_, part_, whole_, pieces_, piece_, theirs_;
};

}  // namespace rank_work
