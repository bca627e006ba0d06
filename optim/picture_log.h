// SPDX-License-Identifier: Apache-2.0
// curves.svg and conv1.png, redrawn after each epoch and at the end.
#pragma once

#include <fovea/layers/net.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/trainer.h>

#include <string>

namespace fovea::detail {

// Both must outlive it. Draws what the folder's logs hold, so it comes after them.
class PictureLog final : public TrainObserver {
 public:
  PictureLog(const RunFolder& folder, const Net& net, std::string title)
      : folder_(folder), net_(net), title_(std::move(title)) {}

  // But at the end, when no step follows.
  bool needs_state(int64_t /*step*/) override { return false; }
  void on_step(const StepReport& report) override;
  void on_epoch(const EpochReport& /*report*/) override { draw(); }

 private:
  void draw() const;

  RunFolder folder_;
  const Net& net_;
  std::string title_;
};

}  // namespace fovea::detail
