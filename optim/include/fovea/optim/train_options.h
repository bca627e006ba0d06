// SPDX-License-Identifier: Apache-2.0
// A config's "train".
#pragma once

#include <fovea/core/context.h>
#include <fovea/core/fields.h>
#include <fovea/layers/placement.h>
#include <fovea/optim/class_weights.h>
#include <fovea/optim/clip_gradients.h>
#include <fovea/optim/lr_schedule.h>
#include <fovea/optim/sgd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace FOVEA_API fovea {

template <>
inline constexpr auto kEnumNames<Placement> = std::to_array<EnumName<Placement>>(
    {{"data", Placement::data}, {"columns", Placement::columns}, {"hybrid", Placement::hybrid}});

using OptimizerOptions = std::variant<SgdOptions>;

struct TrainOptions {
  int64_t epochs = 1;
  int64_t batch_size = 128;
  int64_t accumulate = 1;  // parts of a batch that are computed one after the other
  int64_t max_steps = 0;   // 0: no limit but the epochs
  int64_t early_stop =
      0;  // epochs in a row without a better validation result that end the run; 0: none do
  bool overfit_batch = false;
  float label_smoothing = 0;
  std::optional<ClassWeights> class_weights;
  OptimizerOptions optimizer;
  LrSchedule lr_schedule;
  Warmup warmup;
  ClipOptions clip;
  int shards = 8;
  Numerics numerics = Numerics::exact;
  Precision precision = Precision::fp32;
  Placement placement = Placement::data;
  int64_t rank_timeout = 30;    // seconds
  std::string device = "auto";  // or what Device::parse() reads

  static Fields<TrainOptions> fields();

  // How long ranks wait for each other.
  std::chrono::milliseconds patience() const { return std::chrono::seconds(rank_timeout); }
  // Ranks that divide a batch's rows among them: columns all have all.
  int ranks_of_rows(int ranks) const { return placement == Placement::columns ? 1 : ranks; }
  Device chosen_device() const;  // "auto": the best that there is
  const SgdOptions& sgd() const { return std::get<SgdOptions>(optimizer); }
  // Shards of each part: with all parts together there are `shards`.
  // Of one of the parts that `ranks` devices cut a batch into. Throws ConfigError when the parts
  // cannot be equal.
  int shards_per_part(int ranks = 1) const;
};

}  // namespace fovea
