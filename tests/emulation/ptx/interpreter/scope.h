// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "module.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ptx {

// The names of a kernel: nested blocks (inline assembly opens them) may declare registers that hide
// outer ones.
class Scope {
 public:
  void open() { levels_.emplace_back(); }
  void close() { levels_.pop_back(); }
  size_t depth() const { return levels_.size(); }

  void declare(const std::string& name, Operand value) { levels_.back()[name] = std::move(value); }

  const Operand* find(const std::string& name) const {
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
      if (const auto found = level->find(name); found != level->end()) return &found->second;
    return nullptr;
  }

 private:
  std::vector<std::map<std::string, Operand>> levels_{1};
};

}  // namespace ptx
