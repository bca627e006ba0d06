// SPDX-License-Identifier: Apache-2.0
#include "wrappers.cuh"

#include <cuda_portable/async_copy.cuh>
#include <cuda_portable/matrix.cuh>

namespace {

template <int A, int B, class Multiply>
__device__ void multiply(const uint32_t* in, uint32_t* out, Multiply mma) {
  const int lane = static_cast<int>(threadIdx.x);
  uint32_t a[A], b[B];
  float d[4];
  for (int i = 0; i < A; i++) a[i] = in[lane * A + i];
  for (int i = 0; i < B; i++) b[i] = in[32 * A + lane * B + i];
  for (int i = 0; i < 4; i++) d[i] = __uint_as_float(in[32 * (A + B) + lane * 4 + i]);
  mma(d, a, b);
  for (int i = 0; i < 4; i++) out[lane * 4 + i] = __float_as_uint(d[i]);
}

template <int N, class Load>
__device__ void load(const uint32_t* in, uint32_t* out, Load load_matrix) {
  __shared__ __align__(16) uint32_t tile[32 * 4];
  const int lane = static_cast<int>(threadIdx.x);
  for (int i = 0; i < 4; i++) tile[i * 32 + lane] = in[i * 32 + lane];
  __syncthreads();
  uint32_t r[N];
  load_matrix(r, &tile[(lane * 5 + 3) % 32 * 4]);
  for (int i = 0; i < N; i++) out[lane * N + i] = r[i];
}

template <int Bytes>
__device__ void copy(const uint32_t* in, uint32_t* out, int source_bytes) {
  constexpr int kWords = Bytes / 4;
  constexpr int kChunks = 32 * kWords;
  __shared__ __align__(16) uint32_t tile[2 * kChunks];
  const int at = static_cast<int>(threadIdx.x) * kWords;
  cuda_portable::async_copy<Bytes>(&tile[at], &in[at]);
  cuda_portable::async_copy_commit();
  cuda_portable::async_copy<Bytes>(&tile[kChunks + at], &in[kChunks + at], source_bytes);
  cuda_portable::async_copy_commit();
  cuda_portable::async_copy_wait<1>();
  for (int i = 0; i < kWords; i++) out[at + i] = tile[at + i];
  cuda_portable::async_copy_wait<0>();
  for (int i = 0; i < kWords; i++) out[kChunks + at + i] = tile[kChunks + at + i];
}

}  // namespace

__global__ void mma_m16n8k16_bf16_kernel(const uint32_t* in, uint32_t* out, int) {
  multiply<4, 2>(in, out, [](float(&d)[4], const uint32_t(&a)[4], const uint32_t(&b)[2]) {
    cuda_portable::mma_m16n8k16_bf16(d, a, b);
  });
}

__global__ void mma_m16n8k16_f16_kernel(const uint32_t* in, uint32_t* out, int) {
  multiply<4, 2>(in, out, [](float(&d)[4], const uint32_t(&a)[4], const uint32_t(&b)[2]) {
    cuda_portable::mma_m16n8k16_f16(d, a, b);
  });
}

__global__ void mma_m16n8k8_tf32_kernel(const uint32_t* in, uint32_t* out, int) {
  multiply<4, 2>(in, out, [](float(&d)[4], const uint32_t(&a)[4], const uint32_t(&b)[2]) {
    cuda_portable::mma_m16n8k8_tf32(d, a, b);
  });
}

__global__ void load_matrix_x1_kernel(const uint32_t* in, uint32_t* out, int) {
  load<1>(in, out, [](uint32_t(&r)[1], const void* row) { cuda_portable::load_matrix_x1(r, row); });
}

__global__ void load_matrix_x2_kernel(const uint32_t* in, uint32_t* out, int) {
  load<2>(in, out, [](uint32_t(&r)[2], const void* row) { cuda_portable::load_matrix_x2(r, row); });
}

__global__ void load_matrix_x4_kernel(const uint32_t* in, uint32_t* out, int) {
  load<4>(in, out, [](uint32_t(&r)[4], const void* row) { cuda_portable::load_matrix_x4(r, row); });
}

__global__ void load_matrix_x1_transposed_kernel(const uint32_t* in, uint32_t* out, int) {
  load<1>(in, out, [](uint32_t(&r)[1], const void* row) {
    cuda_portable::load_matrix_x1_transposed(r, row);
  });
}

__global__ void load_matrix_x2_transposed_kernel(const uint32_t* in, uint32_t* out, int) {
  load<2>(in, out, [](uint32_t(&r)[2], const void* row) {
    cuda_portable::load_matrix_x2_transposed(r, row);
  });
}

__global__ void load_matrix_x4_transposed_kernel(const uint32_t* in, uint32_t* out, int) {
  load<4>(in, out, [](uint32_t(&r)[4], const void* row) {
    cuda_portable::load_matrix_x4_transposed(r, row);
  });
}

__global__ void async_copy_4_kernel(const uint32_t* in, uint32_t* out, int source_bytes) {
  copy<4>(in, out, source_bytes);
}

__global__ void async_copy_8_kernel(const uint32_t* in, uint32_t* out, int source_bytes) {
  copy<8>(in, out, source_bytes);
}

__global__ void async_copy_16_kernel(const uint32_t* in, uint32_t* out, int source_bytes) {
  copy<16>(in, out, source_bytes);
}

__global__ void to_tf32_kernel(const uint32_t* in, uint32_t* out, int) {
  out[threadIdx.x] = cuda_portable::to_tf32(__uint_as_float(in[threadIdx.x]));
}
