// SPDX-License-Identifier: Apache-2.0
// The __shared__ variables of a module: thread-local variables that belong to functions.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace cuda_emulation {

class Module;

class SharedVariables {
 public:
  void read(const Module& module);

  enum class Verdict {
    inside,
    outside,
    other
  };  // other: a thread-local variable of the program or the runtime
  // Of bytes at an offset in the thread-local segment. Fast for the variable that was asked about
  // last.
  Verdict locate(size_t offset, size_t bytes) {
    if (last_ && offset - last_->offset < last_->size &&
        offset - last_->offset + bytes <= last_->size)
      return Verdict::inside;
    return search(offset, bytes);
  }
  // "tile (1024 bytes) + 900": the variable that the offset is in or nearest to.
  std::string describe(size_t offset) const;

 private:
  struct Variable {
    size_t offset, size;
    std::string name;  // mangled
    bool shared;
  };
  Verdict search(size_t offset, size_t bytes);
  const Variable* before(size_t offset) const;

  std::vector<Variable> variables_;  // by offset
  const Variable* last_ = nullptr;
};

}  // namespace cuda_emulation
