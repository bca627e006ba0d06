// SPDX-License-Identifier: Apache-2.0
#include "machine.h"

#include "decode.h"

#include <algorithm>
#include <limits>

namespace ptx {

namespace {

enum class Control { None, Branch, Barrier, Return };

struct Step {
  const Instruction* in;
  Control control = Control::None;
  Action action;  // for Control::None
};

Control control_of(const Instruction& in) {
  if (in.name() == "bra") return Control::Branch;
  if (in.name() == "bar" || in.name() == "barrier") return Control::Barrier;
  if (in.name() == "ret" || in.name() == "exit") return Control::Return;
  return Control::None;
}

std::vector<Step> translate(const Kernel& kernel) {
  std::vector<Step> steps;
  for (const Instruction& in : kernel.code) {
    const Control control = control_of(in);
    if (control == Control::Barrier) {
      const bool all = in.has("sync") && in.operands.size() == 1 && in.operands[0].bits == 0;
      if (!all)
        throw Error(in.line, in.opcode + ": only the barrier of a whole block is supported");
    }
    steps.push_back({&in, control, control == Control::None ? decode(in) : Action{}});
  }
  return steps;
}

class Block {
 public:
  Block(const Kernel& kernel, const std::vector<Step>& steps, const Launch& launch,
        const Geometry& geometry)
      : steps_(steps),
        memory_(launch.parameters, shared_bytes(kernel, launch), launch.buffers),
        geometry_(geometry) {
    const uint32_t warps = (geometry.block.count() + kLanes - 1) / kLanes;
    for (uint32_t i = 0; i < warps; i++)
      warps_.emplace_back(kernel, memory_, geometry_, static_cast<int>(i));
  }

  void run() {
    while (any_live()) {
      for (Warp& warp : warps_) run_to_barrier(warp);
      for (Warp& warp : warps_) warp.waiting = 0;  // all that live have come
    }
  }

 private:
  static size_t shared_bytes(const Kernel& kernel, const Launch& launch) {
    return kernel.shared_bytes + launch.dynamic_shared_bytes;
  }

  bool any_live() const {
    return std::any_of(warps_.begin(), warps_.end(), [](const Warp& w) { return w.live != 0; });
  }

  void run_to_barrier(Warp& warp) {
    while (warp.live & ~warp.waiting) step(warp);
  }

  void step(Warp& warp) {
    const Mask ready = warp.live & ~warp.waiting;
    size_t pc = std::numeric_limits<size_t>::max();
    for_lanes(ready, [&](int lane) { pc = std::min(pc, warp.pc[static_cast<size_t>(lane)]); });
    Mask mask = 0;
    for_lanes(ready,
              [&](int lane) { mask |= Mask{warp.pc[static_cast<size_t>(lane)] == pc} << lane; });
    if (pc >= steps_.size()) throw Error(0, "execution ran over the end of the kernel");
    execute(warp, steps_[pc], mask);
  }

  static Mask taken(const Warp& warp, const Guard& guard, Mask mask) {
    if (guard.reg < 0) return mask;
    Mask result = 0;
    for_lanes(mask, [&](int lane) {
      const bool value =
          warp.registers[static_cast<size_t>(guard.reg)][static_cast<size_t>(lane)] & 1;
      result |= Mask{value != guard.negated} << lane;
    });
    return result;
  }

  static void execute(Warp& warp, const Step& step, Mask mask) {
    for_lanes(mask, [&](int lane) { warp.pc[static_cast<size_t>(lane)]++; });
    const Mask active = taken(warp, step.in->guard, mask);
    switch (step.control) {
      case Control::None:
        if (active) step.action(warp, active);
        break;
      case Control::Branch:
        for_lanes(active, [&](int lane) {
          warp.pc[static_cast<size_t>(lane)] = step.in->operands[0].bits;
        });
        break;
      case Control::Barrier:
        warp.waiting |= active;
        break;
      case Control::Return:
        warp.live &= ~active;
        break;
    }
  }

  const std::vector<Step>& steps_;
  Memory memory_;
  Geometry geometry_;
  std::vector<Warp> warps_;
};

void check(const Kernel& kernel, const Launch& launch) {
  if (launch.parameters.size() != kernel.parameter_bytes)
    throw std::runtime_error(kernel.name + " takes " + std::to_string(kernel.parameter_bytes) +
                             " bytes of parameters, " + std::to_string(launch.parameters.size()) +
                             " are given");
}

}  // namespace

void run(const Kernel& kernel, const Launch& launch) {
  check(kernel, launch);
  const std::vector<Step> steps = translate(kernel);
  for (uint32_t z = 0; z < launch.grid.z; z++)
    for (uint32_t y = 0; y < launch.grid.y; y++)
      for (uint32_t x = 0; x < launch.grid.x; x++)
        Block(kernel, steps, launch, {launch.grid, launch.block, {x, y, z}}).run();
}

}  // namespace ptx
