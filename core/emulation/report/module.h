// SPDX-License-Identifier: Apache-2.0
// The symbols of a loaded program or shared library, read from its file.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cuda_emulation {

struct Symbol {
  uintptr_t
      offset;  // functions: from the load address; thread-local variables: in the module's segment
  size_t size;
  std::string name;  // mangled
};

class Module {
 public:
  // The module that holds the address, or null; lives as long as the program. Modules loaded later
  // are found as well.
  static const Module* containing(const void* address);

  const std::string& file() const { return file_; }
  uintptr_t load_address() const { return load_address_; }
  size_t thread_local_id() const { return thread_local_id_; }
  size_t thread_local_size() const { return thread_local_size_; }
  // Its thread-local segment on the calling thread; null if it has none here.
  char* thread_local_segment() const;

  const Symbol* function_at(const void* address) const;
  const std::vector<Symbol>& variables() const { return variables_; }
  const std::vector<Symbol>& thread_locals() const { return thread_locals_; }  // by offset
  const Symbol* thread_local_at(uintptr_t offset) const;  // the last that begins at or before
  const Symbol* variable_at(const void* address) const;   // a global or static variable
  bool holds(const void* address) const;                  // in one of its segments

 private:
  friend struct ModuleScan;
  void read_symbols();

  std::string file_;
  uintptr_t load_address_ = 0;
  size_t thread_local_id_ = 0;
  size_t thread_local_size_ = 0;
  struct Range {
    uintptr_t low, high;
  };
  std::vector<Range> ranges_;
  std::vector<Symbol> functions_;
  std::vector<Symbol> variables_;
  std::vector<Symbol> thread_locals_;
};

}  // namespace cuda_emulation
