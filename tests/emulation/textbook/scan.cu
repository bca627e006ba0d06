// SPDX-License-Identifier: Apache-2.0
#include "textbook.cuh"

#include <cuda_portable/launch.cuh>

namespace textbook {

namespace {

constexpr int kThreads = 256, kValues = 2 * kThreads;

// Blelloch: partial sums up a tree, then prefixes down it. sums[block] is the block's total.
__global__ void scan_kernel(const int* in, int* out, int size, int* sums) {
  __shared__ int tree[kValues];
  const int thread = threadIdx.x, first = blockIdx.x * kValues;
  for (int i = thread; i < kValues; i += kThreads) tree[i] = first + i < size ? in[first + i] : 0;
  int distance = 1;
  for (int nodes = kThreads; nodes > 0; nodes /= 2, distance *= 2) {
    __syncthreads();
    if (thread < nodes) {
      const int left = distance * (2 * thread + 1) - 1;
      tree[left + distance] += tree[left];
    }
  }
  if (thread == 0) {
    if (sums) sums[blockIdx.x] = tree[kValues - 1];
    tree[kValues - 1] = 0;
  }
  for (int nodes = 1; nodes <= kThreads; nodes *= 2) {
    distance /= 2;
    __syncthreads();
    if (thread < nodes) {
      const int left = distance * (2 * thread + 1) - 1;
      const int before = tree[left];
      tree[left] = tree[left + distance];
      tree[left + distance] += before;
    }
  }
  __syncthreads();
  for (int i = thread; i < kValues; i += kThreads)
    if (first + i < size) out[first + i] = tree[i];
}

__global__ void add_kernel(int* out, int size, const int* sums) {
  for (int i = threadIdx.x; i < kValues; i += kThreads) {
    const int at = blockIdx.x * kValues + i;
    if (at < size) out[at] += sums[blockIdx.x];
  }
}

}  // namespace

cudaError_t exclusive_scan(const int* in, int* out, int size, int* sums, cudaStream_t stream) {
  const int blocks = (size + kValues - 1) / kValues;
  if (blocks > kValues) return cudaErrorInvalidValue;
  const auto scan = [&](int count, const int* from, int* to, int values, int* totals) {
    return cuda_portable::launch(scan_kernel, count, kThreads, 0, stream, from, to, values, totals);
  };
  if (const cudaError_t error = scan(blocks, in, out, size, sums)) return error;
  if (const cudaError_t error = scan(1, sums, sums, blocks, nullptr)) return error;
  return cuda_portable::launch(add_kernel, blocks, kThreads, 0, stream, out, size,
                               static_cast<const int*>(sums));
}

}  // namespace textbook
