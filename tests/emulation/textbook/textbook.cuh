// SPDX-License-Identifier: Apache-2.0
// Kernels as textbooks describe them, each with a function that launches it. Arrays are device
// memory; sizes are free unless said.
#pragma once
#include <cuda_runtime.h>

#include <cstdint>

namespace textbook {

// out (columns x rows) = in (rows x columns) transposed, by padded tiles in shared memory.
cudaError_t transpose(const float* in, float* out, int rows, int columns, cudaStream_t stream);

// out[i] = in[0] + ... + in[i - 1]: blocks by up- and down-sweep, their sums by the same, then
// added. Up to 512 * 512 values; `sums` has one value for every 512.
cudaError_t exclusive_scan(const int* in, int* out, int size, int* sums, cudaStream_t stream);

// counts[v] += the number of v among the bytes: private histograms in shared memory, merged by
// atomics.
cudaError_t histogram(const uint8_t* in, int size, unsigned* counts, cudaStream_t stream);

// sum = of all values: shuffles within warps, shared memory between them, one atomic add for each
// block. sum starts as 0.
cudaError_t sum(const int* in, int size, int* sum, cudaStream_t stream);

// Sorts each 256 consecutive keys, bit after bit: a stable split by ballots and population counts.
// size is a multiple of 256.
cudaError_t radix_sort_blocks(unsigned* keys, int size, cudaStream_t stream);

// One step of out = in + rate (4 neighbours - 4 in) on rows x columns, 0 outside; tiles with a halo
// in shared memory.
cudaError_t heat_step(const float* in, float* out, int rows, int columns, float rate,
                      cudaStream_t stream);

// Each row's exp(x - max) / sum: one block for a row.
cudaError_t softmax(const float* in, float* out, int rows, int columns, cudaStream_t stream);

// y = (x - mean) / sqrt(variance + epsilon) gamma + beta for each row; mean and 1 / sqrt(...) are
// kept.
struct LayerNorm {
  int rows, columns;
  float epsilon;
  const float *gamma, *beta;
  float *mean, *inverse_deviation;  // rows
};
cudaError_t layer_norm(const LayerNorm& norm, const float* x, float* y, cudaStream_t stream);
cudaError_t layer_norm_backward(const LayerNorm& norm, const float* x, const float* dy, float* dx,
                                float* dgamma, float* dbeta, cudaStream_t stream);

// c[b] = a[b] b[b] for `batch` row-major matrices of n x n, n <= 16: one block for each.
cudaError_t small_gemm(const float* a, const float* b, float* c, int n, int batch,
                       cudaStream_t stream);

// Sorts a power of two of keys, 2 at least: short distances in shared memory, long ones one launch
// each.
cudaError_t bitonic_sort(int* keys, int size, cudaStream_t stream);

// Copies the positive values to `out` in any order; count starts as 0. One atomic for each warp.
cudaError_t compact(const int* in, int size, int* out, int* count, cudaStream_t stream);

// Dot product in one launch: each block leaves a partial sum, a fence and a ticket make the last
// block add them. partial has one value for each of `blocks`; ticket starts as 0.
cudaError_t dot_last_block(const float* x, const float* y, int size, float* partial, int blocks,
                           unsigned* ticket, float* result, cudaStream_t stream);

// items[i] = i + 1 of one round, and total += all items: for a producer and a consumer on two
// streams.
cudaError_t produce(int* items, int size, int round, cudaStream_t stream);
cudaError_t consume(const int* items, int size, int* total, cudaStream_t stream);

}  // namespace textbook
