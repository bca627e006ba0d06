// SPDX-License-Identifier: Apache-2.0
// Normalisation across channels and max pooling in one pass. Forward, a block of threads walks down
// a strip of the map: each row of x is normalised into a ring of rows, as high as a pooling window,
// in shared memory. Backward, the gradient of normalisation gathers what pooling passes on.
#include "cuda/common/lrn_gradient.cuh"
#include "cuda/common/max_pool.cuh"
#include "cuda/lrn.h"
#include "cuda/max_pool2d.h"
#include "cuda/ops.h"

#include <cuda_portable/async_copy.cuh>

namespace fovea::cuda {
namespace {

// How the outputs are cut into strips of columns and bands of rows, each one block's work.
struct FusedPlan {
  LrnSpans s;  // a span is a pixel's group
  PoolGeometry g;
  int64_t columns, strips, bands = 1, items = 0;
  int width = 0, ring_rows = 0;  // pixels of a strip's input, rows of the ring

  FusedPlan(const LrnSpans& spans, const PoolGeometry& geometry, int64_t images);

  bool exists() const { return columns > 0; }
  // Fours of shared memory: two rows of x, which takes turns, and the ring.
  int64_t fours_of_pixel() const {
    return 2 * s.reached() + std::min(g.h.kernel, g.h.in) * s.fours;
  }
  size_t shared_bytes() const {
    return sizeof(float4) * static_cast<size_t>(width * fours_of_pixel());
  }
};

// The widest strips that fit into shared memory, evened out; no columns where one would not fit.
FusedPlan::FusedPlan(const LrnSpans& spans, const PoolGeometry& geometry, int64_t images)
    : s(spans), g(geometry), columns(0), strips(0) {
  constexpr int64_t kEnoughBlocks = 1024;
  const int64_t widest = int64_t{kSharedBytes / sizeof(float4)} / fours_of_pixel();
  if (s.in_group > 1 || widest < std::min(g.w.kernel, g.w.in)) return;
  columns = widest >= g.w.in ? g.w.out : (widest - g.w.kernel) / g.w.stride + 1;
  strips = (g.w.out + columns - 1) / columns;
  columns = (g.w.out + strips - 1) / strips;
  width = static_cast<int>(std::min(g.w.in, (columns - 1) * g.w.stride + g.w.kernel));
  ring_rows = static_cast<int>(std::min(g.h.kernel, g.h.in));
  const int64_t blocks = std::max<int64_t>(1, images * s.f.groups * strips);
  bands = std::clamp<int64_t>(kEnoughBlocks / blocks, 1, g.h.out);
  items = images * s.f.groups * strips * bands;
}

// One block's outputs, [p0, p1) x [q0, q1), and the pixels from column w0 on that they hold.
struct Strip {
  int64_t p0, p1, q0, q1, w0;
  int width;
  int64_t in, out;  // the image's and the group's first element of x and y

  __device__ Strip(const FusedPlan& plan, int64_t item) {
    const PoolGeometry& g = plan.g;
    const int64_t strip = item % plan.strips, rest = item / plan.strips;
    const int64_t band = rest % plan.bands, of = rest / plan.bands;
    const int64_t n = of / plan.s.f.groups, group = of % plan.s.f.groups;
    p0 = g.h.out * band / plan.bands, p1 = g.h.out * (band + 1) / plan.bands;
    q0 = strip * plan.columns, q1 = std::min(q0 + plan.columns, g.w.out);
    w0 = std::max<int64_t>(0, g.w.start(q0));
    width = static_cast<int>(std::min(g.w.in, g.w.start(q1 - 1) + g.w.kernel) - w0);
    in = n * g.h.in * g.in_row() + group * plan.s.f.group;
    out = n * g.h.out * g.out_row() + group * plan.s.f.group;
  }
};

// This thread's four channels, of pixels slot, slot + slots, ...
struct Lane {
  int slot, four, slots, left;
  bool active;

  __device__ explicit Lane(const LrnSpans& s)
      : slot(static_cast<int>(threadIdx.x) / s.fours),
        four(static_cast<int>(threadIdx.x) % s.fours),
        slots(s.in_block),
        left(Channels{s.f.group, s.vectors}.left(four * kLanes)),
        active(slot < s.in_block) {}

  template <class Body>
  __device__ void for_pixels(int64_t count, Body body) const {
    for (int64_t i = slot; active && i < count; i += slots) body(static_cast<int>(i));
  }
};

// Starts to bring row h of x to a row of shared memory; async_copy_wait waits for it.
__device__ inline void bring_row(const FusedPlan& plan, const Strip& strip, const Lane& lane,
                                 int64_t h, const float* x, float4* row) {
  const float* from = x + strip.in + h * plan.g.in_row() + strip.w0 * plan.g.channels;
  lane.for_pixels(strip.width, [&](int i) {
    const float* pixel = from + i * plan.g.channels + lane.four * kLanes;
    float4* to = row + i * plan.s.reached() + plan.s.below + lane.four;
    if (plan.s.vectors) {
      cuda_portable::async_copy<sizeof(float4)>(to, pixel);
    } else {
      const Floats v = load(pixel, false, lane.left);
      *to = {v[0], v[1], v[2], v[3]};
    }
  });
  cuda_portable::async_copy_commit();
}

// What windows reach outside of groups.
__device__ inline void clear_around(const LrnSpans& s, int pixels, float4* row) {
  const int around = s.below + s.above;
  for (int i = static_cast<int>(threadIdx.x); i < pixels * around;
       i += static_cast<int>(blockDim.x)) {
    const int k = i % around;
    row[i / around * s.reached() + (k < s.below ? k : k + s.fours)] = {0, 0, 0, 0};
  }
}

// Output row p from the ring, in which row h is at place h % ring_rows.
__device__ inline void pool_row(const FusedPlan& plan, const Strip& strip, const Lane& lane,
                                int64_t p, const float4* ring, float* y, uint8_t* argmax) {
  const PoolGeometry& g = plan.g;
  const int fours = plan.s.fours;
  const Range r = g.h.cells(p);
  const int first_row = static_cast<int>((g.h.start(p) + r.begin) % plan.ring_rows);
  lane.for_pixels(strip.q1 - strip.q0, [&](int i) {
    const int64_t q = strip.q0 + i;
    const Range s = g.w.cells(q);
    const int column = static_cast<int>(g.w.start(q) + s.begin - strip.w0);
    int place = static_cast<int>(r.begin * g.w.kernel + s.begin), row = first_row;
    Maximum max(place);
    for (int64_t a = 0; a < r.size(); a++) {
      const float4* cell = ring + (row * plan.width + column) * fours + lane.four;
      for (int b = 0; b < static_cast<int>(s.size()); b++) {
        const float4 v = cell[b * fours];
        max.take({v.x, v.y, v.z, v.w}, place + b);
      }
      place += static_cast<int>(g.w.kernel);
      row = row + 1 == plan.ring_rows ? 0 : row + 1;
    }
    const int64_t to = strip.out + p * g.out_row() + q * g.channels + lane.four * kLanes;
    store(max.best, y + to, plan.s.vectors, lane.left);
    if (argmax != nullptr) store(max.place, argmax + to, plan.s.vectors, lane.left);
  });
}

// Outputs of one strip. `shared`: two rows of x with zeros around groups, then the ring.
template <class Reach, class Power>
__device__ void pool_strip(const FusedPlan& plan, Reach reach, Power power, const Strip& strip,
                           const Lane& lane, float4* shared, const float* x, float* y,
                           uint8_t* argmax) {
  const detail::PoolAxis& axis = plan.g.h;
  const int row_size = plan.width * plan.s.reached();
  float4* ring = shared + 2 * row_size;
  const int64_t h0 = std::max<int64_t>(0, axis.start(strip.p0));
  const int64_t h1 = std::min(axis.in, axis.start(strip.p1 - 1) + axis.kernel);
  int64_t p = strip.p0;
  bring_row(plan, strip, lane, h0, x, shared);
  for (int64_t h = h0; h < h1; h++) {
    const int turn = static_cast<int>((h - h0) % 2);
    cuda_portable::async_copy_wait<0>();
    __syncthreads();
    if (h + 1 < h1) bring_row(plan, strip, lane, h + 1, x, shared + (1 - turn) * row_size);
    const float4* here = shared + turn * row_size + plan.s.below + lane.four;
    float4* to = ring + h % plan.ring_rows * plan.width * plan.s.fours + lane.four;
    lane.for_pixels(strip.width, [&](int i) {
      const Floats v = normalised(plan.s.f, reach, power, here + i * plan.s.reached());
      to[i * plan.s.fours] = {v[0], v[1], v[2], v[3]};
    });
    __syncthreads();
    for (; p < strip.p1 && axis.start(p) + axis.cells(p).end == h + 1; p++)
      pool_row(plan, strip, lane, p, ring, y, argmax);
  }
}

// argmax may be null.
template <class Reach, class Power>
__global__ void __launch_bounds__(kSpanFours)
    lrn_max_pool_kernel(FusedPlan plan, Reach reach, Power power, const float* x, float* y,
                        uint8_t* argmax) {
  auto* shared = cuda_portable::dynamic_shared<float4>();
  const Lane lane(plan.s);
  clear_around(plan.s, 2 * plan.width, shared);
  for (int64_t item = blockIdx.x; item < plan.items; item += gridDim.x) {
    pool_strip(plan, reach, power, Strip(plan, item), lane, shared, x, y, argmax);
    __syncthreads();
  }
}

// The gradient of what was normalised, gathered from that of what was pooled.
struct PooledGradient {
  struct Pixel {
    PixelWindows windows;
    int64_t channel;  // the group's first
  };

  PoolGeometry g;
  const float* dy;
  const uint8_t* argmax;

  static size_t shared_bytes(const LrnSpans& s) {
    return static_cast<size_t>(s.in_block) * sizeof(Pixel);
  }
  __device__ static Pixel* pixel(const LrnSpans& s, const LrnPlace& at) {
    auto* shared = cuda_portable::dynamic_shared<unsigned char>() + LrnGradientRows::bytes(s);
    return reinterpret_cast<Pixel*>(shared) + at.slot;
  }
  // One thread of each span finds its pixel's windows.
  __device__ void prepare(const LrnSpans& s, const LrnPlace& at) const {
    if (!at.active || at.four != 0) return;
    const int64_t i = at.group / s.f.groups, row = i / g.w.in;
    *pixel(s, at) = {PixelWindows(g, row / g.h.in, row % g.h.in, i % g.w.in),
                     at.group % s.f.groups * s.f.group};
  }
  __device__ Floats operator()(const LrnSpans& s, const LrnPlace& at, int64_t c) const {
    const Pixel& here = *pixel(s, at);
    return sum_of_won(g, {g.channels, s.vectors}, here.windows, here.channel + c, dy, argmax);
  }
};
static_assert(sizeof(PooledGradient::Pixel) <= kPooledPixelBytes);

template <class... T>
FusedPlan plan_of(const LrnParams& lrn, const Pool2dParams& pool, const Shape& x,
                  const T*... pointers) {
  const PoolGeometry g(pool, x, pool2d_output_shape("lrn_max_pool2d", pool, x));
  return {spans_of({lrn, x[3]}, x, pointers...), g, x[0]};
}

// Floats of workspace forward, without a fused kernel.
int64_t forward_scratch(const LrnParams& lrn, const Pool2dParams& pool, const Shape& x) {
  return x.elements() == 0 || plan_of(lrn, pool, x).exists() ? 0 : x.elements();
}

// Workspace of arrays of this many floats.
size_t bytes_of(int64_t floats) {
  return floats == 0 ? 0 : Workspace::padded_for<float>(static_cast<size_t>(floats));
}
float* take(Workspace::Scope& scope, int64_t floats) {
  return floats == 0 ? nullptr : scope.take<float>(static_cast<size_t>(floats));
}

}  // namespace

size_t lrn_workspace(const Context&, const LrnParams& params, const Pool2dParams* pool,
                     const Shape& x) {
  const size_t backward = bytes_of(lrn_gradient_scratch(params, x));
  if (pool == nullptr || !lrn_max_pool2d_exists(params, *pool)) return backward;
  const size_t forward = bytes_of(forward_scratch(params, *pool, x));
  return std::max(forward, 2 * backward);
}

void lrn_max_pool2d_forward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                            const Tensor& x, Tensor& y, Tensor& argmax) {
  if (x.elements() == 0) return;
  const float* from = x.data<float>();
  float* to = y.data<float>();
  uint8_t* places = argmax ? argmax.data<uint8_t>() : nullptr;
  const FusedPlan plan = plan_of(lrn, pool, x.shape(), from, to, places);
  const int64_t floats = forward_scratch(lrn, pool, x.shape());
  Workspace::Scope scope(ctx.workspace(), bytes_of(floats));
  if (floats > 0) {
    float* normalised = take(scope, floats);
    normalise(ctx, lrn, x.shape(), from, normalised);
    return max_pool(ctx, plan.g, x.shape()[0], normalised, to, places);
  }
  constexpr int64_t kMostBlocks = 1 << 20;  // more work than that is done by loops
  const auto blocks = static_cast<unsigned>(std::min(plan.items, kMostBlocks));
  with_lrn_constants(plan.s.f, [&](auto reach, auto power) {
    launch(ctx, "lrn_max_pool2d_forward", lrn_max_pool_kernel<decltype(reach), decltype(power)>,
           blocks, plan.s.threads(), plan.shared_bytes(), plan, reach, power, from, to, places);
  });
}

void lrn_max_pool2d_backward(Context& ctx, const LrnParams& lrn, const Pool2dParams& pool,
                             const Tensor& x, const Tensor& argmax, const Tensor& dy,
                             const Tensor& relu_output, Tensor& dx) {
  if (x.elements() == 0) return;
  const PoolGeometry g(pool, x.shape(), dy.shape());
  const float *from = x.data<float>(), *gradient = dy.data<float>();
  const float* positive = relu_output ? relu_output.data<float>() : nullptr;
  const auto* places = argmax.data<uint8_t>();
  const int64_t floats = lrn_gradient_scratch(lrn, x.shape());
  Workspace::Scope scope(ctx.workspace(), 2 * bytes_of(floats));
  if (floats > 0) {
    float *ratios = take(scope, floats), *unpooled = take(scope, floats);
    max_pool_gradient(ctx, g, x.shape()[0], places, gradient, nullptr, unpooled);
    return normalise_gradient(ctx, lrn, x.shape(), from, unpooled, positive, ratios,
                              dx.data<float>());
  }
  const LrnSpans s =
      spans_of({lrn, x.shape()[3]}, x.shape(), from, gradient, places, positive, dx.data<float>());
  launch_lrn_gradient(ctx, "lrn_max_pool2d_backward", s, PooledGradient{g, gradient, places}, from,
                      positive, dx.data<float>());
}

}  // namespace fovea::cuda
