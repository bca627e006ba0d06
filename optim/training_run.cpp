// SPDX-License-Identifier: Apache-2.0
#include "agreement.h"
#include "model_metadata.h"

#include <fovea/core/comm/launch.h>
#include <fovea/core/error.h>
#include <fovea/core/thread_pool.h>
#include <fovea/kernels/simd.h>
#include <fovea/optim/checkpoint.h>
#include <fovea/optim/evaluate.h>
#include <fovea/optim/training_run.h>

#include <algorithm>
#include <cstdlib>

namespace fovea {

namespace {

Device device_of(const RunOptions& options, const TrainingRun::Machine& machine) {
  return machine.device ? *machine.device : options.train.chosen_device();
}

Communicator* processes_of(const TrainingRun::Machine& machine) {
  return machine.team.spans_processes() ? machine.team.processes : nullptr;
}

// The config's mistakes first: it may name no device.
Net make_net(const RunConfig& config, const TrainingRun::Machine& machine) {
  Net net = config.make_net();
  const Device device = device_of(config.options, machine);
  check_same_config(processes_of(machine), config, device);
  if (config.options.train.placement == Placement::data || machine.team.ranks() == 1)
    net.move_to(device);
  return net;
}

DataSources open_data(const DataOptions& data, const RunOptions& options, bool as_pixels,
                      const TrainingRun::Machine& machine) {
  Communicator* const processes = processes_of(machine);
  const bool shares = processes && options.train.placement == Placement::data;
  const RowShare share = shares ? RowShare{processes->rank(), processes->size()} : RowShare{};
  DataSources sources =
      make_sources(data, options.train.batch_size, options.seed, as_pixels, share);
  if (!processes) return sources;
  check_same_data(processes, sources.train.get(), "training data");
  check_same_data(processes, sources.val.get(), "validation data");
  return sources;
}

ContextOptions context_options(const RunOptions& options, const TrainingRun::Machine& machine) {
  const Device device = device_of(options, machine);
  if (device.is_cpu() && options.train.numerics == Numerics::exact && !simd_target_is_exact()) {
    throw ConfigError(
        "train.numerics: \"exact\" needs fused multiply-add, which the instruction set in use (" +
        simd_target() + ") lacks; train.numerics=fast goes without");
  }
  if (device.is_cpu() && options.train.precision != Precision::fp32) {
    throw ConfigError("train.precision: below fp32 needs a GPU, the device is " +
                      device.to_string());
  }
  const int threads = machine.threads;
  return {
      .device = device,
      .threads = machine.team.threads_each(threads > 0 ? threads : available_processors()),
      .seed = options.seed,
      .numerics = options.train.numerics,
      .precision = options.train.precision,
      .shards = options.train.shards_per_part(options.train.ranks_of_rows(machine.team.ranks()))};
}

// What a model that was trained so does to pictures.
Preprocessing preprocessing_of(const DataSources& data, std::span<const Augmentation> augment) {
  Preprocessing preprocessing = data.preprocessing;
  const Shape& picture = data.train->picture();
  if (const auto crop = evaluation_crop(augment))
    preprocessing.crop = EvaluationCrop{{picture[0], picture[1]}, *crop};
  return preprocessing;
}

// Picture files are read with as many channels as the net takes.
DataOptions data_options_for(const RunOptions& options, const Net& net) {
  DataOptions data = options.data;
  data.channels = picture_channels(net);
  return data;
}

// Labels mean what they meant: the names of a checkpoint's classes are those of the data.
void check_classes(const std::string& checkpoint, const std::vector<std::string>& now) {
  const std::vector<std::string> then = info_of(SafetensorsFile(checkpoint)).classes;
  if (then == now) return;
  size_t i = 0;
  while (i < then.size() && i < now.size() && then[i] == now[i]) i++;
  const auto name = [i](const std::vector<std::string>& names) {
    return i < names.size() ? "\"" + names[i] + "\"" : std::string("none");
  };
  throw ConfigError(checkpoint + ": its classes are not those of the data: class " +
                    std::to_string(i) + " is " + name(then) + " there, " + name(now) +
                    " in the data; a run goes on only with its own data");
}

}  // namespace

TrainingRun::TrainingRun(RunConfig config, const Machine& machine)
    : config_(std::move(config)),
      processes_(processes_of(machine)),
      net_(make_net(config_, machine)),
      ctx_(context_options(config_.options, machine)),
      data_(open_data(data_options_for(config_.options, net_), config_.options,
                      !ctx_.device().is_cpu() && net_.input_shape().rank() == 4, machine)),
      trainer_(net_, ctx_, *data_.train, data_.val.get(), config_.options.train, machine.team) {}

bool TrainingRun::train(TrainObserver& observer) {
  if (processes_) check_same_start(processes_, trainer_.position().step, hash_of_weights(net_));
  return trainer_.run(observer);
}

int TrainingRun::agree_on_exit_code(int mine) {
  if (!processes_) return mine;
  int code = mine;
  for (const std::string& other : gather_text(*processes_, std::to_string(mine)))
    code = std::max(code, std::atoi(other.c_str()));
  return code;
}

DataOptions TrainingRun::data_options() const { return data_options_for(config_.options, net_); }

TakenWeights TrainingRun::take_weights(const std::string& path,
                                       std::span<const std::string> afresh) {
  return fovea::take_weights(SafetensorsFile(path), net_, afresh);
}

void TrainingRun::resume(const RunFolder& folder) { resume_from(folder.last_checkpoint()); }

void TrainingRun::resume_from(const std::string& checkpoint) {
  TrainPosition position;
  restore_checkpoint(checkpoint, net_, trainer_.optimizer(), position);
  check_classes(checkpoint, data_.train->classes());
  if (position.batch >= data_.train->batches()) {
    throw ConfigError(checkpoint + ": " + std::to_string(position.batch) +
                      " batches into an epoch, and with this config an epoch has " +
                      std::to_string(data_.train->batches()) +
                      "; a run goes on only with its own data and batch_size");
  }
  trainer_.set_position(position);
}

RunRecorder TrainingRun::recorder(const RunFolder& folder, const Logger& logger) {
  ModelInfo info{Net::resolved_config(config_.model),
                 preprocessing_of(data_, config_.options.data.augment), data_.train->classes()};
  return RunRecorder(folder, net_, std::move(info), config_.resolved(), trainer_,
                     config_.options.log, config_.options.checkpoint, logger);
}

}  // namespace fovea
