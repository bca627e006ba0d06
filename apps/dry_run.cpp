// SPDX-License-Identifier: Apache-2.0
#include "dry_run.h"

#include "console.h"
#include "exit_code.h"
#include "train_report.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/picture_pages.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <system_error>

namespace fovea::app {

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kSteps = 2;

struct Step {
  float loss = 0;
  double seconds = 0;
};

class FirstSteps final : public TrainObserver {
 public:
  void on_step(const StepReport& report) override {
    const Clock::time_point now = Clock::now();
    steps.push_back({report.loss, std::chrono::duration<double>(now - last_).count()});
    last_ = now;
  }
  bool should_stop() override { return steps.size() >= kSteps; }

  std::vector<Step> steps;

 private:
  Clock::time_point last_ = Clock::now();
};

std::string in_folder(const std::string& folder, const char* name) {
  return folder.empty() ? name : folder + "/" + name;
}

void write_preview(const BatchPreview& preview, const std::string& folder) {
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  if (error) throw SystemError(folder + ": cannot make the folder: " + error.message());
  write_file_atomically(in_folder(folder, "batch.png"), preview.png, Sync::none);
  write_file_atomically(in_folder(folder, "batch.html"), preview.html, Sync::none);
}

std::string list(const std::vector<float>& values) {
  std::string text;
  for (const float value : values)
    text += (text.empty() ? "" : " ") + fixed(static_cast<double>(value), 3);
  return text;
}

std::string as_text(const BatchPreview& preview, const FirstSteps& first, size_t classes,
                    const std::string& folder) {
  std::string text = "input: mean " + list(preview.mean) + ", standard deviation " +
                     list(preview.std_dev) + " of the first pictures\n";
  for (size_t i = 0; i < first.steps.size(); i++) {
    const Step& step = first.steps[i];
    text += "step " + std::to_string(i + 1) + ": loss " + fixed(static_cast<double>(step.loss), 4) +
            " (ln of the classes is " + fixed(std::log(static_cast<double>(classes)), 4) + "), " +
            fixed(1000 * step.seconds, 0) + " ms\n";
  }
  return text + in_folder(folder, "batch.png") + ": the first pictures as augmented; " +
         in_folder(folder, "batch.html") + ": with their classes\n";
}

std::string as_json(const TrainingRun& run, const BatchPreview& preview, const FirstSteps& first,
                    const std::string& folder) {
  JsonWriter json;
  json.begin_object().key("dry_run").value(true);
  json.key("samples").value(run.training_data().samples());
  json.key("classes").value(static_cast<int64_t>(run.training_data().classes().size()));
  json.key("parameters").value(run.net().parameter_count());
  json.key("planned_bytes").value(static_cast<uint64_t>(run.trainer().planned_bytes()));
  json.key("input_mean");
  ConfigValue<std::vector<float>>::write(json, preview.mean);
  json.key("input_std");
  ConfigValue<std::vector<float>>::write(json, preview.std_dev);
  json.key("steps").begin_array();
  for (const Step& step : first.steps)
    json.begin_object()
        .key("loss")
        .value(step.loss)
        .key("seconds")
        .value(step.seconds)
        .end_object();
  json.end_array().key("picture").value(in_folder(folder, "batch.png"));
  return json.key("page").value(in_folder(folder, "batch.html")).end_object().str() + "\n";
}

}  // namespace

int dry_run(TrainingRun& run, const TrainArguments& arguments) {
  log_text(describe_start(run, notes_on_data(run), "a dry run, which saves nothing"));
  const RunOptions& options = run.options();
  const BatchPreview preview =
      preview_batch(run.data_options(), options.train.batch_size, options.seed);
  write_preview(preview, arguments.output);
  FirstSteps first;
  run.trainer().run(first);
  const size_t classes = run.training_data().classes().size();
  print(arguments.json ? as_json(run, preview, first, arguments.output)
                       : as_text(preview, first, classes, arguments.output));
  return kDone;
}

}  // namespace fovea::app
