// SPDX-License-Identifier: Apache-2.0
#include "box_filter.cuh"

#include <cuda_portable/launch.cuh>

namespace tutorial {

namespace {

constexpr int kRadius = 4, kThreads = 128, kWidth = 2 * kRadius + 1;

// [naive_wrong]
__global__ void naive_wrong_kernel(const float* x, float* y, int size) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = 0;
  for (int d = -kRadius; d <= kRadius; d++) sum += x[i + d];
  if (i < size) y[i] = sum / kWidth;
}
// [naive_wrong]

// [naive]
__global__ void naive_kernel(const float* x, float* y, int size) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= size) return;
  float sum = 0;
  for (int d = -kRadius; d <= kRadius; d++)
    if (i + d >= 0 && i + d < size) sum += x[i + d];
  y[i] = sum / kWidth;
}
// [naive]

__device__ float value_at(const float* x, int i, int size) {
  return i >= 0 && i < size ? x[i] : 0.0f;
}

// [mean]
// The mean around the thread's place in a tile that begins kRadius values before the block's first.
__device__ float mean(const float* tile) {
  float sum = 0;
  for (int d = 0; d < kWidth; d++) sum += tile[threadIdx.x + d];
  return sum / kWidth;
}
// [mean]

// [tiled_no_halo]
__global__ void tiled_no_halo_kernel(const float* x, float* y, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  const int i = blockIdx.x * kThreads + threadIdx.x;
  tile[threadIdx.x + kRadius] = value_at(x, i, size);
  __syncthreads();
  if (i < size) y[i] = mean(tile);
}
// [tiled_no_halo]

// [load]
// Fills the tile of the block whose first value is x[first], the halo on both sides included.
__device__ void load(float* tile, const float* x, int first, int size) {
  for (int t = threadIdx.x; t < kThreads + 2 * kRadius; t += kThreads)
    tile[t] = value_at(x, first - kRadius + t, size);
}
// [load]

// [tiled_no_barrier]
__global__ void tiled_no_barrier_kernel(const float* x, float* y, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  const int i = blockIdx.x * kThreads + threadIdx.x;
  load(tile, x, blockIdx.x * kThreads, size);
  if (i < size) y[i] = mean(tile);
}
// [tiled_no_barrier]

// [tiled_returns]
__global__ void tiled_returns_kernel(const float* x, float* y, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  const int i = blockIdx.x * kThreads + threadIdx.x;
  if (i >= size) return;
  load(tile, x, blockIdx.x * kThreads, size);
  __syncthreads();
  y[i] = mean(tile);
}
// [tiled_returns]

// [tiled]
__global__ void tiled_kernel(const float* x, float* y, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  const int i = blockIdx.x * kThreads + threadIdx.x;
  load(tile, x, blockIdx.x * kThreads, size);
  __syncthreads();
  if (i < size) y[i] = mean(tile);
}
// [tiled]

// [several_no_barrier]
__global__ void several_no_barrier_kernel(const float* x, float* y, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  for (int first = blockIdx.x * kThreads; first < size; first += gridDim.x * kThreads) {
    load(tile, x, first, size);
    __syncthreads();
    const int i = first + threadIdx.x;
    if (i < size) y[i] = mean(tile);
  }
}
// [several_no_barrier]

// [several]
__global__ void several_kernel(const float* x, float* y, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  for (int first = blockIdx.x * kThreads; first < size; first += gridDim.x * kThreads) {
    load(tile, x, first, size);
    __syncthreads();
    const int i = first + threadIdx.x;
    if (i < size) y[i] = mean(tile);
    __syncthreads();
  }
}
// [several]

// [in_place]
__global__ void in_place_kernel(float* x, int size) {
  __shared__ float tile[kThreads + 2 * kRadius];
  const int i = blockIdx.x * kThreads + threadIdx.x;
  load(tile, x, blockIdx.x * kThreads, size);
  __syncthreads();
  if (i < size) x[i] = mean(tile);
}
// [in_place]

using Kernel = void(const float*, float*, int);

// [launch]
cudaError_t launch(Kernel* kernel, int blocks, const float* x, float* y, int size,
                   cudaStream_t stream) {
  return cuda_portable::launch(kernel, blocks, kThreads, 0, stream, x, y, size);
}
// [launch]

int blocks_for(int size) { return (size + kThreads - 1) / kThreads; }

}  // namespace

#define TUTORIAL_FILTER(name, blocks)                                         \
  cudaError_t name(const float* x, float* y, int size, cudaStream_t stream) { \
    return launch(name##_kernel, blocks, x, y, size, stream);                 \
  }
TUTORIAL_FILTER(naive_wrong, blocks_for(size))
TUTORIAL_FILTER(naive, blocks_for(size))
TUTORIAL_FILTER(tiled_no_halo, blocks_for(size))
TUTORIAL_FILTER(tiled_no_barrier, blocks_for(size))
TUTORIAL_FILTER(tiled_returns, blocks_for(size))
TUTORIAL_FILTER(tiled, blocks_for(size))
TUTORIAL_FILTER(several_no_barrier, 2)
TUTORIAL_FILTER(several, 2)
#undef TUTORIAL_FILTER

cudaError_t in_place(float* x, int size, cudaStream_t stream) {
  return cuda_portable::launch(in_place_kernel, blocks_for(size), kThreads, 0, stream, x, size);
}

}  // namespace tutorial
