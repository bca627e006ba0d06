// SPDX-License-Identifier: Apache-2.0
// Memory that is read before it was written.
#include "bug.h"
#include "support.h"

#include <cuda_portable/shared_memory.cuh>

namespace planted {

template <bool fixed>
__global__ void forgets_last_element(const float* in, float* out) {
  __shared__ float tile[256];
  const int i = int(threadIdx.x);
  if (fixed || i < 255) tile[i] = in[i];
  __syncthreads();
  out[i] = tile[i];  // bug: forgets_last_element
}

template <bool fixed>
__global__ void forgets_halo(const float* in, float* out) {
  float* tile = cuda_portable::dynamic_shared<float>();
  const int i = int(threadIdx.x);
  tile[i + 1] = in[i];
  if (fixed && i == 0) tile[0] = 0.0f;
  __syncthreads();
  out[i] = tile[i] + tile[i + 1];  // bug: forgets_halo
}

template <bool fixed>
__global__ void accumulates_from_nothing(const float* in, float* out) {
  __shared__ int bins[32];
  const int i = int(threadIdx.x);
  if (fixed) bins[i] = 0;
  __syncthreads();
  atomicAdd(&bins[i], 31 - int(in[i]));  // bug: accumulates_from_nothing
  __syncthreads();
  out[i] = float(bins[i]);
}

template <bool fixed>
__global__ void copies_elements(const float* in, float* out) {
  out[threadIdx.x] = in[threadIdx.x];  // bug: reads_fresh_memory, reads_half_copied
}

bool reads_fresh_memory(bool fixed) {
  const Array<float> in(256), out(256);
  if (fixed) cudaMemset(in.get(), 0, 256 * sizeof(float));
  launch(fixed ? copies_elements<true> : copies_elements<false>, 1, 256, 0, nullptr, in.get(),
         out.get());
  return out.read() == Values(256, 0.0f);
}

// A copy within the device hands on what was not written.
bool reads_half_copied(bool fixed) {
  const Array<float> source(256), in(256), out(256);
  cudaMemset(source.get(), 0, (fixed ? 256 : 128) * sizeof(float));
  cudaMemcpy(in.get(), source.get(), 256 * sizeof(float), cudaMemcpyDeviceToDevice);
  launch(fixed ? copies_elements<true> : copies_elements<false>, 1, 256, 0, nullptr, in.get(),
         out.get());
  return out.read() == Values(256, 0.0f);
}

Bugs initialisation_bugs() {
#define BUG(name, threads, bytes, expected, address)                                                                                   \
  {                                                                                                                                    \
#name, __FILE__, [](bool fixed) { return gives(fixed ? name<true> : name<false>, threads, bytes, [](int i) { return expected; }); }, \
   "uninitialised", #name "<false", Notices::somehow, address \
  }
  return {
      BUG(forgets_last_element, 256, 0, i, Notices::somehow),
      BUG(forgets_halo, 256, 257 * 4, i ? 2 * i - 1 : 0, Notices::somehow),
      BUG(accumulates_from_nothing, 32, 0, 31 - i, Notices::nothing),
      {"reads_fresh_memory", __FILE__, reads_fresh_memory, "uninitialised", "copies_elements<false",
       Notices::somehow, Notices::somehow},
      {"reads_half_copied", __FILE__, reads_half_copied, "uninitialised", "copies_elements<false",
       Notices::somehow, Notices::somehow},
  };
#undef BUG
}

}  // namespace planted
