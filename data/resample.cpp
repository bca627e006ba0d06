// SPDX-License-Identifier: Apache-2.0
#include "resample.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "resample.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h:
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace fovea::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int32_t kHalf = 1 << (kWeightBits - 1);

// One output, one value at a time. Weights that fill a group up are zero; their inputs may not
// exist.
HWY_INLINE void resample_pixel(const ResampleRows& job, const uint8_t* row, int64_t x,
                               uint8_t* to) {
  const int32_t* weights = job.weights + x * job.groups * kTapGroup;
  const uint8_t* from = row + job.first[x] * job.channels;
  for (int64_t c = 0; c < job.channels; c++) {
    int32_t sum = kHalf;
    for (int64_t k = 0; k < job.groups * kTapGroup; k++) {
      if (weights[k] != 0) sum += weights[k] * from[k * job.channels + c];
    }
    to[x * job.channels + c] = static_cast<uint8_t>(sum >> kWeightBits);
  }
}

#if HWY_TARGET != HWY_SCALAR
// Pixels of three channels: a vector's block of four 32-bit lanes holds one, so that a vector of
// eight works on two rows at once.
using Sums = hn::CappedTag<int32_t, 8>;
using Bytes = hn::Repartition<uint8_t, Sums>;
constexpr int64_t kBlocks = HWY_MIN(HWY_LANES(int32_t), 8) / 4;

constexpr uint8_t kZero = 0x80;  // an index for TableLookupBytes

// Indices that take pixel k of four as one 32-bit lane per channel.
constexpr std::array<uint8_t, 16> pixel_of_group(uint8_t k) {
  std::array<uint8_t, 16> indices{};
  for (size_t i = 0; i < 16; i++) {
    const auto channel = static_cast<uint8_t>(i / 4);
    indices[i] = i % 4 == 0 && channel < 3 ? static_cast<uint8_t>(3 * k + channel) : kZero;
  }
  return indices;
}
// And such that put the low bytes of four lanes together.
constexpr std::array<uint8_t, 16> low_bytes_of_lanes() {
  std::array<uint8_t, 16> indices{};
  for (size_t i = 0; i < 16; i++) indices[i] = i < 4 ? static_cast<uint8_t>(4 * i) : kZero;
  return indices;
}

HWY_INLINE hn::Vec<Bytes> table(const std::array<uint8_t, 16>& indices) {
  return hn::LoadDup128(Bytes(), indices.data());
}

// 16 bytes of each row.
template <class D>
HWY_INLINE hn::Vec<D> load_rows(D d, const uint8_t* row, [[maybe_unused]] int64_t row_bytes) {
  const hn::Full128<uint8_t> block;
  if constexpr (kBlocks == 1) {
    return hn::LoadU(d, row);
  } else {
    return hn::Combine(d, hn::LoadU(block, row + row_bytes), hn::LoadU(block, row));
  }
}

// What the second row of a vector has in its first lane.
template <class D>
HWY_INLINE hn::TFromD<D> second_row(D, hn::Vec<D> v) {
  return hn::GetLane(hn::UpperHalf(hn::Half<D>(), v));
}

// The first `count` outputs of kBlocks rows.
HWY_INLINE void resample_rgb(const ResampleRows& job, const uint8_t* row, uint8_t* to,
                             int64_t count) {
  const Sums d;
  const Bytes bytes;
  alignas(16) constexpr std::array<uint8_t, 16> kIndices[] = {pixel_of_group(0), pixel_of_group(1),
                                                              pixel_of_group(2), pixel_of_group(3),
                                                              low_bytes_of_lanes()};
  const auto pixel0 = table(kIndices[0]), pixel1 = table(kIndices[1]);
  const auto pixel2 = table(kIndices[2]), pixel3 = table(kIndices[3]);
  const auto low_bytes = table(kIndices[4]);
  const int32_t* w = job.weights;
  for (int64_t x = 0; x < count; x++) {
    const uint8_t* from = row + 3 * job.first[x];
    auto even = hn::Set(d, kHalf), odd = hn::Zero(d);
    for (int64_t g = 0; g < job.groups; g++, from += 3 * kTapGroup, w += kTapGroup) {
      const auto v = load_rows(bytes, from, job.from_row_bytes);
      const auto input = [&](auto indices) {
        return hn::BitCast(d, hn::TableLookupBytes(v, indices));
      };
      even = hn::Add(even, hn::Mul(input(pixel0), hn::Set(d, w[0])));
      odd = hn::Add(odd, hn::Mul(input(pixel1), hn::Set(d, w[1])));
      even = hn::Add(even, hn::Mul(input(pixel2), hn::Set(d, w[2])));
      odd = hn::Add(odd, hn::Mul(input(pixel3), hn::Set(d, w[3])));
    }
    const auto sums = hn::ShiftRight<kWeightBits>(hn::Add(even, odd));
    const auto packed = hn::BitCast(d, hn::TableLookupBytes(hn::BitCast(bytes, sums), low_bytes));
    const int32_t first = hn::GetLane(packed);
    std::memcpy(to + 3 * x, &first, 4);  // the fourth byte is overwritten, or slack
    if constexpr (kBlocks == 2) {
      const int32_t second = second_row(d, packed);
      std::memcpy(to + job.to_row_bytes + 3 * x, &second, 4);
    }
  }
}

// How many outputs of the row at `row` read nothing behind the end.
int64_t readable_outputs(const ResampleRows& job, const uint8_t* row) {
  const int64_t last_load = 3 * kTapGroup * (job.groups - 1) + 16;
  const int64_t room = job.end - row - last_load;
  const auto beyond = std::partition_point(job.first, job.first + job.outputs,
                                           [&](int32_t first) { return 3 * first <= room; });
  return beyond - job.first;
}

// Returns how many rows it has done.
int64_t rgb_rows(const ResampleRows& job) {
  int64_t y = 0;
  for (; y + kBlocks <= job.rows; y += kBlocks) {
    const uint8_t* row = job.from + y * job.from_row_bytes;
    uint8_t* to = job.to + y * job.to_row_bytes;
    const int64_t count = readable_outputs(job, row + (kBlocks - 1) * job.from_row_bytes);
    resample_rgb(job, row, to, count);
    for (int64_t r = 0; r < kBlocks; r++) {
      for (int64_t x = count; x < job.outputs; x++)
        resample_pixel(job, row + r * job.from_row_bytes, x, to + r * job.to_row_bytes);
    }
  }
  return y;
}
#else
int64_t rgb_rows(const ResampleRows&) { return 0; }
#endif

void rows(const ResampleRows& job) {
  int64_t y = job.channels == 3 ? rgb_rows(job) : 0;
  for (; y < job.rows; y++) {
    for (int64_t x = 0; x < job.outputs; x++)
      resample_pixel(job, job.from + y * job.from_row_bytes, x, job.to + y * job.to_row_bytes);
  }
}

void column(const uint8_t* from, int64_t row_bytes, const int32_t* weights, int64_t count,
            int64_t bytes, uint8_t* to) {
  const hn::ScalableTag<int32_t> d;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  constexpr int64_t kLanes = HWY_LANES(int32_t), kStep = 4 * kLanes;
  const auto half = hn::Set(d, kHalf);
  int64_t i = 0;
  while (i + kStep <= bytes) {
    auto sum0 = half, sum1 = half, sum2 = half, sum3 = half;
    const uint8_t* row = from + i;
    for (int64_t k = 0; k < count; k++, row += row_bytes) {
      const auto w = hn::Set(d, weights[k]);
      const auto input = [&](int64_t j) {
        return hn::PromoteTo(d, hn::LoadU(d8, row + j * kLanes));
      };
      sum0 = hn::Add(sum0, hn::Mul(input(0), w));
      sum1 = hn::Add(sum1, hn::Mul(input(1), w));
      sum2 = hn::Add(sum2, hn::Mul(input(2), w));
      sum3 = hn::Add(sum3, hn::Mul(input(3), w));
    }
    const auto put = [&](int64_t j, auto sum) {
      hn::StoreU(hn::DemoteTo(d8, hn::ShiftRight<kWeightBits>(sum)), d8, to + i + j * kLanes);
    };
    put(0, sum0);
    put(1, sum1);
    put(2, sum2);
    put(3, sum3);
    const int64_t left = bytes - i - kStep;
    i += left > 0 && left < kStep ? left : kStep;  // the last step overlaps the one before
  }
  for (; i < bytes; i++) {
    int32_t sum = kHalf;
    for (int64_t k = 0; k < count; k++) sum += weights[k] * from[k * row_bytes + i];
    to[i] = static_cast<uint8_t>(sum >> kWeightBits);
  }
}

}  // namespace fovea::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace fovea::detail {
namespace {

HWY_EXPORT(rows);
HWY_EXPORT(column);

}  // namespace

void resample_rows(const ResampleRows& job) { HWY_DYNAMIC_DISPATCH(rows)(job); }

void resample_column(const uint8_t* from, int64_t row_bytes, const int32_t* weights, int64_t count,
                     int64_t bytes, uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(column)(from, row_bytes, weights, count, bytes, to);
}

}  // namespace fovea::detail
#endif
