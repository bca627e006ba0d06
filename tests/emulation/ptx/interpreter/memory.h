// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "module.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace ptx {

enum class Space { Param, Shared, Global, Generic };

// Generic addresses of shared memory are its offsets plus this, far above any pointer of the host.
inline constexpr uint64_t kSharedWindow = uint64_t{1} << 60;

// What one block may touch: its launch's parameters, its shared memory, and the buffers that the
// caller lends as global memory.
class Memory {
 public:
  struct Buffer {
    std::byte* data;
    size_t size;
  };

  Memory(std::vector<std::byte> parameters, size_t shared_bytes, std::vector<Buffer> global)
      : parameters_(std::move(parameters)), shared_(shared_bytes), global_(std::move(global)) {}

  // The bytes at `address`; Error if they are not all inside.
  std::byte* bytes(Space space, uint64_t address, size_t size, const Instruction& in);

  // Also an Error if the address is not a multiple of `size`.
  std::byte* at(Space space, uint64_t address, size_t size, const Instruction& in);

 private:
  std::byte* find(Space space, uint64_t address, size_t size);

  std::vector<std::byte> parameters_;
  std::vector<std::byte> shared_;
  std::vector<Buffer> global_;
};

}  // namespace ptx
