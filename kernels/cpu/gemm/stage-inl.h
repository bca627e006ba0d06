// SPDX-License-Identifier: Apache-2.0
// Implicit im2col. The part of an image that some output pixels see is copied into a small staging
// area, padding included, where element k of pixel p's patch lies at pixel offset p + element
// offset k: no branch for the edges, contiguous filter rows, and no im2col matrix. The copy is
// small: every input value is copied once per block of pixels, and used once per filter tap and
// output.

#if defined(FOVEA_KERNELS_CPU_GEMM_STAGE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef FOVEA_KERNELS_CPU_GEMM_STAGE_INL_H_
#undef FOVEA_KERNELS_CPU_GEMM_STAGE_INL_H_
#else
#define FOVEA_KERNELS_CPU_GEMM_STAGE_INL_H_
#endif

#include "cpu/gemm/pack-inl.h"
#include "cpu/gemm/patch_geometry.h"

HWY_BEFORE_NAMESPACE();
namespace fovea::cpu::HWY_NAMESPACE {

class Stage {
 public:
  // For up to `pixels` consecutive output pixels and `channels` channels at a time.
  Stage(const PatchGeometry& geometry, int64_t channels, int64_t pixels)
      : g_(geometry), channels_(channels), by_row_(g_.out.w > kLongRow) {
    const int64_t columns = by_row_ ? std::min(pixels, g_.out.w) : g_.out.w;
    pitch_ = ((columns - 1) * g_.stride.w + g_.span().w) * channels;
    floats_ = most_rows(pixels) * pitch_;
  }

  int64_t floats() const { return floats_; }

  // Offset of a patch's element.
  ptrdiff_t element(int64_t row, int64_t column, int64_t channel) const {
    return row * g_.dilation.h * pitch_ + column * g_.dilation.w * channels_ + channel;
  }

  // Copies what output pixels [first, first + count) see of `channels` channels (at most those
  // given to the constructor) from `channel` on, and sets the offset of each pixel's patch.
  void load(const float* x, int64_t channel, int64_t channels, int64_t first, int64_t count,
            float* memory, ptrdiff_t* pixels) const {
    const int64_t area = g_.sample_pixels();
    for (float* at = memory; count > 0;) {
      const Part part = first_part(first, count);
      copy_part(x + first / area * g_.height * g_.width * g_.channels + channel, part, channels,
                at);
      for (int64_t p = part.row; p < part.row + part.rows; p++) {
        const int64_t from = std::max(first % area, p * g_.out.w) - p * g_.out.w;
        const int64_t to = std::min(first % area + part.pixels - p * g_.out.w, g_.out.w);
        for (int64_t q = from; q < to; q++) {
          *pixels++ = at - memory + (p - part.row) * g_.stride.h * pitch_ +
                      (q - part.column) * g_.stride.w * channels_;
        }
      }
      at += staged_rows(part.rows) * pitch_;
      first += part.pixels;
      count -= part.pixels;
    }
  }

 private:
  // Rows of outputs longer than this are staged one by one, and only the columns needed.
  static constexpr int64_t kLongRow = 512;

  // Output pixels of one sample that are staged together: rows x columns from (row, column).
  struct Part {
    int64_t row, rows, column, columns, pixels;
  };

  Part first_part(int64_t first, int64_t count) const {
    const int64_t in_sample = first % g_.sample_pixels();
    const int64_t row = in_sample / g_.out.w, column = in_sample % g_.out.w;
    if (by_row_) {
      const int64_t columns = std::min(count, g_.out.w - column);
      return {row, 1, column, columns, columns};
    }
    const int64_t pixels = std::min(count, g_.sample_pixels() - in_sample);
    return {row, div_up(column + pixels, g_.out.w), 0, g_.out.w, pixels};
  }

  int64_t staged_rows(int64_t rows) const { return (rows - 1) * g_.stride.h + g_.span().h; }

  // Staged rows of `pixels` consecutive output pixels, wherever they begin, at most.
  int64_t most_rows(int64_t pixels) const {
    const int64_t rows = std::min(div_up(pixels - 1, g_.out.w) + 1, g_.samples * g_.out.h);
    if (by_row_) return rows * staged_rows(1);
    const int64_t parts = std::min(div_up(pixels - 1, g_.sample_pixels()) + 1, g_.samples);
    return std::min(rows * g_.stride.h + parts * std::max<int64_t>(0, g_.span().h - g_.stride.h),
                    parts * staged_rows(g_.out.h));
  }

  // x: the sample's first channel wanted.
  void copy_part(const float* x, const Part& part, int64_t channels, float* to) const {
    const int64_t row = part.row * g_.stride.h - g_.top;
    const int64_t column = part.column * g_.stride.w - g_.left;
    const int64_t columns = (part.columns - 1) * g_.stride.w + g_.span().w;
    const int64_t rows = staged_rows(part.rows);
    for (int64_t r = 0; r < rows; r++, to += pitch_) {
      if (row + r < 0 || row + r >= g_.height) {
        zero_run(columns * channels_, to);
      } else {
        copy_row(x + (row + r) * g_.width * g_.channels, column, columns, channels, to);
      }
    }
  }

  // Columns [column, column + columns) of one input row, of which those outside are zeros.
  void copy_row(const float* x, int64_t column, int64_t columns, int64_t channels,
                float* to) const {
    const int64_t begin = std::clamp<int64_t>(-column, 0, columns);
    const int64_t end = std::clamp<int64_t>(g_.width - column, begin, columns);
    zero_run(begin * channels_, to);
    zero_run((columns - end) * channels_, to + end * channels_);
    if (begin == end) return;
    if (channels == channels_ && channels == g_.channels) {
      copy_run(x + (column + begin) * channels, (end - begin) * channels, to + begin * channels);
    } else {
      for (int64_t q = begin; q < end; q++) {
        copy_run(x + (column + q) * g_.channels, channels, to + q * channels_);
      }
    }
  }

  PatchGeometry g_;
  int64_t channels_, pitch_ = 0, floats_ = 0;
  bool by_row_;
};

// Writes ascending offsets as few runs; returns their number, at most `count`.
inline int64_t find_runs(const ptrdiff_t* offsets, int64_t count, Run* runs) {
  int64_t found = 0;
  for (int64_t i = 0; i < count; i++) {
    Run* run = found > 0 ? &runs[found - 1] : nullptr;
    if (run && run->length == 1) run->stride = offsets[i] - run->offset;
    if (run && offsets[i] == run->offset + run->length * run->stride) {
      run->length++;
    } else {
      runs[found++] = {offsets[i], 1, 1};
    }
  }
  return found;
}

}  // namespace fovea::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // toggle
