// SPDX-License-Identifier: Apache-2.0
// fovea train
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "dry_run.h"
#include "exit_code.h"
#include "run_console.h"
#include "stop_signals.h"
#include "train_report.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/observers.h>
#include <fovea/optim/run_environment.h>
#include <fovea/optim/run_report.h>
#include <fovea/optim/run_views.h>
#include <fovea/optim/training_run.h>

#include <algorithm>
#include <filesystem>

namespace fovea::app {

namespace {

namespace fs = std::filesystem;

std::string without_slashes_at_end(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// Where a run that is resumed is; empty for a new run.
std::string resumed_folder(const TrainArguments& arguments) {
  const bool given_folder = fs::is_directory(arguments.config);
  if (given_folder && !arguments.resume && !arguments.print) {
    throw ConfigError(arguments.config + " is a folder; to go on with the run in it: fovea train " +
                      arguments.config + " --resume");
  }
  if (!arguments.resume) return "";
  if (given_folder && !arguments.output.empty())
    throw ConfigError("--resume of a run's folder goes on there; it takes no -o");
  if (given_folder) return without_slashes_at_end(arguments.config);
  if (arguments.output.empty()) {
    throw ConfigError(
        "--resume needs the run's folder: fovea train runs/NAME --resume, or -o runs/NAME");
  }
  return without_slashes_at_end(arguments.output);
}

std::string config_file(const std::string& config) {
  if (!fs::is_directory(config)) return config;
  if (!fs::exists(config + "/config.json"))
    throw DataError(config + ": no run is in this folder; config.json is missing");
  return config + "/config.json";
}

// Makes or finds the run's folder, and puts the run where it stood.
RunFolder open_folder(const TrainArguments& arguments, const std::string& resumed,
                      TrainingRun& run) {
  if (resumed.empty()) {
    const std::string by_name = "runs/" + run.options().name;
    if (!arguments.output.empty() || arguments.force) {
      return RunFolder::create_at(
          arguments.output.empty() ? by_name : without_slashes_at_end(arguments.output),
          arguments.force);
    }
    return RunFolder::create_new("runs", run.options().name);
  }
  if (!RunFolder::has_checkpoint(resumed)) {
    RunFolder folder = RunFolder::create_at(resumed, true);
    log_line(resumed + ": no checkpoint yet; starting from the beginning");
    return folder;
  }
  RunFolder folder = RunFolder::resume(resumed);
  run.resume(folder);
  return folder;
}

// Does what signals want: ends the run, or saves.
class SignalObserver final : public TrainObserver {
 public:
  SignalObserver(StopSignals& signals, RunRecorder& recorder)
      : signals_(signals), recorder_(recorder) {}

  bool needs_state(int64_t /*step*/) override { return false; }  // the recorder does
  bool should_stop() override {
    if (signals_.take_save_request()) recorder_.save_now();
    return signals_.exit_code() != 0;
  }

 private:
  StopSignals& signals_;
  RunRecorder& recorder_;
};

// Tells at the end of each epoch what has come up about the data since the start: pictures that
// could not be read.
class NoteObserver final : public TrainObserver {
 public:
  NoteObserver(const TrainingRun& run, Logger logger)
      : run_(run), logger_(std::move(logger)), told_(notes()) {}

  bool needs_state(int64_t /*step*/) override { return false; }
  void on_epoch(const EpochReport& /*report*/) override { tell(); }
  void tell() {
    const std::vector<std::string> now = notes();
    for (const std::string& note : now) {
      if (std::ranges::find(told_, note) == told_.end()) logger_.warning(note);
    }
    told_ = now;
  }

 private:
  std::vector<std::string> notes() const {
    std::vector<std::string> notes = run_.training_data().notes();
    if (run_.validation_data() == nullptr) return notes;
    for (std::string& note : run_.validation_data()->notes()) notes.push_back(std::move(note));
    return notes;
  }

  const TrainingRun& run_;
  Logger logger_;
  std::vector<std::string> told_;
};

// Only for people: what goes wrong with it does not make the run a failure.
void report(TrainingRun& run, const RunFolder& folder, const Logger& logger) try {
  write_run_report(run, folder);
} catch (const std::exception& error) {
  logger.warning("no report: " + std::string(error.what()));
}

// Trains and saves: the exit code.
int train(TrainingRun& run, const RunFolder& folder, RunConsole& console, StopSignals& signals,
          ResultKeeper& result) {
  const LogOptions& log = run.options().log;
  const int64_t begin = run.trainer().position().step;
  SpeedMeter speed;
  RunRecorder recorder = run.recorder(folder, console.logger());
  const auto views = make_run_views(run, folder, speed, console.logger());
  ProgressReporter progress(console.display(), speed, log.every, run.options().train.epochs);
  SignalObserver on_signal(signals, recorder);
  NoteObserver notes(run, console.logger());
  ObserverList observers({&speed, &recorder, views.get(), &progress, &result, &notes, &on_signal});
  write_environment(
      folder, describe_environment(run.context(), &run.training_data(), run.validation_data()),
      begin);
  result.finished = run.trainer().run(observers);
  recorder.finish();
  notes.tell();
  if (result.finished) report(run, folder, console.logger());
  return result.finished ? kDone : signals.exit_code();
}

}  // namespace

int run(const TrainArguments& arguments) {
  const std::string resumed = resumed_folder(arguments);
  RunConfig config = RunConfig::load(config_file(arguments.config), arguments.overrides);
  if (arguments.print) {
    config.make_graph();
    print(format_json(config.resolved()) + "\n");
    return kDone;
  }
  StopSignals signals;
  TrainingRun::Machine machine{.threads = arguments.threads};
  if (!arguments.device.empty()) machine.device = Device::parse(arguments.device);
  if (!arguments.devices.empty()) {
    const std::vector<Device> devices = devices_from(arguments.devices);
    machine.device = devices.front();
    machine.others.assign(devices.begin() + 1, devices.end());
  }
  TrainingRun run(std::move(config), machine);
  std::string start;
  if (!arguments.weights.empty()) {
    start =
        describe_weights(arguments.weights, run.take_weights(arguments.weights, arguments.reinit));
  }
  if (signals.exit_code() != 0) return signals.exit_code();  // nothing has begun
  if (arguments.dry_run) return dry_run(run, arguments);
  const RunFolder folder = open_folder(arguments, resumed, run);
  RunConsole console(folder);
  console.say(start + describe_start(run, "in " + folder.path()));
  ResultKeeper result;
  int code = kDone;
  try {
    code = train(run, folder, console, signals, result);
  } catch (const Error& error) {
    console.record(error_line(error.what()) + "\n");
    throw;
  }
  if (code != kDone) console.say(describe_stop(run, folder, code));
  print(arguments.json ? result_as_json(run, folder, result) : result_as_text(run, folder, result));
  return code;
}

}  // namespace fovea::app
