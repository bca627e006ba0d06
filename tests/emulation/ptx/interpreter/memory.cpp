// SPDX-License-Identifier: Apache-2.0
#include "memory.h"

#include <sstream>

namespace ptx {

namespace {

std::byte* inside(std::byte* base, size_t bytes, uint64_t offset, size_t size) {
  return offset <= bytes && size <= bytes - offset ? base + offset : nullptr;
}

const char* name(Space space) {
  switch (space) {
    case Space::Param:
      return "parameters";
    case Space::Shared:
      return "shared memory";
    default:
      return "every global buffer";
  }
}

std::string describe(uint64_t address, size_t size, const Instruction& in) {
  std::ostringstream what;
  what << in.opcode << ": " << size << " bytes at 0x" << std::hex << address;
  return what.str();
}

}  // namespace

std::byte* Memory::find(Space space, uint64_t address, size_t size) {
  if (space == Space::Param) return inside(parameters_.data(), parameters_.size(), address, size);
  if (space == Space::Shared) return inside(shared_.data(), shared_.size(), address, size);
  for (const Buffer& buffer : global_) {
    const auto begin = reinterpret_cast<uint64_t>(buffer.data);
    if (address < begin) continue;
    if (std::byte* found = inside(buffer.data, buffer.size, address - begin, size)) return found;
  }
  return nullptr;
}

std::byte* Memory::bytes(Space space, uint64_t address, size_t size, const Instruction& in) {
  if (space == Space::Generic) {
    const bool shared = address >= kSharedWindow;
    return bytes(shared ? Space::Shared : Space::Global, shared ? address - kSharedWindow : address,
                 size, in);
  }
  std::byte* found = find(space, address, size);
  if (!found) throw Error(in.line, describe(address, size, in) + " are outside of " + name(space));
  return found;
}

std::byte* Memory::at(Space space, uint64_t address, size_t size, const Instruction& in) {
  if (address % size != 0) throw Error(in.line, describe(address, size, in) + " are misaligned");
  return bytes(space, address, size, in);
}

}  // namespace ptx
