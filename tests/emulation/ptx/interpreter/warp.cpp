// SPDX-License-Identifier: Apache-2.0
#include "warp.h"

#include <algorithm>

namespace ptx {

namespace {

uint32_t component(const Dim& dim, char axis) {
  return axis == 'x' ? dim.x : axis == 'y' ? dim.y : dim.z;
}

Dim thread_index(const Dim& block, uint32_t linear) {
  return {linear % block.x, linear / block.x % block.y, linear / block.x / block.y};
}

uint64_t special(const std::string& name, const Warp& warp, int lane) {
  const Geometry& place = warp.geometry;
  const char axis = name.back();
  const auto thread = static_cast<uint32_t>(warp.index * kLanes + lane);
  if (name.starts_with("%tid.")) return component(thread_index(place.block, thread), axis);
  if (name.starts_with("%ntid.")) return component(place.block, axis);
  if (name.starts_with("%ctaid.")) return component(place.block_index, axis);
  if (name.starts_with("%nctaid.")) return component(place.grid, axis);
  if (name == "%laneid") return static_cast<uint64_t>(lane);
  if (name == "%warpid") return static_cast<uint64_t>(warp.index);
  throw std::runtime_error("special register " + name + " is not supported");
}

}  // namespace

Warp::Warp(const Kernel& code, Memory& block_memory, const Geometry& place, int number)
    : kernel(code),
      memory(block_memory),
      geometry(place),
      index(number),
      registers(static_cast<size_t>(code.registers)) {
  const uint32_t threads = place.block.count() - static_cast<uint32_t>(number * kLanes);
  live = threads >= kLanes ? ~Mask{0} : (Mask{1} << threads) - 1;
}

uint64_t Warp::bits(const Operand& operand, int lane) const {
  switch (operand.kind) {
    case Operand::Kind::Register:
      return registers[static_cast<size_t>(operand.reg)][static_cast<size_t>(lane)];
    case Operand::Kind::Special:
      return special(operand.name, *this, lane);
    default:
      return operand.bits;
  }
}

uint64_t Warp::address(const Operand& operand, int lane) const {
  if (operand.reg < 0) return operand.bits;
  return registers[static_cast<size_t>(operand.reg)][static_cast<size_t>(lane)] + operand.bits;
}

}  // namespace ptx
