// SPDX-License-Identifier: Apache-2.0
// The parameters rounded to bf16, beside the fp32 masters that updates move.
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/tensor.h>

#include <cstdint>
#include <optional>

namespace FOVEA_API fovea {

// Who writes the masters need not know of it: that something was written (Tensor::writes()) is seen
// when the copy is asked for.
class RoundedCopy {
 public:
  explicit RoundedCopy(const Tensor& masters)
      : masters_(masters), values_(masters.shape(), DType::bf16, masters.device()) {}

  const Tensor& values() const { return values_; }  // laid out as the masters
  // Whether nothing was written into the masters since they were rounded.
  bool is_current() const { return rounded_at_ == masters_.writes(); }
  // Rounds them, in the context's stream, unless they are current.
  void refresh(Context& ctx);
  // To be called by who has moved the current masters, and written here what they became.
  void follow() { rounded_at_ = masters_.writes(); }

 private:
  Tensor masters_, values_;
  std::optional<uint64_t> rounded_at_;
};

}  // namespace fovea
