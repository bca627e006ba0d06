// SPDX-License-Identifier: Apache-2.0
// Four neighbouring channels, which one thread takes: one load where they are aligned for it, else
// as many as there are, one by one.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace fovea::cuda {

constexpr int kLanes = 4;

struct Floats {
  float v[kLanes];

  __device__ float& operator[](int u) { return v[u]; }
  __device__ float operator[](int u) const { return v[u]; }
};
struct Ints {
  int v[kLanes];

  __device__ int& operator[](int u) { return v[u]; }
  __device__ int operator[](int u) const { return v[u]; }
};

// How rows of channels lie in memory. `vectors`: every four of them are aligned for one load.
struct Channels {
  int64_t count;
  bool vectors;

  __host__ __device__ int64_t fours() const { return (count + kLanes - 1) / kLanes; }
  // Of those from c on, at most four.
  __device__ int left(int64_t c) const {
    return count - c < kLanes ? static_cast<int>(count - c) : kLanes;
  }
};

// The first `left` of four one by one; the others are 0.
template <class Four, class T>
__device__ Four load_each(const T* from, int left) {
  Four out;
#pragma unroll
  for (int u = 0; u < kLanes; u++) out[u] = u < left ? from[u] : T{};
  return out;
}
template <class Four, class T>
__device__ void store_each(const Four& v, T* to, int left) {
#pragma unroll
  for (int u = 0; u < kLanes; u++)
    if (u < left) to[u] = static_cast<T>(v[u]);
}

// At the start of four, `left` of which exist; the others are 0.
__device__ inline Floats load(const float* from, bool vectors, int left) {
  if (!vectors) return load_each<Floats>(from, left);
  const float4 v = *reinterpret_cast<const float4*>(from);
  return {v.x, v.y, v.z, v.w};
}

__device__ inline Ints load(const int32_t* from, bool vectors, int left) {
  if (!vectors) return load_each<Ints>(from, left);
  const int4 v = *reinterpret_cast<const int4*>(from);
  return {v.x, v.y, v.z, v.w};
}

__device__ inline Ints load(const uint8_t* from, bool vectors, int left) {
  if (!vectors) return load_each<Ints>(from, left);
  const uchar4 v = *reinterpret_cast<const uchar4*>(from);
  return {v.x, v.y, v.z, v.w};
}

__device__ inline void store(const Floats& v, float* to, bool vectors, int left) {
  if (!vectors) return store_each(v, to, left);
  *reinterpret_cast<float4*>(to) = {v[0], v[1], v[2], v[3]};
}

__device__ inline void store(const Ints& v, int32_t* to, bool vectors, int left) {
  if (!vectors) return store_each(v, to, left);
  *reinterpret_cast<int4*>(to) = {v[0], v[1], v[2], v[3]};
}

__device__ inline void store(const Ints& v, uint8_t* to, bool vectors, int left) {
  if (!vectors) return store_each(v, to, left);
  const auto byte = [&](int u) { return static_cast<uint8_t>(v[u]); };
  *reinterpret_cast<uchar4*>(to) = {byte(0), byte(1), byte(2), byte(3)};
}

// A ReLU's gradient: v where its output is above 0.
__device__ inline void keep_where_positive(const Floats& output, Floats& v) {
#pragma unroll
  for (int u = 0; u < kLanes; u++)
    if (!(output[u] > 0)) v[u] = 0.0f;
}

// Whether four elements at multiples of four can be one access.
template <class T>
bool aligned_for_lanes(const T* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % (kLanes * sizeof(T)) == 0;
}
template <class... T>
Channels channels_of(int64_t count, const T*... pointers) {
  return {count, count % kLanes == 0 && (aligned_for_lanes(pointers) && ...)};
}

}  // namespace fovea::cuda
