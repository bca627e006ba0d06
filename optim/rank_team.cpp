// SPDX-License-Identifier: Apache-2.0
#include "rank_team.h"

#include <algorithm>

namespace fovea {

void RankTeam::begin(const Batch& batch, const UpdateAt& at) {
  run([&](int local) {
    TrainStep& step = step_of(local);
    compute_gradients(local, batch);
    step.judge(batch);
    step.update(at);
    step.send_numbers();
  });
}

StepOutcome RankTeam::finish(const Batch& batch, Metrics& metrics) {
  Numbers numbers(static_cast<size_t>(locals()));
  run([&](int local) {
    numbers[static_cast<size_t>(local)] = step_of(local).numbers().take(
        [&](const Event& event) { communicator_of(local).wait(event); });
  });
  first().add_losses(numbers[0], batch, metrics);  // all ranks have those of all
  add_shares(numbers, batch, metrics);
  return first().outcome_of(numbers[0], batch);
}

void RankTeam::recover(const Batch& batch) {
  run([&](int local) {
    compute_gradients(local, batch);
    step_of(local).resume_updates();
    communicator_of(local).wait(context_of(local));
  });
}

void RankTeam::trace(TraceLog& log) {
  for (int local = 0; local < locals(); local++) {
    traces_.push_back(
        std::make_unique<StepTrace>(step_of(local).execution(), log, team_.first_rank() + local));
  }
}

ContextOptions context_like(const Context& ctx, Device device) {
  return {.device = device,
          .threads = device.is_cpu() ? ctx.threads() : 1,
          .seed = ctx.seed(),
          .numerics = ctx.numerics(),
          .precision = ctx.precision(),
          .shards = ctx.shards()};
}

std::vector<Device> local_devices(const Context& ctx, const Team& team) {
  std::vector<Device> devices{ctx.device()};
  devices.insert(devices.end(), team.others.begin(), team.others.end());
  return devices;
}

std::vector<Communicator*> connect_team(const Context& ctx, const Team& team,
                                        std::chrono::milliseconds patience, Communicators& owned) {
  const bool on_cpu = ctx.device().is_cpu();
  if (team.spans_processes() && on_cpu) return {team.processes};
  if (team.spans_processes()) {
    owned.push_back(team.connect_gpus(ctx.device(), patience));
  } else {
    const std::vector<Device> devices = local_devices(ctx, team);
    owned = on_cpu ? connect_threads(static_cast<int>(devices.size()), patience)
                   : connect_devices(devices, patience);
  }
  std::vector<Communicator*> links;
  for (const auto& communicator : owned) links.push_back(communicator.get());
  return links;
}

void add_over_processes(const Team& team, std::span<float> values) {
  if (!team.spans_processes()) return;
  Context host({.threads = 1});
  const Tensor all = Tensor::from<float>({std::ssize(values)}, values);
  team.processes->all_reduce(host, all);
  std::ranges::copy(all.span<float>(), values.begin());
}

bool any_process(const Team& team, bool mine) {
  float those = mine ? 1 : 0;
  add_over_processes(team, std::span(&those, 1));
  return those > 0;
}

}  // namespace fovea
