// SPDX-License-Identifier: Apache-2.0
// Threads of one block or of several that touch the same memory with nothing to order them.
#include "bug.h"
#include "support.h"

namespace planted {

template <bool fixed>
__global__ void adds_without_atomic(const float* in, float* out) {  // several blocks
  const int i = int(threadIdx.x);
  if (fixed) {
    atomicAdd(&out[i], in[i]);
  } else {
    out[i] = out[i] + in[i];  // bug: adds_without_atomic
  }
}

template <bool fixed>
__global__ void mixes_plain_and_atomic(const float* in, float* out) {
  const int i = int(threadIdx.x);
  if (blockIdx.x == 0 && !fixed) {
    out[i] = in[i];  // other: mixes_plain_and_atomic
  } else {
    atomicAdd(&out[i], in[i]);  // bug: mixes_plain_and_atomic
  }
}

// Every block reads what the block before it is writing.
template <bool fixed>
__global__ void reads_neighbour_block(const float* in, float* out) {
  const int i = int(blockIdx.x * blockDim.x + threadIdx.x);
  if (blockIdx.x == 0 || fixed) {
    out[i] = in[i % 64];
  } else {
    out[i] = out[i - 64];  // bug: reads_neighbour_block
  }
}

template <bool fixed>
__global__ void all_write_one(const float* in, float* out) {
  __shared__ float last;
  const int i = int(threadIdx.x);
  if (!fixed || i == 63) last = in[i];  // bug: all_write_one
  __syncthreads();
  out[i] = last;
}

template <bool fixed>
__global__ void counts_without_atomic(const float* in, float* out) {
  __shared__ int bins[2];
  const int i = int(threadIdx.x);
  if (i < 2) bins[i] = 0;
  __syncthreads();
  const int bin = int(in[i]) % 2;
  if (fixed) {
    atomicAdd(&bins[bin], 1);
  } else {
    ++bins[bin];  // bug: counts_without_atomic
  }
  __syncthreads();
  out[i] = float(bins[bin]);
}

// Neighbouring bytes belong to different threads; so does the same byte in the faulty version.
template <bool fixed>
__global__ void writes_bytes(const float* in, float* out) {
  __shared__ unsigned char bytes[64];
  const int i = int(threadIdx.x);
  bytes[fixed ? i : i / 2] = static_cast<unsigned char>(in[i]);  // bug: writes_bytes
  __syncthreads();
  out[i] = float(bytes[fixed ? i : i / 2]);
}

template <class Kernel>
bool blocks_give(Kernel kernel, int blocks, int outputs, float expected_of_0, float step) {
  const Array<float> in(ascending(64)), out(Values(std::size_t(outputs), 0.0f));
  launch(kernel, blocks, 64, 0, nullptr, in.get(), out.get());
  const Values values = out.read();
  for (int i = 0; i < outputs; ++i) {
    if (!(values[std::size_t(i)] == expected_of_0 + step * float(i % 64))) return false;
  }
  return true;
}

Bugs race_bugs() {
#define BLOCKS(name, outputs, step)                                                                             \
  {                                                                                                             \
#name, __FILE__,                                                                                            \
        [](bool                                                                                                 \
               fixed) { return blocks_give(fixed ? name<true> : name<false>, 4, outputs, 0, step); },           \
                                                                                                   "race",      \
                                                                                                   #name        \
                                                                                                   "<false",    \
                                                                                                   Notices::    \
                                                                                                       nothing, \
                                                                                                   Notices::    \
                                                                                                       nothing  \
  }
#define THREADS(name, expected)                                                                                               \
  {                                                                                                                           \
#name, __FILE__, [](bool fixed) { return gives(fixed ? name<true> : name<false>, 64, 0, [](int i) { return expected; }); }, \
   "race", #name "<false", Notices::nothing, Notices::nothing \
  }
  return {
      BLOCKS(adds_without_atomic, 64, 4),         BLOCKS(mixes_plain_and_atomic, 64, 4),
      BLOCKS(reads_neighbour_block, 256, 1),      THREADS(all_write_one, 63 + 0 * i),
      THREADS(counts_without_atomic, 32 + 0 * i), THREADS(writes_bytes, i),
  };
#undef BLOCKS
#undef THREADS
}

}  // namespace planted
