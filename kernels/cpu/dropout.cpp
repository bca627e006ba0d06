// SPDX-License-Identifier: Apache-2.0
// Dropout with a mask drawn on the fly, forward and backward.
#include <fovea/kernels/dropout.h>

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/dropout.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include "cpu/philox-inl.h"
#include "cpu/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

constexpr int64_t kStrip = 256;  // elements whose bits are drawn at a time

// Room for the bits of a strip that begins within a block of four.
struct StripBits {
  alignas(64) uint32_t at[kStrip + 4 + kPhiloxElements];
};

// to[i] = all ones where element begin + i is kept, else 0, for i in [0, count), count <= kStrip.
HWY_INLINE void draw_run(const RandomStream& stream, uint32_t threshold, int64_t begin,
                         int64_t count, StripBits& bits, int32_t* to) {
  const int64_t skipped = begin % 4;
  for (int64_t i = 0; i < skipped + count; i += kPhiloxElements) {
    philox(stream, static_cast<uint64_t>(begin - skipped + i) / 4, bits.at + i);
  }
  for (int64_t i = 0; i < count; i++) to[i] = bits.at[skipped + i] >= threshold ? -1 : 0;
}

// The same for elements [begin, begin + count) of a row that holds those of `map`.
HWY_INLINE void draw(const RandomStream& stream, uint32_t threshold, const ElementMap& map,
                     int64_t begin, int64_t count, int32_t* to) {
  StripBits bits;
  if (map.run == 0) return draw_run(stream, threshold, begin, count, bits, to);
  for (int64_t done = 0; done < count;) {
    const int64_t run = std::min(map.run - (begin + done) % map.run, count - done);
    draw_run(stream, threshold, map(begin + done), run, bits, to + done);
    done += run;
  }
}

// y = kept ? scale x : 0 for elements [begin, end) of a row, begin a multiple of kStrip; and 0
// where `positive`, if given, is not above 0.
void drop(const RandomStream& stream, uint32_t threshold, const ElementMap& elements, float scale,
          int64_t begin, int64_t end, const float* x, const float* positive, float* y) {
  const FloatVector factor = hn::Set(Floats(), scale);
  alignas(64) int32_t kept[kStrip];
  for (; begin < end; begin += kStrip) {
    const int64_t count = std::min(kStrip, end - begin);
    draw(stream, threshold, elements, begin, count, kept);
    const float* mask = reinterpret_cast<const float*>(kept);
    const auto scaled = [=](FloatVector keep, FloatVector v) {
      return hn::And(keep, hn::Mul(factor, v));
    };
    if (positive == nullptr) {
      map(0, count, scaled, y + begin, mask, x + begin);
    } else {
      map(
          0, count,
          [=](FloatVector keep, FloatVector v, FloatVector out) {
            return where_positive(out, scaled(keep, v));
          },
          y + begin, mask, x + begin, positive + begin);
    }
  }
}

void multiply(float factor, int64_t begin, int64_t end, const float* x, float* y) {
  const FloatVector f = hn::Set(Floats(), factor);
  map(
      begin, end, [=](FloatVector v) { return hn::Mul(f, v); }, y, x);
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::cpu {
namespace {

HWY_EXPORT(drop);
HWY_EXPORT(multiply);

void masked(Context& ctx, const DropoutParams& params, const DropoutMask& mask, const Tensor& x,
            const Tensor& relu_output, Tensor& y) {
  constexpr int64_t kGrain = 4096;
  if (x.elements() == 0) return;
  const int64_t row = x.elements() / x.shape()[0], pieces = (row + kGrain - 1) / kGrain;
  const auto threshold = static_cast<uint32_t>(std::ceil(static_cast<double>(params.p) * 0x1p32));
  const float scale =
      params.scale_at == DropoutParams::ScaleAt::train ? 1.0f / (1.0f - params.p) : 1.0f;
  const float* positive = relu_output ? relu_output.data<float>() : nullptr;
  const auto kernel = &HWY_DYNAMIC_DISPATCH(drop);
  ctx.pool().parallel_for(x.shape()[0] * pieces, [&](int64_t item, int) {
    const int64_t n = item / pieces, begin = item % pieces * kGrain;
    const RandomStream stream(mask.seed, Purpose::dropout, mask.layer, mask.epoch,
                              mask.samples[static_cast<size_t>(n)]);
    kernel(stream, threshold, mask.elements, scale, begin, std::min(row, begin + kGrain),
           x.data<float>() + n * row, positive == nullptr ? nullptr : positive + n * row,
           y.data<float>() + n * row);
  });
}

}  // namespace

void dropout_forward(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                     const Tensor& x, Tensor& y) {
  masked(ctx, params, mask, x, Tensor(), y);
}

void dropout_backward(Context& ctx, const DropoutParams& params, const DropoutMask& mask,
                      const Tensor& dy, const Tensor& relu_output, Tensor& dx) {
  masked(ctx, params, mask, dy, relu_output, dx);
}

void dropout_inference(Context& ctx, const DropoutParams& params, const Tensor& x, Tensor& y) {
  if (params.scale_at == DropoutParams::ScaleAt::train) {
    if (y.raw() != x.raw()) y.copy_from(x);
    return;
  }
  const auto kernel = &HWY_DYNAMIC_DISPATCH(multiply);
  ctx.pool().parallel_ranges(x.elements(), 1 << 15, [&](int64_t begin, int64_t end) {
    kernel(1.0f - params.p, begin, end, x.data<float>(), y.data<float>());
  });
}

}  // namespace fovea::cpu
#endif
