// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/error.h>
#include <fovea/optim/train_options.h>

#include <bit>

namespace fovea {

template <>
inline constexpr auto kEnumNames<Numerics> =
    std::to_array<EnumName<Numerics>>({{"exact", Numerics::exact}, {"fast", Numerics::fast}});

template <>
inline constexpr auto kEnumNames<Precision> = std::to_array<EnumName<Precision>>(
    {{"fp32", Precision::fp32}, {"tf32", Precision::tf32}, {"bf16", Precision::bf16}});

namespace {

constexpr const char* kAutoDevice = "auto";

void check_device(const Config& config, const TrainOptions& o) {
  try {
    (void)o.chosen_device();
  } catch (const ConfigError&) {
    config.find("device").error("must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\"");
  }
}

void check_precision(const Config& config, const TrainOptions& o) {
  if (o.precision != Precision::fp32 && o.numerics == Numerics::exact)
    config.find("precision").error("needs train.numerics \"fast\"; exact numerics are of fp32");
}

void check_accumulate(const Config& config, const TrainOptions& o) {
  if (o.shards % o.accumulate != 0)
    config.find("accumulate").error("must divide shards, which is " + std::to_string(o.shards));
  if (o.accumulate > o.batch_size) config.find("accumulate").error("is more than batch_size");
}

}  // namespace

Fields<TrainOptions> TrainOptions::fields() {
  using O = TrainOptions;
  return Fields<O>("train", "how the net is trained")
      .field("epochs", &O::epochs, "passes over the training data", between(1, 1e9))
      .field("batch_size", &O::batch_size, "samples in a step", between(1, 1 << 24))
      .field("accumulate", &O::accumulate,
             "parts of a batch computed one after the other: less memory, and the same bits",
             at_least(1))
      .field("max_steps", &O::max_steps, "end after so many steps; 0: no limit but the epochs",
             at_least(0))
      .field("early_stop", &O::early_stop,
             "end after so many epochs in a row without a better validation result; 0: never",
             at_least(0))
      .field("overfit_batch", &O::overfit_batch,
             "train on the first batch again and again, to find faults")
      .field("label_smoothing", &O::label_smoothing, "share of each target spread over all classes",
             at_least(0) && below(1))
      .field(
          "class_weights", &O::class_weights,
          "the loss of a sample counts as much as its class weighs; balanced: rare classes more, "
          "in proportion (an alternative to data.sampling)")
      .field("optimizer", &O::optimizer, "how gradients become steps")
      .field("lr_schedule", &O::lr_schedule, "how the learning rate changes")
      .field("warmup", &O::warmup, "how the learning rate starts")
      .field("clip", &O::clip, "limits of gradients")
      .field("shards", &O::shards,
             "parts of a batch whose gradients are summed apart, then in a tree", between(1, 64))
      .field("numerics", &O::numerics,
             "exact: the same bits on every machine; fast: the order of sums is free")
      .field("precision", &O::precision,
             "what the factors of products are rounded to on a GPU's tensor cores, under fast "
             "numerics; sums and what updates move are fp32")
      .field("placement", &O::placement,
             "how ranks share the work: data, each has the net and a share of the batch; columns, "
             "each has its groups of channels; hybrid, convolutions as data and linear layers as "
             "columns")
      .field("rank_timeout", &O::rank_timeout,
             "seconds that ranks wait for each other, saves and validation included, before the "
             "run ends with an error",
             between(1, 86400))
      .field(
          "device", &O::device,
          "where to compute: cpu, cuda, cuda:N, or auto: on a GPU if there is one; the exact bits "
          "are the same")
      .check(check_precision)
      .check(check_accumulate)
      .check(check_device);
}

Device TrainOptions::chosen_device() const {
  return device == kAutoDevice ? Device::best_available() : Device::parse(device);
}

int TrainOptions::shards_per_part(int ranks) const {
  const int64_t parts = accumulate * ranks;
  if (shards % parts != 0) {
    throw ConfigError(std::to_string(ranks) + " ranks with train.accumulate " +
                      std::to_string(accumulate) + " cut a batch into " + std::to_string(parts) +
                      " parts; train.shards, which is " + std::to_string(shards) +
                      ", must be a multiple of that");
  }
  if (ranks > 1 && numerics == Numerics::exact &&
      !std::has_single_bit(static_cast<uint64_t>(parts))) {
    throw ConfigError(
        "exact numerics need 2, 4, 8, ... ranks and such a train.accumulate; "
        "train.numerics=fast takes any");
  }
  return static_cast<int>(shards / parts);
}

}  // namespace fovea
