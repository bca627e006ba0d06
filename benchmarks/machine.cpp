// SPDX-License-Identifier: Apache-2.0
#include "machine.h"

#include <fovea/kernels/machine_probe.h>

#include <memory>

namespace fovea::bench {

std::vector<Case> machine_cases(Context& ctx) {
  const auto probe = std::make_shared<MachineProbe>(ctx);
  return {{kMachine, kFmaPass, probe->multiply_add(), 0, [probe] { probe->multiply_add(); }},
          {kMachine, kTilePass, probe->tile(), 0, [probe] { probe->tile(); }},
          {kMachine, kCopyPass, 0, probe->copy(), [probe] { probe->copy(); }}};
}

}  // namespace fovea::bench
