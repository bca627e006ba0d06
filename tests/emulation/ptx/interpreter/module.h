// SPDX-License-Identifier: Apache-2.0
// PTX text as data: kernels, their variables and their instructions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace ptx {

// What is wrong with a PTX text or with its execution; the message names the line.
class Error : public std::runtime_error {
 public:
  Error(int line, const std::string& what)
      : std::runtime_error("PTX line " + std::to_string(line) + ": " + what) {}
};

struct Operand {
  enum class Kind { Register, Immediate, Address, Vector, Label, Special };
  Kind kind = Kind::Immediate;
  int reg = -1;                   // Register; base of an Address, or -1
  bool negated = false;           // "!%p1"
  uint64_t bits = 0;              // Immediate; offset of an Address; target of a Label
  std::string name;               // Label; Special ("%tid.x")
  std::vector<Operand> elements;  // Vector
};

struct Guard {
  int reg = -1;  // -1: always
  bool negated = false;
};

struct Instruction {
  int line = 0;
  Guard guard;
  std::string opcode;              // "ld.global.u32"
  std::vector<std::string> words;  // the opcode cut at its dots
  std::vector<Operand> operands;

  const std::string& name() const { return words.front(); }
  bool has(std::string_view modifier) const {
    for (const std::string& word : words)
      if (word == modifier) return true;
    return false;
  }
};

struct Parameter {
  std::string name;
  size_t offset = 0;
  size_t size = 0;
};

struct Kernel {
  std::string name;
  std::vector<Parameter> parameters;
  size_t parameter_bytes = 0;
  size_t shared_bytes = 0;  // static; dynamic shared memory begins at its end, aligned to 128
  int registers = 0;
  std::vector<Instruction> code;
};

struct Module {
  std::map<std::string, Kernel> kernels;

  const Kernel& kernel(const std::string& name) const;  // Error with the names that there are
};

}  // namespace ptx
