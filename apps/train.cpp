// SPDX-License-Identifier: Apache-2.0
// fovea train
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "dry_run.h"
#include "exit_code.h"
#include "job.h"
#include "run_console.h"
#include "stop_signals.h"
#include "train_observers.h"
#include "train_report.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/observers.h>
#include <fovea/optim/run_environment.h>
#include <fovea/optim/run_report.h>
#include <fovea/optim/run_views.h>
#include <fovea/optim/training_run.h>

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

// Only for people: what goes wrong with it does not make the run a failure.
void report(TrainingRun& run, const RunFolder& folder, const Logger& logger) try {
  write_run_report(run, folder);
} catch (const std::exception& error) {
  logger.warning("no report: " + std::string(error.what()));
}

// Of a run of this process or of several that have ended alike.
int exit_code_of(TrainingRun& run, bool finished, const StopSignals& signals) {
  return run.agree_on_exit_code(finished ? kDone : signals.exit_code());
}

// Trains and saves: the exit code. `told`: the notes on the data that were.
int train(TrainingRun& run, const RunFolder& folder, RunConsole& console,
          const std::vector<std::string>& told, StopSignals& signals, ResultKeeper& result) {
  const LogOptions& log = run.options().log;
  const int64_t begin = run.trainer().position().step;
  SpeedMeter speed;
  RunRecorder recorder = run.recorder(folder, console.logger());
  const auto views = make_run_views(run, folder, speed, console.logger());
  ProgressReporter progress(console.display(), speed, log.every, run.options().train.epochs);
  SignalObserver on_signal(signals, &recorder);
  NoteObserver notes(run, console.logger(), told);
  ObserverList observers({&speed, &recorder, views.get(), &progress, &result, &notes, &on_signal});
  write_environment(
      folder, describe_environment(run.context(), &run.training_data(), run.validation_data()),
      begin);
  result.finished = run.train(observers);
  const int code = exit_code_of(run, result.finished, signals);
  recorder.finish();
  notes.tell();
  if (result.finished) report(run, folder, console.logger());
  return code;
}

// The part of a process that neither prints nor writes.
int train_beside(TrainingRun& run, const std::string& resumed, StopSignals& signals) {
  if (!resumed.empty() && RunFolder::has_checkpoint(resumed))
    run.resume_from(RunFolder::at(resumed).last_checkpoint());
  SignalObserver on_signal(signals, nullptr);
  return exit_code_of(run, run.train(on_signal), signals);
}

// That of the process's ranks.
TrainingRun::Machine machine_of(const TrainArguments& arguments, const Job& job,
                                const RunOptions& options) {
  TrainingRun::Machine machine{
      .team = {.processes = job.processes(), .connect_gpus = connect_processes},
      .threads = job.threads(arguments.threads)};
  if (job.processes()) {
    machine.device = job.device(arguments.device, options.train.chosen_device());
  } else if (!arguments.device.empty()) {
    machine.device = Device::parse(arguments.device);
  }
  if (!arguments.devices.empty()) {
    const std::vector<Device> devices = devices_from(arguments.devices);
    machine.device = devices.front();
    machine.team.others.assign(devices.begin() + 1, devices.end());
  }
  if (arguments.ranks > 1) {
    machine.device = Device::cpu();
    machine.team.others.assign(static_cast<size_t>(arguments.ranks) - 1, Device::cpu());
  }
  if (!arguments.trace.empty() && !machine.device.value_or(options.train.chosen_device()).is_cpu())
    throw ConfigError("--trace is for the CPU; a GPU's work is seen by nsys");
  return machine;
}

// What all processes have traced, into the first one's file.
void write_trace(const TraceLog& trace, const std::string& path, const Job& job) {
  std::vector<std::string> events{trace.events()};
  if (job.processes()) events = gather_text(*job.processes(), events[0]);
  if (job.is_first()) write_file_atomically(path, TraceLog::file_of(events), Sync::none);
}

int train_first(TrainingRun& run, const TrainArguments& arguments, const std::string& resumed,
                const std::string& start, StopSignals& signals) {
  const RunFolder folder = open_folder(arguments, resumed, run);
  RunConsole console(folder);
  const std::vector<std::string> notes = notes_on_data(run);
  console.say(start + describe_start(run, notes, "in " + folder.path()));
  ResultKeeper result;
  int code = kDone;
  try {
    code = train(run, folder, console, notes, signals, result);
  } catch (const Error& error) {
    console.record(error_line(error.what()) + "\n");
    throw;
  }
  if (code != kDone) console.say(describe_stop(run, folder, code));
  print(arguments.json ? result_as_json(run, folder, result) : result_as_text(run, folder, result));
  return code;
}

}  // namespace

int run(const TrainArguments& arguments) {
  const std::string resumed = resumed_folder(arguments);
  RunConfig config = RunConfig::load(config_file(arguments.config), arguments.overrides);
  if (arguments.print) {
    config.make_graph();
    if (find_launch().rank > 0) return kDone;
    print(format_json(config.resolved()) + "\n");
    return kDone;
  }
  check_one_rank_each(!arguments.devices.empty() ? "--devices"
                      : arguments.ranks > 1      ? "--ranks"
                      : arguments.dry_run        ? "--dry-run"
                                                 : "");
  StopSignals signals;
  const Job job(config.options.train.patience());
  const TrainingRun::Machine machine = machine_of(arguments, job, config.options);
  TrainingRun run(std::move(config), machine);
  std::string start;
  if (!arguments.weights.empty()) {
    start =
        describe_weights(arguments.weights, run.take_weights(arguments.weights, arguments.reinit));
  }
  if (!job.processes() && signals.exit_code() != 0)
    return signals.exit_code();  // nothing has begun
  if (arguments.dry_run) return dry_run(run, arguments);
  TraceLog trace;
  if (!arguments.trace.empty()) run.trainer().trace(trace);
  const int code = job.is_first() ? train_first(run, arguments, resumed, start, signals)
                                  : train_beside(run, resumed, signals);
  if (!arguments.trace.empty()) write_trace(trace, arguments.trace, job);
  return code;
}

}  // namespace fovea::app
