// SPDX-License-Identifier: Apache-2.0
// fovea bench
#include "bench_text.h"
#include "commands.h"
#include "console.h"
#include "exit_code.h"

#include <fovea/core/error.h>
#include <fovea/optim/run_config.h>

namespace fovea::app {

namespace {

int bench_machine(const BenchArguments& arguments) {
  if (arguments.layers) throw ConfigError("--layers needs a config: fovea bench CONFIG --layers");
  Context ctx({.threads = arguments.threads});
  const MachineLimits limits = measure_machine(ctx, arguments.rounds);
  print(arguments.json ? machine_as_json(limits, ctx) : machine_as_text(limits, ctx));
  return kDone;
}

}  // namespace

int run(const BenchArguments& arguments) {
  if (arguments.config.empty()) return bench_machine(arguments);
  const RunConfig config = RunConfig::load(arguments.config, arguments.overrides);
  Net net = config.make_net();
  const TrainOptions& options = config.options.train;
  if (net.output_shape().rank() != 2) {
    throw ConfigError(arguments.config + ": the net's output is " +
                      net.output_shape().sample().to_string() +
                      "; training wants one number for each class");
  }
  Context ctx({.threads = arguments.threads,
               .seed = config.options.seed,
               .numerics = options.numerics,
               .shards = options.shards_per_part()});
  const int64_t batch = arguments.batch.value_or(options.batch_size);
  const BenchResult result{config.options.name, batch, arguments.rounds, arguments.layers,
                           benchmark_training(net, ctx, options, batch, arguments.rounds)};
  print(arguments.json ? bench_as_json(result, ctx) : bench_as_text(result, ctx));
  return kDone;
}

}  // namespace fovea::app
