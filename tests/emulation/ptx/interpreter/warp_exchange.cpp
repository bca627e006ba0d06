// SPDX-License-Identifier: Apache-2.0
// shfl.sync, vote.sync and activemask.
#include "lane_action.h"

#include <array>

namespace ptx {

namespace {

// Error unless the lanes that are named are the ones that have come.
void check_members(const Instruction& in, const Warp& w, const Operand& members, Mask mask) {
  for_lanes(mask, [&](int lane) {
    if (w.get<uint32_t>(members, lane) != mask)
      throw Error(in.line, in.opcode + " is executed by other lanes than its mask names");
  });
}

struct Source {
  int lane;
  bool inside;
};

// The lane that a shuffle reads: `c` holds the segments' mask (bits 8 to 12) and the clamp (0 to
// 4).
Source source(const std::string& mode, int lane, int b, int c) {
  const int segment = c >> 8 & 31, clamp = c & 31;
  const int last = (lane & segment) | (clamp & ~segment);
  if (mode == "up") return {lane - b, lane - b >= last};
  if (mode == "down") return {lane + b, lane + b <= last};
  if (mode == "bfly") return {lane ^ b, (lane ^ b) <= last};
  const int j = (lane & segment) | (b & ~segment & 31);
  return {j, j <= last};
}

// shfl.sync.up|down|bfly|idx.b32 d{|p}, a, b, c, members
Action shfl(const Instruction& in) {
  check_modifiers(in, {"sync", "up", "down", "bfly", "idx"});
  const bool predicate = in.operands.size() == 6;
  if (!predicate) check_operands(in, 5);
  const size_t first = predicate ? 2 : 1;
  return [&in, predicate, first, mode = in.words[2]](Warp& w, Mask mask) {
    check_members(in, w, in.operands[first + 3], mask);
    std::array<uint32_t, kLanes> values{};
    for_lanes(mask, [&](int lane) {
      values[static_cast<size_t>(lane)] = w.get<uint32_t>(in.operands[first], lane);
    });
    for_lanes(mask, [&](int lane) {
      const int b = w.get<int32_t>(in.operands[first + 1], lane) & 31;
      const Source from = source(mode, lane, b, w.get<int32_t>(in.operands[first + 2], lane));
      const int chosen = from.inside ? from.lane : lane;
      if (!(mask >> chosen & 1))
        throw Error(in.line,
                    in.opcode + " reads lane " + std::to_string(chosen) + ", which is absent");
      w.set<uint32_t>(in.operands[0], lane, values[static_cast<size_t>(chosen)]);
      if (predicate) w.set<uint8_t>(in.operands[1], lane, from.inside);
    });
  };
}

// vote.sync.all|any|uni.pred p, {!}a, members and vote.sync.ballot.b32 d, {!}a, members
Action vote(const Instruction& in) {
  check_modifiers(in, {"sync", "all", "any", "uni", "ballot"});
  check_operands(in, 3);
  return [&in, mode = in.words[2]](Warp& w, Mask mask) {
    check_members(in, w, in.operands[2], mask);
    Mask votes = 0;
    for_lanes(mask, [&](int lane) {
      const bool value = (w.get<uint8_t>(in.operands[1], lane) & 1) != in.operands[1].negated;
      votes |= Mask{value} << lane;
    });
    const bool holds = mode == "any" ? votes != 0 : votes == mask || (mode == "uni" && votes == 0);
    for_lanes(mask, [&](int lane) {
      if (mode == "ballot")
        w.set<uint32_t>(in.operands[0], lane, votes);
      else
        w.set<uint8_t>(in.operands[0], lane, holds);
    });
  };
}

Action activemask(const Instruction& in) {
  check_operands(in, 1);
  return [&in](Warp& w, Mask mask) {
    for_lanes(mask, [&](int lane) { w.set<uint32_t>(in.operands[0], lane, mask); });
  };
}

}  // namespace

const DecoderTable& warp_exchange_decoders() {
  static const DecoderTable table{{"shfl", shfl}, {"vote", vote}, {"activemask", activemask}};
  return table;
}

}  // namespace ptx
