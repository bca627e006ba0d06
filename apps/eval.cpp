// SPDX-License-Identifier: Apache-2.0
// fovea eval
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "eval_text.h"
#include "exit_code.h"
#include "job.h"

#include <fovea/core/comm/rank_threads.h>
#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/thread_pool.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/evaluation.h>
#include <fovea/optim/run_config.h>
#include <fovea/optim/run_environment.h>
#include <fovea/optim/run_folder.h>
#include <fovea/optim/run_report.h>

#include <cinttypes>
#include <cstdio>
#include <deque>
#include <filesystem>

namespace fovea::app {

namespace {

// Of the run that made a model; only a checkpoint knows it.
std::optional<RunOptions> options_of_run(const std::string& file) {
  const std::string text = config_of_checkpoint(file);
  if (text.empty()) return std::nullopt;
  const Config config = Config::parse(text, file + " (config)");
  RunOptions options = RunConfig::read(config).options;
  config.check();
  return options;
}

// What the model's own run was validated on.
RunOptions data_of_run(const std::string& file) {
  if (auto options = options_of_run(file)) return *std::move(options);
  throw ConfigError(file + " does not say which data to use; say --data PATH");
}

CropView view_from(const std::string& text) {
  CropView view;
  int length = 0;
  const bool read =
      std::sscanf(text.c_str(), "%" SCNd64 ",%" SCNd64 "%n", &view.top, &view.left, &length) == 2;
  const std::string rest = read ? text.substr(static_cast<size_t>(length)) : "";
  if (!read || view.top < 0 || view.left < 0 || (!rest.empty() && rest != ",mirrored")) {
    throw ConfigError("--view " + text +
                      ": TOP,LEFT or TOP,LEFT,mirrored wanted, in pixels from 0 on");
  }
  view.mirrored = !rest.empty();
  return view;
}

// As the run's config says, but for what the command line does.
EvalOptions eval_options(const EvalArguments& arguments, const std::string& file) {
  EvalOptions options;
  if (const auto run = options_of_run(file)) options = run->eval;
  if (arguments.crops || !arguments.views.empty()) {
    options.crops = arguments.crops.value_or(1);
    options.views.clear();
  }
  for (const std::string& view : arguments.views) options.views.push_back(view_from(view));
  if (arguments.average)
    options.average = *arguments.average == "logits" ? Averaged::logits : Averaged::probabilities;
  return options;
}

// Preprocessing and classes are the model's.
std::unique_ptr<BatchSource> data_to_evaluate(const EvalArguments& arguments,
                                              const std::string& file, const Model& loaded,
                                              const EvalOptions& options, const RowShare& share) {
  const ModelInfo& model = loaded.info;
  RunOptions run;
  if (arguments.data.empty()) {
    run = data_of_run(file);
  } else {
    run.data.val = DataPath{arguments.data, arguments.labels};
  }
  static_cast<Preprocessing&>(run.data) = model.preprocessing;
  run.data.classes = ClassNames{model.classes, ""};
  run.data.channels = picture_channels(loaded.net);
  const Shape& input = loaded.net.input_shape();
  const ImageSize size = input.rank() == 4 ? ImageSize{input[1], input[2]} : ImageSize{};
  if (options.has_many() && input.rank() != 4)
    throw ConfigError(file + ": takes no pictures, so there are no views of them");
  const auto views_of = [&](ImageSize picture) { return options.views_of(picture, size); };
  auto source = make_view_source(run.data, arguments.batch, run.seed, size, views_of, share);
  if (!source) throw ConfigError(file + ": its run had no validation data; say --data PATH");
  return source;
}

// One of the models, with the pictures as it sees them.
struct Candidate {
  std::string file;
  Model model;
  std::unique_ptr<BatchSource> source;
};

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
  const std::string& path_of_model = arguments.models[0];
  const bool in_folder =
      arguments.models.size() == 1 && std::filesystem::is_directory(path_of_model);
  if (!in_folder && arguments.report.empty()) return;
  ReportContent content = report_content_of(path_of_model);
  content.model = std::filesystem::path(file).filename().string();
  content.data = arguments.data.empty() ? "the validation data of its run" : arguments.data;
  content.evaluation = evaluation;
  content.environment = environment_of(content.environment, environment);
  const RunFolder folder = RunFolder::at(path_of_model);
  const std::string path = arguments.report.empty() ? folder.report() : arguments.report;
  if (arguments.report.empty())
    write_file_atomically(folder.confusion(),
                          draw_confusion(evaluation.confusion, model.info.classes), Sync::none);
  write_report(path, model, content);
  log_line("report: " + path);
} catch (const std::exception& error) {
  log_line("warning: no report: " + std::string(error.what()));
}

// The models, their data, and what came of it.
struct Result {
  std::deque<Candidate> candidates;
  EvaluationSubject subject;
  std::optional<Evaluation> evaluation;
  std::string environment;
};

Evaluation evaluate(const Result& of, Context& ctx, const EvaluationOptions& options) {
  if (of.candidates.size() == 1 && of.subject.views == 1)
    return fovea::evaluate(of.candidates[0].model, ctx, *of.candidates[0].source, options);
  std::vector<ViewedModel> models;
  for (const Candidate& candidate : of.candidates)
    models.push_back({candidate.model, *candidate.source});
  return evaluate_views(models, of.subject.average, ctx, options);
}

// One rank's part, or all of it: `ranks` is null then.
Result evaluate(const EvalArguments& arguments, Device device, int threads, Communicator* ranks) {
  const EvalOptions options = eval_options(arguments, find_model_file(arguments.models[0]));
  const RowShare share = ranks ? RowShare{ranks->rank(), ranks->size()} : RowShare{};
  Context ctx({.device = device, .threads = threads});
  Result result{.subject = {.average = options.average}};
  for (const std::string& path : arguments.models) {
    const std::string file = find_model_file(path);
    result.candidates.push_back({file, load_model(file), nullptr});
    Candidate& candidate = result.candidates.back();
    candidate.source = data_to_evaluate(arguments, file, candidate.model, options, share);
    check_fit(candidate.model.net, *candidate.source, "evaluation");
    candidate.model.net.move_to(ctx.device());
    result.subject.models.push_back(file);
  }
  const Candidate& first = result.candidates[0];
  result.subject.classes = first.model.info.classes;
  result.subject.views = first.source->views();
  result.evaluation = evaluate(result, ctx, {.batch = arguments.batch, .processes = ranks});
  result.environment = describe_environment(ctx, nullptr, first.source.get());
  return result;
}

// As so many threads, each with its part of the processors: what all of them know.
Result evaluate_on_ranks(const EvalArguments& arguments) {
  const Team team{.others = std::vector<Device>(static_cast<size_t>(arguments.ranks) - 1)};
  const int threads =
      team.threads_each(arguments.threads > 0 ? arguments.threads : available_processors());
  Result result;
  run_ranks(connect_threads(arguments.ranks), [&](Communicator& rank) {
    Result mine = evaluate(arguments, Device::cpu(), threads, &rank);
    if (rank.rank() == 0) result = std::move(mine);
  });
  return result;
}

}  // namespace

int run(const EvalArguments& arguments) {
  check_one_rank_each(arguments.ranks > 1 ? "--ranks" : "");
  const Job job(kRankPatience);
  const Device device = job.processes() ? job.device(arguments.device, device_from(""))
                                        : device_from(arguments.device);
  const Result result =
      arguments.ranks > 1
          ? evaluate_on_ranks(arguments)
          : evaluate(arguments, device, job.threads(arguments.threads), job.processes());
  if (!job.is_first()) return kDone;
  const Evaluation& evaluation = *result.evaluation;
  print(arguments.json ? evaluation_as_json(result.subject, evaluation, arguments.per_class)
                       : evaluation_as_text(result.subject, evaluation, arguments.per_class));
  const Candidate& first = result.candidates[0];
  report(arguments, first.file, first.model, evaluation, result.environment);
  return kDone;
}

}  // namespace fovea::app
