// SPDX-License-Identifier: Apache-2.0
// The two passes of a resize, on the best instruction set of the processor.
#pragma once

#include <cstdint>

namespace fovea::detail {

// Weights have so many bits behind the point.
inline constexpr int kWeightBits = 22;
// Weights of an output come in groups of so many, filled up with zeros.
inline constexpr int64_t kTapGroup = 4;
// What rows of the first pass's output have to spare at their end, for whole vectors.
inline constexpr int64_t kRowSlack = 4;

// 8-bit pixels, `row_bytes` from one row to the next.
struct ResampleRows {
  const uint8_t* from;
  const uint8_t* end;  // of what may be read
  int64_t from_row_bytes;
  uint8_t* to;
  int64_t to_row_bytes;
  int64_t rows, channels;
  int64_t outputs;         // in a row
  int64_t groups;          // of weights, for each output
  const int32_t* first;    // the first input of each output, ascending
  const int32_t* weights;  // [output][groups * kTapGroup]
};
// Along each row. The kRowSlack bytes behind each output row are written to.
void resample_rows(const ResampleRows& job);

// One output row of `bytes` from `count` rows that begin at `from`.
void resample_column(const uint8_t* from, int64_t row_bytes, const int32_t* weights, int64_t count,
                     int64_t bytes, uint8_t* to);

}  // namespace fovea::detail
