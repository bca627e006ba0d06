// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/kernels/window2d.h>

#include <algorithm>
#include <string>

namespace fovea {

namespace {

constexpr int64_t kLargest = int64_t{1} << 30;  // products of two stay far below 2^63

std::string text(Extent2d e) { return std::to_string(e.h) + "x" + std::to_string(e.w); }

void check_positive(const char* op, const char* name, Extent2d e) {
  if (std::min(e.h, e.w) >= 1 && std::max(e.h, e.w) <= kLargest) return;
  throw ArgumentError(std::string(op) + ": " + name + " is " + text(e) +
                      "; extents from 1 to 2^30 wanted");
}

void check_padding(const char* op, const Padding& p) {
  const auto [least, most] = std::minmax({p.top, p.left, p.bottom, p.right});
  if (least >= 0 && most <= kLargest) return;
  throw ArgumentError(std::string(op) + ": padding is [" + std::to_string(p.top) + "," +
                      std::to_string(p.left) + "," + std::to_string(p.bottom) + "," +
                      std::to_string(p.right) + "]; 0 to 2^30 wanted");
}

// Places of a window of `span` pixels on one axis of `input` pixels between `before` and `after` of
// padding. REQUIRES: it fits once.
int64_t places(int64_t input, int64_t before, int64_t after, int64_t span, int64_t stride,
               Rounding rounding) {
  const int64_t room = input + before + after - span;
  if (rounding == Rounding::floor) return room / stride + 1;
  const int64_t count = (room + stride - 1) / stride + 1;
  const bool last_starts_inside = (count - 1) * stride < input + before;
  return last_starts_inside ? count : count - 1;
}

}  // namespace

Extent2d Window2d::output(const char* op, Extent2d input) const {
  check_positive(op, "kernel", kernel);
  check_positive(op, "stride", stride);
  check_positive(op, "dilation", dilation);
  check_padding(op, padding);
  const Extent2d span{(kernel.h - 1) * dilation.h + 1, (kernel.w - 1) * dilation.w + 1};
  const Extent2d padded{input.h + padding.top + padding.bottom,
                        input.w + padding.left + padding.right};
  if (span.h > padded.h || span.w > padded.w) {
    throw ArgumentError(std::string(op) + ": a window of " + text(span) +
                        " pixels does not fit into the input of " + text(input) + " (" +
                        text(padded) +
                        " with padding); use a smaller kernel or dilation, or more padding");
  }
  return {places(input.h, padding.top, padding.bottom, span.h, stride.h, rounding),
          places(input.w, padding.left, padding.right, span.w, stride.w, rounding)};
}

}  // namespace fovea
