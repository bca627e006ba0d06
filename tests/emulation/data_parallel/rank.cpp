// SPDX-License-Identifier: Apache-2.0
#include "rank.h"

#include "regression.cuh"

#include <cstdint>
#include <stdexcept>
#include <string>

namespace regression {

namespace {

constexpr float kRate = 0.02f;
constexpr int kBucketFeatures = kFeatures / 2;

void check(cudaError_t error) {
  if (error != cudaSuccess) throw std::runtime_error(cudaGetErrorString(error));
}

void check(ncclResult_t result) {
  if (result != ncclSuccess) throw std::runtime_error(ncclGetErrorString(result));
}

// A number of a step's batch: the same for any number of devices.
float sample(int step, int row, int column) {
  uint32_t x = static_cast<uint32_t>((step * 1000 + row) * 100 + column) * 2654435761u;
  x ^= x >> 15;
  x *= 2246822519u;
  return static_cast<float>(x >> 8) / static_cast<float>(1 << 23) - 1;
}

Wait with_bucket(Wait first, int bucket) {
  return static_cast<Wait>(static_cast<int>(first) + bucket);
}

float* allocate(size_t floats) {
  void* memory = nullptr;
  check(cudaMalloc(&memory, floats * sizeof(float)));
  return static_cast<float*>(memory);
}

void make(cudaEvent_t& event) { check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming)); }

}  // namespace

const char* name(Wait wait) {
  constexpr const char* kNames[] = {"none",   "staged", "consumed", "uploaded",
                                    "ready0", "ready1", "reduced0", "reduced1"};
  return kNames[static_cast<int>(wait)];
}

Rank::Rank(int rank, int ranks, Wait omitted)
    : rank_(rank),
      shards_(kShards / ranks),
      omitted_(omitted),
      batch_size_(static_cast<size_t>(shards_ * kShardRows * kRow)) {
  use();
  for (cudaStream_t* stream : {&copies_, &compute_, &network_})
    check(cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking));
  for (int i = 0; i < 2; i++) {
    make(uploaded_[i]);
    make(consumed_[i]);
    make(ready_[i]);
    make(reduced_[i]);
    batch_[i] = allocate(batch_size_);
  }
  void* pinned = nullptr;
  check(cudaMallocHost(&pinned, batch_size_ * sizeof(float)));
  staging_ = static_cast<float*>(pinned);
  weights_ = allocate(kFeatures);
  partial_ = allocate(static_cast<size_t>(shards_ * kFeatures));
  gradient_ = allocate(kFeatures);
  check(cudaMemsetAsync(weights_, 0, kFeatures * sizeof(float), compute_));
}

Rank::~Rank() {
  cudaSetDevice(rank_);
  for (const cudaStream_t stream : {copies_, compute_, network_}) cudaStreamSynchronize(stream);
  for (float* memory : {batch_[0], batch_[1], weights_, partial_, gradient_}) cudaFree(memory);
  cudaFreeHost(staging_);
  for (int i = 0; i < 2; i++)
    for (const cudaEvent_t event : {uploaded_[i], consumed_[i], ready_[i], reduced_[i]})
      cudaEventDestroy(event);
  for (const cudaStream_t stream : {copies_, compute_, network_}) cudaStreamDestroy(stream);
}

void Rank::use() const { check(cudaSetDevice(rank_)); }

void Rank::wait(cudaStream_t stream, cudaEvent_t event, Wait wait) const {
  if (wait != omitted_) check(cudaStreamWaitEvent(stream, event, 0));
}

void Rank::upload(int step) {
  use();
  const int side = step % 2;
  if (last_upload_ >= 0 && omitted_ != Wait::Staged)
    check(cudaEventSynchronize(uploaded_[last_upload_ % 2]));
  const int first_row = rank_ * shards_ * kShardRows;
  for (int row = 0; row < shards_ * kShardRows; row++)
    for (int column = 0; column < kRow; column++)
      staging_[row * kRow + column] = sample(step, first_row + row, column);
  wait(copies_, consumed_[side], Wait::Consumed);
  check(cudaMemcpyAsync(batch_[side], staging_, batch_size_ * sizeof(float), cudaMemcpyHostToDevice,
                        copies_));
  check(cudaEventRecord(uploaded_[side], copies_));
  last_upload_ = step;
}

void Rank::compute_gradients(int step) {
  use();
  const int side = step % 2;
  wait(compute_, uploaded_[side], Wait::Uploaded);
  for (int bucket = 0; bucket < kBuckets; bucket++) {
    const int first = bucket * kBucketFeatures;
    check(shard_gradients(batch_[side], weights_, partial_, shards_, first, kBucketFeatures,
                          compute_));
    check(sum_shards(partial_, gradient_, shards_, first, kBucketFeatures, compute_));
    check(cudaEventRecord(ready_[bucket], compute_));
  }
  check(cudaEventRecord(consumed_[side], compute_));
}

void Rank::all_reduce(int bucket, ncclComm_t comm) {
  use();
  wait(network_, ready_[bucket], with_bucket(Wait::Ready0, bucket));
  float* part = gradient_ + bucket * kBucketFeatures;
  check(ncclAllReduce(part, part, kBucketFeatures, ncclFloat, ncclSum, comm, network_));
}

void Rank::mark_reduced(int bucket) {
  use();
  check(cudaEventRecord(reduced_[bucket], network_));
}

void Rank::update() {
  use();
  for (int bucket = 0; bucket < kBuckets; bucket++) {
    wait(compute_, reduced_[bucket], with_bucket(Wait::Reduced0, bucket));
    check(regression::update(weights_, gradient_, kRate, bucket * kBucketFeatures, kBucketFeatures,
                             compute_));
  }
}

std::vector<float> Rank::weights() {
  use();
  std::vector<float> host(kFeatures);
  check(cudaMemcpyAsync(host.data(), weights_, kFeatures * sizeof(float), cudaMemcpyDeviceToHost,
                        compute_));
  check(cudaStreamSynchronize(compute_));
  return host;
}

}  // namespace regression
