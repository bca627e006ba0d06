// SPDX-License-Identifier: Apache-2.0
// fovea reproduce
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "exit_code.h"
#include "stop_signals.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/json_writer.h>
#include <fovea/optim/experiment.h>

namespace fovea::app {

namespace {

std::string as_json(const Experiment& experiment, const std::string& page) {
  JsonWriter json;
  json.begin_object().key("data").value(experiment.data).key("page").value(page);
  json.key("trials").begin_array();
  for (const Trial& trial : experiment.trials) {
    json.begin_object().key("variant").value(trial.variant).key("lr").value(trial.lr);
    json.key("seed").value(static_cast<int64_t>(trial.seed));
    if (trial.epochs_to_target) json.key("epochs_to_target").value(*trial.epochs_to_target);
    if (trial.val) json.key("test_error").value(1 - trial.val->top1_share());
    json.end_object();
  }
  return json.end_array().end_object().str() + "\n";
}

}  // namespace

int run(const ReproduceArguments& arguments) {
  const bool race = arguments.what == "fig1";
  StopSignals signals;
  ExperimentOptions options{.train = arguments.data,
                            .val = arguments.val.empty() ? arguments.data : arguments.val,
                            .epochs = arguments.epochs,
                            .target = arguments.target / 100,
                            .seeds = arguments.seeds,
                            .machine = {.threads = arguments.threads}};
  if (!arguments.device.empty()) options.machine.device = device_from(arguments.device);
  options.tell = [](const std::string& line) { log_line(line); };
  options.stop = [&] { return signals.exit_code() != 0; };
  const Experiment experiment = race ? race_activations(options) : ablate(options);
  const std::string page =
      arguments.output.empty() ? "reproduce-" + arguments.what + ".html" : arguments.output;
  write_file_atomically(page, race ? race_page(experiment) : ablation_page(experiment));
  print(arguments.json ? as_json(experiment, page) : page + "\n");
  return experiment.finished ? static_cast<int>(kDone) : signals.exit_code();
}

}  // namespace fovea::app
