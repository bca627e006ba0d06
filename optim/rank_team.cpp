// SPDX-License-Identifier: Apache-2.0
#include "rank_team.h"

namespace fovea {

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

}  // namespace fovea
