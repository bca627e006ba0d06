// SPDX-License-Identifier: Apache-2.0
// One device's part of data-parallel training: three streams, and the waits between them that make
// it right.
//
//   host      fills the staging buffer      | after the last upload from it        (Staged)
//   copies    batch -> one of two buffers   | after the step that used it          (Consumed)
//   compute   gradients of bucket 0, 1      | after the upload                     (Uploaded)
//   network   all-reduce of bucket 0, 1     | after the bucket's gradients         (Ready0, Ready1)
//   compute   update of bucket 0, 1         | after the bucket's all-reduce        (Reduced0,
//   Reduced1)
#pragma once
#include <cuda_runtime.h>
#include <nccl.h>

#include <vector>

namespace regression {

enum class Wait { None, Staged, Consumed, Uploaded, Ready0, Ready1, Reduced0, Reduced1 };

constexpr Wait kWaits[] = {Wait::Staged, Wait::Consumed, Wait::Uploaded, Wait::Ready0,
                           Wait::Ready1, Wait::Reduced0, Wait::Reduced1};
const char* name(Wait wait);

class Rank {
 public:
  // On the device `rank`; leaves out one wait.
  Rank(int rank, int ranks, Wait omitted);
  ~Rank();
  Rank(const Rank&) = delete;
  Rank& operator=(const Rank&) = delete;

  void upload(int step);
  void compute_gradients(int step);
  void all_reduce(int bucket, ncclComm_t comm);  // may be called in a group
  void mark_reduced(int bucket);                 // after the group's end
  void update();
  std::vector<float> weights();  // after all work

 private:
  static constexpr int kBuckets = 2;

  void wait(cudaStream_t stream, cudaEvent_t event, Wait wait) const;
  void use() const;

  int rank_, shards_;
  Wait omitted_;
  size_t batch_size_;  // floats
  cudaStream_t copies_, compute_, network_;
  cudaEvent_t uploaded_[2], consumed_[2], ready_[kBuckets], reduced_[kBuckets];
  float* staging_;  // pinned
  float *batch_[2], *weights_, *partial_, *gradient_;
  int last_upload_ = -1;
};

}  // namespace regression
