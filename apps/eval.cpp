// SPDX-License-Identifier: Apache-2.0
// fovea eval
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "exit_code.h"
#include "metrics_text.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/evaluation.h>
#include <fovea/optim/run_config.h>
#include <fovea/optim/run_environment.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/run_report.h>

#include <filesystem>

namespace fovea::app {

namespace {

// What the model's own run was validated on; only a checkpoint knows it.
RunOptions options_of_run(const std::string& file) {
  const std::string text = config_of_checkpoint(file);
  if (text.empty()) throw ConfigError(file + " does not say which data to use; say --data PATH");
  const Config config = Config::parse(text, file + " (config)");
  RunOptions options = RunConfig::read(config).options;
  config.check();
  return options;
}

// Preprocessing and classes are the model's.
std::unique_ptr<BatchSource> data_to_evaluate(const EvalArguments& arguments,
                                              const std::string& file, const Model& loaded) {
  const ModelInfo& model = loaded.info;
  RunOptions run;
  if (arguments.data.empty()) {
    run = options_of_run(file);
  } else {
    run.data.val = DataPath{arguments.data, arguments.labels};
  }
  static_cast<Preprocessing&>(run.data) = model.preprocessing;
  run.data.classes = ClassNames{model.classes, ""};
  run.data.channels = picture_channels(loaded.net);
  auto source = make_eval_source(run.data, arguments.batch, run.seed);
  if (!source) throw ConfigError(file + ": its run had no validation data; say --data PATH");
  return source;
}

std::string as_json(const std::string& file, const Evaluation& evaluation) {
  JsonWriter json;
  json.begin_object().key("model").value(file);
  write_members(json, evaluation.metrics);
  json.key("images_per_second").value(evaluation.images_per_second());
  return json.end_object().str() + "\n";
}

std::string as_text(const std::string& file, const Evaluation& evaluation) {
  return file + ": " + grouped(evaluation.metrics.samples) + " samples  " +
         text_of(evaluation.metrics) + "  " + fixed(evaluation.images_per_second(), 0) +
         " images/s\n";
}

std::string environment_of(const std::string& training, const std::string& evaluation) {
  JsonWriter json;
  json.begin_object();
  if (!training.empty()) json.key("training").raw(training);
  return json.key("evaluation").raw(evaluation).end_object().str();
}

// Into the run's folder, or where it is asked for. Only for people: what goes wrong with it does
// not make the evaluation a failure.
void report(const EvalArguments& arguments, const std::string& file, const Model& model,
            const Evaluation& evaluation, const std::string& environment) try {
  const bool in_folder = std::filesystem::is_directory(arguments.model);
  if (!in_folder && arguments.report.empty()) return;
  ReportContent content = report_content_of(arguments.model);
  content.model = std::filesystem::path(file).filename().string();
  content.data = arguments.data.empty() ? "the validation data of its run" : arguments.data;
  content.evaluation = evaluation;
  content.environment = environment_of(content.environment, environment);
  const RunFolder folder = RunFolder::at(arguments.model);
  const std::string path = arguments.report.empty() ? folder.report() : arguments.report;
  if (arguments.report.empty())
    write_file_atomically(folder.confusion(),
                          draw_confusion(evaluation.confusion, model.info.classes), Sync::none);
  write_report(path, model, content);
  log_line("report: " + path);
} catch (const std::exception& error) {
  log_line("warning: no report: " + std::string(error.what()));
}

}  // namespace

int run(const EvalArguments& arguments) {
  const std::string file = find_model_file(arguments.model);
  Model model = load_model(file);
  const auto source = data_to_evaluate(arguments, file, model);
  check_fit(model.net, *source, "evaluation");
  Context ctx({.device = device_from(arguments.device), .threads = arguments.threads});
  model.net.move_to(ctx.device());
  const Evaluation evaluation = evaluate(model, ctx, *source, {arguments.batch});
  print(arguments.json ? as_json(file, evaluation) : as_text(file, evaluation));
  report(arguments, file, model, evaluation, describe_environment(ctx, nullptr, source.get()));
  return kDone;
}

}  // namespace fovea::app
