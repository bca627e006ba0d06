// SPDX-License-Identifier: Apache-2.0
// cp.async: a copy becomes visible when its group is waited for, not before.
#include "lane_action.h"
#include "memory.h"

#include <algorithm>

namespace ptx {

namespace {

void make(const AsyncCopy& copy) {
  std::copy_n(copy.from, copy.source_bytes, copy.to);
  std::fill_n(copy.to + copy.source_bytes, copy.bytes - copy.source_bytes, std::byte{0});
}

void make_all_but(AsyncCopies& copies, uint64_t open_groups) {
  while (copies.groups.size() > open_groups) {
    for (const AsyncCopy& copy : copies.groups.front()) make(copy);
    copies.groups.pop_front();
  }
}

// cp.async.ca|cg.shared.global [to], [from], bytes {, source_bytes}
Action issue(const Instruction& in) {
  check_modifiers(in, {"async", "ca", "cg", "shared", "shared::cta"});
  const auto count = in.operands.size();
  if (count != 3 && count != 4) check_operands(in, 4);
  const uint64_t bytes = in.operands[2].bits;
  const bool allowed = bytes == 16 || (in.has("ca") && (bytes == 4 || bytes == 8));
  if (!allowed) throw Error(in.line, in.opcode + " copies no " + std::to_string(bytes) + " bytes");
  return each_lane([&in, bytes, count](Warp& w, int lane) {
    const uint64_t source_bytes = count == 4 ? w.get<uint32_t>(in.operands[3], lane) : bytes;
    if (source_bytes > bytes)
      throw Error(in.line, in.opcode + ": source size " + std::to_string(source_bytes));
    std::byte* to = w.memory.at(Space::Shared, w.address(in.operands[0], lane), bytes, in);
    const uint64_t source = w.address(in.operands[1], lane);
    if (source % bytes != 0) throw Error(in.line, in.opcode + ": the source is misaligned");
    const std::byte* from =
        source_bytes ? w.memory.bytes(Space::Global, source, source_bytes, in) : nullptr;
    w.copies[static_cast<size_t>(lane)].open.push_back({to, from, bytes, source_bytes});
  });
}

Action commit() {
  return each_lane([](Warp& w, int lane) {
    AsyncCopies& copies = w.copies[static_cast<size_t>(lane)];
    copies.groups.push_back(std::move(copies.open));
    copies.open.clear();
  });
}

Action wait_group(const Instruction& in) {
  check_operands(in, 1);
  return each_lane([&in](Warp& w, int lane) {
    make_all_but(w.copies[static_cast<size_t>(lane)], in.operands[0].bits);
  });
}

Action wait_all() {
  return each_lane([](Warp& w, int lane) {
    AsyncCopies& copies = w.copies[static_cast<size_t>(lane)];
    make_all_but(copies, 0);
    for (const AsyncCopy& copy : copies.open) make(copy);
    copies.open.clear();
  });
}

Action cp(const Instruction& in) {
  if (in.opcode == "cp.async.commit_group") return commit();
  if (in.opcode == "cp.async.wait_group") return wait_group(in);
  if (in.opcode == "cp.async.wait_all") return wait_all();
  return issue(in);
}

}  // namespace

const DecoderTable& async_copy_decoders() {
  static const DecoderTable table{{"cp", cp}};
  return table;
}

}  // namespace ptx
