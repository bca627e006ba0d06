// SPDX-License-Identifier: Apache-2.0
// Pointers that do not lead to the device's memory, and other ways to stop a thread.
#include "bug.h"
#include "support.h"

namespace planted {

template <bool fixed>
__global__ void writes_far_away(const float* in, float* out) {
  const int i = int(threadIdx.x);
  out[i] = in[i];
  if (i == 7) out[hide(fixed ? 7 : 1ll << 40)] = 7.0f;  // bug: writes_far_away
}

template <bool fixed>
__global__ void follows_null(const float* in, float* out) {
  const int i = int(threadIdx.x);
  const float* p = fixed ? in : hide(static_cast<const float*>(nullptr));
  out[i] = p[i];  // bug: follows_null
}

template <bool fixed>
__global__ void reads_misaligned_vector(const float* in, float* out) {
  const int i = int(threadIdx.x);
  const float4 v =
      *reinterpret_cast<const float4*>(in + (fixed ? 0 : 1));  // bug: reads_misaligned_vector
  out[i] = float(i) + 0.0f * (v.x + v.w);
}

template <bool fixed>
__global__ void writes_misaligned_pair(const float* in, float* out) {
  __shared__ __align__(16) float tile[66];
  const int i = int(threadIdx.x);
  *reinterpret_cast<float2*>(&tile[2 * i + (fixed ? 0 : 1)]) =
      make_float2(in[i], in[i]);  // bug: writes_misaligned_pair
  out[i] = in[i];
}

template <bool fixed>
__global__ void divides_by_zero(const float* in, float* out) {
  const int i = int(threadIdx.x), divisor = int(in[i]);
  const int quotient = fixed && divisor == 0 ? 0 : 1000 / divisor;  // bug: divides_by_zero
  out[i] = float(i) + 0.0f * float(quotient);
}

// Another thread's local variable, through a pointer in shared memory.
template <bool fixed>
__global__ void reaches_into_local_memory(const float* in, float* out) {
  __shared__ const float* lent;
  __shared__ float value;
  const int i = int(threadIdx.x);
  volatile float own[2] = {in[i], in[i]};
  if (i == 0) {
    lent = hide(const_cast<const float*>(&own[0]));
    value = own[0];
  }
  __syncthreads();
  out[i] = float(i) + 0.0f * (fixed ? value : lent[1]);  // bug: reaches_into_local_memory
  __syncthreads();
}

__device__ inline float recurse(const float* in, int depth) {  // bug: recurses_too_deep
  volatile float frame[1024];
  frame[depth % 1024] = in[0];
  if (depth == 0) return frame[0];
  return recurse(in, depth - 1) + frame[depth % 1024];  // bug: recurses_too_deep
}

template <bool fixed>
__global__ void recurses_too_deep(const float* in, float* out) {
  out[threadIdx.x] = float(threadIdx.x) + 0.0f * recurse(in, fixed ? 3 : 3000);
}

struct Holder {
  const float* data;
};

template <bool fixed>
__global__ void reads_through_struct(Holder holder, float* out) {
  out[threadIdx.x] = holder.data[threadIdx.x];  // bug: host_memory_in_struct, freed_in_struct
                                                // bug: other_device_in_struct
}

bool host_memory_in_struct(bool fixed) {
  const Values host = ascending(1 << 20);  // so large that no allocation of a device is near
  const Array<float> in(ascending(32)), out(32);
  launch(fixed ? reads_through_struct<true> : reads_through_struct<false>, 1, 32, 0, nullptr,
         Holder{fixed ? in.get() : host.data()}, out.get());
  return out.read() == ascending(32);
}

bool other_device_in_struct(bool fixed) {
  cudaSetDevice(fixed ? 0 : 1);
  const Array<float> in(ascending(32));
  cudaSetDevice(0);
  const Array<float> out(32);
  launch(fixed ? reads_through_struct<true> : reads_through_struct<false>, 1, 32, 0, nullptr,
         Holder{in.get()}, out.get());
  return out.read() == ascending(32);
}

bool freed_in_struct(bool fixed) {
  const Array<float> out(32);
  float* in = nullptr;
  cudaMalloc(&in, 32 * sizeof(float));
  cudaMemset(in, 0, 32 * sizeof(float));
  if (!fixed) cudaFree(in);  // other: freed_in_struct
  launch(fixed ? reads_through_struct<true> : reads_through_struct<false>, 1, 32, 0, nullptr,
         Holder{in}, out.get());
  if (fixed) cudaFree(in);
  return out.read() == Values(32, 0.0f);
}

Bugs address_bugs() {
#define BUG(name, kind, plain, address)                                                                                \
  {                                                                                                                    \
#name, __FILE__, [](bool fixed) { return gives(fixed ? name<true> : name<false>, 32, 0, [](int i) { return i; }); }, \
   kind, #name "<false", plain, address \
  }
#define IN_STRUCT(name, kind, address) \
  { #name, __FILE__, name, kind, "reads_through_struct<false", Notices::nothing, address }
  return {
      BUG(writes_far_away, "illegal_address", Notices::a_report, Notices::somehow),
      BUG(follows_null, "illegal_address", Notices::a_report, Notices::somehow),
      BUG(reads_misaligned_vector, "misaligned", Notices::nothing, Notices::somehow),
      BUG(writes_misaligned_pair, "misaligned", Notices::nothing, Notices::somehow),
      BUG(divides_by_zero, "arithmetic", Notices::a_report, Notices::somehow),
      BUG(reaches_into_local_memory, "local_memory", Notices::nothing, Notices::nothing),
      BUG(recurses_too_deep, "stack_overflow", Notices::a_report, Notices::somehow),
      IN_STRUCT(host_memory_in_struct, "illegal_address", Notices::nothing),
      IN_STRUCT(other_device_in_struct, "wrong_device", Notices::nothing),
      IN_STRUCT(freed_in_struct, "use_after_free", Notices::somehow),
  };
#undef BUG
#undef IN_STRUCT
}

}  // namespace planted
