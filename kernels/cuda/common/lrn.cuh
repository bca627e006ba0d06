// SPDX-License-Identifier: Apache-2.0
// Response normalisation across channels, by threads that take four channels each: the windows and
// the power of one thread's channels. What the windows see lies in shared memory, zeros around it.
#pragma once

#include "common/lrn_formula.h"
#include "cuda/common/lanes.cuh"

#include <fovea/core/math.h>

#include <algorithm>
#include <type_traits>

namespace fovea::cuda {

using detail::LrnFormula;

// How far a window reaches. `Five` is AlexNet's, so that its sums are straight code.
struct AnyReach {
  int down, up;

  __device__ AnyReach turned() const { return {up, down}; }
};
struct FiveReach {
  static constexpr int down = 2, up = 2;

  __device__ FiveReach turned() const { return {}; }
};

// s^-beta.
struct AnyPower {
  float beta;

  __device__ float operator()(float s) const { return math::negative_power(s, beta); }
};
struct ThreeQuartersPower {
  __device__ float operator()(float s) const {
    return math::inverse_three_quarters_power<ScalarOps>(s);
  }
};

__host__ __device__ inline int fours_of(int64_t channels) {
  return static_cast<int>((channels + kLanes - 1) / kLanes);
}

struct Square {
  __device__ float operator()(float v) const { return v * v; }
};
struct Itself {
  __device__ float operator()(float v) const { return v; }
};

// The sums over the windows around the four channels at `own`, ascending, of a term of each.
template <class Reach, class Term>
__device__ Floats window_sums(const float4* own, Reach reach, Term term) {
  Floats sum;
#pragma unroll
  for (int u = 0; u < kLanes; u++) sum[u] = -0.0f;  // -0 + v is v
  const int low = (reach.down + kLanes - 1) / kLanes, high = (reach.up + kLanes - 1) / kLanes;
#pragma unroll
  for (int k = -low; k <= high; k++) {
    const float4 v = own[k];
    const Floats terms{term(v.x), term(v.y), term(v.z), term(v.w)};
#pragma unroll
    for (int from = 0; from < kLanes; from++) {
#pragma unroll
      for (int u = 0; u < kLanes; u++) {
        const int distance = kLanes * k + from - u;
        if (distance >= -reach.down && distance <= reach.up) sum[u] += terms[from];
      }
    }
  }
  return sum;
}

// s of the four channels at `own`.
template <class Reach>
__device__ Floats lrn_scales(const LrnFormula& f, Reach reach, const float4* own) {
  Floats s = window_sums(own, reach, Square());
#pragma unroll
  for (int u = 0; u < kLanes; u++) s[u] = fmaf(f.a, s[u], f.k);
  return s;
}

// y of the four channels at `own`.
template <class Reach, class Power>
__device__ Floats normalised(const LrnFormula& f, Reach reach, Power power, const float4* own) {
  Floats y = lrn_scales(f, reach, own);
  const float4 x = *own;
  y[0] = x.x * power(y[0]);
  y[1] = x.y * power(y[1]);
  y[2] = x.z * power(y[2]);
  y[3] = x.w * power(y[3]);
  return y;
}

// Calls run(reach, power) with AlexNet's as constants where they are wanted.
template <class Run>
void with_lrn_constants(const LrnFormula& f, Run run) {
  if (f.before == 2 && f.after == 2 && f.beta == 0.75f)
    return run(FiveReach(), ThreeQuartersPower());
  run(AnyReach{static_cast<int>(f.before), static_cast<int>(f.after)}, AnyPower{f.beta});
}

// How groups of channels are cut into spans, each the work of `fours` threads, and these put into
// blocks of threads. A group of more than kSpanFours fours is several spans.
constexpr int kSpanFours = 256;
constexpr size_t kSharedBytes = 48 << 10;  // that every kernel may have
constexpr size_t kPooledPixelBytes = 64;   // of them, most that a span of a pooled gradient takes

struct LrnSpans {
  LrnFormula f;
  bool vectors;                   // loads of four are aligned
  int64_t count;                  // spans
  int fours, in_group, in_block;  // threads of a span, spans of a group and of a block
  int below, above;               // fours of channels that windows reach on either side

  LrnSpans(const LrnFormula& formula, int64_t pixels, bool aligned)
      : f(formula), vectors(aligned && f.group % kLanes == 0) {
    const int whole = fours_of(f.group);
    in_group = (whole + kSpanFours - 1) / kSpanFours;
    fours = (whole + in_group - 1) / in_group;
    in_block = kSpanFours / fours;
    count = pixels * f.groups * in_group;
    below = fours_of(f.before), above = fours_of(f.after);
  }

  int threads() const { return (fours * in_block + 31) / 32 * 32; }
  // Fours of a span's channels with those that its windows reach.
  __host__ __device__ int reached() const { return fours + below + above; }
  // And with those that these reach in turn, as the gradient needs.
  __host__ __device__ int reached_twice() const { return reached() + below + above; }
};

// The spans of the pixels of tensors of this shape.
template <class... T>
LrnSpans spans_of(const LrnFormula& f, const Shape& shape, const T*... pointers) {
  return LrnSpans(f, shape[0] * shape[1] * shape[2], (aligned_for_lanes(pointers) && ...));
}

// A thread's place.
struct LrnPlace {
  int slot, four;  // the span in the block, the four in the span
  bool active;
  int64_t group;  // of all
  int64_t first;  // channel of the span, in the group

  __device__ LrnPlace(const LrnSpans& s, int64_t first_span) {
    slot = static_cast<int>(threadIdx.x) / s.fours;
    four = static_cast<int>(threadIdx.x) % s.fours;
    const int64_t span = first_span + slot;
    active = slot < s.in_block && span < s.count;
    group = s.in_group == 1 ? span : span / s.in_group;
    first = s.in_group == 1 ? 0 : span % s.in_group * s.fours * kLanes;
  }
  // Where this thread's channels start, in the group.
  __device__ int64_t channel() const { return first + four * kLanes; }
};

// Those of the four channels from c on of a group; 0 where there is none.
__device__ inline Floats load_of_group(const LrnSpans& s, const float* group, int64_t c) {
  if (c < 0 || c >= s.f.group) return {};
  return load(group + c, s.vectors, Channels{s.f.group, s.vectors}.left(c));
}

// Fills a row of shared memory with the span's channels, `low` fours before them and so on.
__device__ inline void stage(const LrnSpans& s, const LrnPlace& at, const float* x, int low,
                             int fours, float4* row) {
  const float* group = x + at.group * s.f.group;
  for (int i = at.four; i < fours; i += s.fours) {
    const Floats v = load_of_group(s, group, at.first + int64_t{i - low} * kLanes);
    row[i] = {v[0], v[1], v[2], v[3]};
  }
}

}  // namespace fovea::cuda
