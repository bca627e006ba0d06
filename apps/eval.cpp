// SPDX-License-Identifier: Apache-2.0
// fovea eval
#include "commands.h"
#include "console.h"
#include "exit_code.h"
#include "metrics_text.h"

#include <fovea/core/error.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/run_config.h>
#include <fovea/optim/run_folder.h>

#include <chrono>

namespace fovea::app {

namespace {

// What the model's own run was validated on; only a checkpoint knows it.
DataOptions data_of_run(const std::string& file) {
  const std::string text = config_of_checkpoint(file);
  if (text.empty()) throw ConfigError(file + " does not say which data to use; say --data PATH");
  const Config config = Config::parse(text, file + " (config)");
  DataOptions data = RunConfig::read(config).options.data;
  config.check();
  if (!data.val) throw ConfigError(file + ": its run had no validation data; say --data PATH");
  return data;
}

// Preprocessing and classes are the model's.
DataOptions data_to_evaluate(const EvalArguments& arguments, const std::string& file,
                             const ModelInfo& model) {
  DataOptions data;
  if (arguments.data.empty()) {
    data = data_of_run(file);
  } else {
    data.val = DataPath{arguments.data, arguments.labels};
  }
  static_cast<Preprocessing&>(data) = model.preprocessing;
  data.classes = ClassNames{model.classes, ""};
  return data;
}

std::string as_json(const std::string& file, const Metrics& metrics, double images_per_second) {
  JsonWriter json;
  json.begin_object().key("model").value(file);
  write_members(json, metrics);
  return json.key("images_per_second").value(images_per_second).end_object().str() + "\n";
}

}  // namespace

int run(const EvalArguments& arguments) {
  const std::string file = find_model_file(arguments.model);
  const Model model = load_model(file);
  const auto source =
      make_eval_source(data_to_evaluate(arguments, file, model.info), arguments.batch);
  check_fit(model.net, *source, "evaluation");
  Context ctx({.threads = arguments.threads});
  Execution execution =
      Execution::inference(model.net, ctx, {.batch = std::min(arguments.batch, source->samples())});
  const auto begin = std::chrono::steady_clock::now();
  const Metrics metrics = evaluate(execution, ctx, *source);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const double speed = static_cast<double>(metrics.samples) / seconds.count();
  print(arguments.json ? as_json(file, metrics, speed)
                       : file + ": " + grouped(metrics.samples) + " samples  " + text_of(metrics) +
                             "  " + fixed(speed, 0) + " images/s\n");
  return kDone;
}

}  // namespace fovea::app
