// SPDX-License-Identifier: Apache-2.0
// A loader without threads: next() makes the batch.
#pragma once

#include "batch_builder.h"

namespace fovea::detail {

class DirectLoader final : public BatchSource {
 public:
  explicit DirectLoader(BatchBuilder builder);

  void seek(uint32_t epoch, int64_t index) override;
  void next(Batch& batch) override;
  double seconds_waited() const override { return seconds_waited_; }
  std::string fingerprint() const override { return builder_.fingerprint(); }
  std::vector<std::string> notes() const override { return builder_.notes(); }

 private:
  BatchBuilder builder_;
  BatchPosition position_;
  SampleScratch scratch_;
  double seconds_waited_ = 0;
};

}  // namespace fovea::detail
