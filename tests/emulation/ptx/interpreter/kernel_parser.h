// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cursor.h"
#include "module.h"
#include "scope.h"

#include <map>
#include <string>

namespace ptx {

// Reads one .entry, after that word.
class KernelParser {
 public:
  KernelParser(Cursor& cursor, const Scope& globals, size_t shared_bytes)
      : cursor_(cursor), scope_(globals) {
    kernel_.shared_bytes = shared_bytes;
  }

  Kernel run();

 private:
  void parameters();
  void body();
  void statement();
  void directive(const Token& token);
  void registers();
  void shared_variable();
  void instruction();
  Operand operand();
  Operand name_operand(const Token& token);
  Operand address();
  Operand vector();
  int declare_register(const std::string& name);
  void resolve_labels();

  Cursor& cursor_;
  Scope scope_;
  Kernel kernel_;
  std::map<std::string, size_t> labels_;
};

}  // namespace ptx
