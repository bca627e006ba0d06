// SPDX-License-Identifier: Apache-2.0
#include "preflight_parts.h"

#include <fovea/core/error.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/preflight.h>

#include <algorithm>

namespace fovea {

namespace {

using Verdict = PreflightFinding::Verdict;

// As many pictures as take a second or so: of AlexNet 12.
constexpr int64_t kMacs = int64_t{9} << 30;

int64_t pictures_for(const Net& net, const TrainOptions& options) {
  const int64_t affordable = kMacs / std::max<int64_t>(1, net.macs());
  return std::clamp<int64_t>(affordable, 2,
                             std::max<int64_t>(2, std::min<int64_t>(64, options.batch_size)));
}

// The first batch of the training data; a finding when there is none.
std::optional<Batch> first_batch(const RunConfig& config, const Net& net, int64_t& samples,
                                 PreflightFindings& findings) {
  const RunOptions& options = config.options;
  DataOptions data = options.data;
  data.workers = 0;
  // The validation data, too: it opens, and has these classes.
  const DataSources sources = make_sources(data, pictures_for(net, options.train), options.seed);
  check_fit(net, *sources.train, "training");
  samples = sources.train->samples();
  check_data(config, findings);
  Batch batch;
  sources.train->next(batch);
  return batch;
}

std::optional<Batch> try_data(const RunConfig& config, const Net& net, int64_t& samples,
                              PreflightFindings& findings) {
  try {
    return first_batch(config, net, samples, findings);
  } catch (const DataError& error) {
    add(findings, Verdict::bad, "data", error.what(), "data that can be read");
    findings.back().of_data = true;
  } catch (const ConfigError& error) {
    add(findings, Verdict::bad, "data", error.what(), "a config and data that suit one another");
  }
  return std::nullopt;
}

}  // namespace

std::vector<PreflightFinding> preflight(const RunConfig& given,
                                        const TrainingRun::Machine& machine) {
  RunConfig config = given;
  const RunOptions& options = config.options;
  const Device device = machine.device ? *machine.device : options.train.chosen_device();
  Net net = config.make_net();
  config.options.data.channels = picture_channels(net);
  net.move_to(device);
  Context ctx({.device = device,
               .threads = machine.threads,
               .seed = options.seed,
               .numerics = options.train.numerics,
               .precision = options.train.precision,
               .shards = options.train.shards_per_part()});
  PreflightFindings findings;
  int64_t samples = 0;
  const std::optional<Batch> batch = try_data(config, net, samples, findings);
  check_memory(config, net, ctx, findings);
  if (!batch) return findings;
  check_first_loss(config, net, ctx, *batch, findings);
  check_spread(net, ctx, *batch, findings);
  check_biases(net, findings);
  check_units(net, ctx, *batch, findings);
  check_training(config, net, ctx, *batch, samples, findings);
  return findings;
}

PreflightFinding::Verdict verdict_of(const std::vector<PreflightFinding>& findings) {
  Verdict worst = Verdict::good;
  for (const PreflightFinding& finding : findings) worst = std::max(worst, finding.verdict);
  return worst;
}

}  // namespace fovea
