// SPDX-License-Identifier: Apache-2.0
// fovea summary
#include "commands.h"
#include "console.h"
#include "exit_code.h"
#include "rank_cost_text.h"
#include "summary_text.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/run_config.h>
#include <fovea/optim/run_folder.h>

#include <filesystem>
#include <optional>

namespace fovea::app {

namespace {

bool is_model(const std::string& path) {
  return std::filesystem::is_directory(path) || path.ends_with(".safetensors");
}

RanksAsked ranks_asked(const SummaryArguments& arguments, Placement of_config, int64_t batch) {
  RanksAsked asked{arguments.ranks, of_config, "", batch};
  for (const auto& [name, placement] : kEnumNames<Placement>) {
    if (arguments.placement == name) asked.placement = placement;
  }
  for (const auto& [name, placement] : kEnumNames<Placement>) {
    if (asked.placement == placement) asked.placement_name = name;
  }
  return asked;
}

int summarize(const SummaryArguments& arguments, const Net& net, const TrainOptions& train,
              int64_t batch) {
  const Context ctx({.threads = arguments.threads});
  const RanksAsked asked = ranks_asked(arguments, train.placement, batch);
  std::optional<RankCost> cost;
  if (asked.ranks > 1) {
    TrainOptions there = train;
    there.device = train.chosen_device().to_string();
    cost = predict_rank_cost(net, ctx, there, asked.placement, asked.ranks, batch);
  }
  if (arguments.json) {
    const auto ranks = [&](JsonWriter& json) {
      if (cost) write_rank_cost(json.key("rank"), *cost, asked);
    };
    print(summary_as_json(net, ctx, batch, ranks));
  } else {
    print(summary_as_text(net, ctx, batch) + (cost ? rank_cost_as_text(*cost, asked) : ""));
  }
  return kDone;
}

void check_weights(const SummaryArguments& arguments, Net& net) {
  if (!arguments.weights.empty()) load_weights(SafetensorsFile(arguments.weights), net);
}

int summarize_config(const SummaryArguments& arguments) {
  const RunConfig config = RunConfig::load(arguments.subject, arguments.overrides);
  Net net = config.make_graph();
  check_weights(arguments, net);
  return summarize(arguments, net, config.options.train,
                   arguments.batch.value_or(config.options.train.batch_size));
}

int summarize_model(const SummaryArguments& arguments) {
  if (!arguments.overrides.empty()) {
    throw ConfigError("key=value changes a config; " + arguments.subject +
                      " is a model, whose graph is fixed");
  }
  const std::string path = find_model_file(arguments.subject);
  const SafetensorsFile file(path);
  if (!file.metadata().contains("model") && arguments.weights.empty()) {
    print(arguments.json ? tensors_as_json(file) : tensors_as_text(file));
    return kDone;
  }
  Model model = load_model(path);
  check_weights(arguments, model.net);
  return summarize(arguments, model.net, {}, arguments.batch.value_or(1));
}

}  // namespace

int run(const SummaryArguments& arguments) {
  return is_model(arguments.subject) ? summarize_model(arguments) : summarize_config(arguments);
}

}  // namespace fovea::app
