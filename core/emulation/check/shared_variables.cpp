// SPDX-License-Identifier: Apache-2.0
#include "check/shared_variables.h"

#include "report/module.h"
#include "report/symbols.h"

#include <algorithm>

namespace cuda_emulation {
namespace {

// A variable of a function has a name that begins so; its guard another.
bool belongs_to_function(const std::string& name) { return name.compare(0, 3, "_ZZ") == 0; }

}  // namespace

void SharedVariables::read(const Module& module) {
  variables_.clear();
  last_ = nullptr;
  for (const Symbol& symbol : module.thread_locals()) {
    variables_.push_back(
        {symbol.offset, symbol.size, symbol.name, belongs_to_function(symbol.name)});
  }
}

const SharedVariables::Variable* SharedVariables::before(size_t offset) const {
  const auto after = std::upper_bound(
      variables_.begin(), variables_.end(), offset,
      [](size_t value, const Variable& variable) { return value < variable.offset; });
  return after == variables_.begin() ? nullptr : &*std::prev(after);
}

SharedVariables::Verdict SharedVariables::search(size_t offset, size_t bytes) {
  const Variable* variable = before(offset);
  const Variable* next = variable ? variable + 1 : variables_.data();
  if (variable && offset < variable->offset + variable->size) {
    if (!variable->shared) return Verdict::other;
    if (offset + bytes > variable->offset + variable->size) return Verdict::outside;
    last_ = variable;
    return Verdict::inside;
  }
  const bool beside = (variable && variable->shared) ||
                      (next < variables_.data() + variables_.size() && next->shared);
  return beside ? Verdict::outside : Verdict::other;
}

std::string SharedVariables::describe(size_t offset) const {
  const Variable* variable = before(offset);
  const Variable* next = variable ? variable + 1 : variables_.data();
  if (next == variables_.data() + variables_.size() || !next->shared) next = nullptr;
  const size_t beyond = variable ? offset - variable->offset : ~size_t(0);
  const bool nearer_to_next =
      next && (!variable || !variable->shared ||
               (beyond >= variable->size && next->offset - offset < beyond - variable->size));
  if (nearer_to_next) {
    return demangle(next->name) + " (" + std::to_string(next->size) + " bytes) - " +
           std::to_string(next->offset - offset);
  }
  if (!variable) return "?";
  return demangle(variable->name) + " (" + std::to_string(variable->size) + " bytes) + " +
         std::to_string(beyond);
}

}  // namespace cuda_emulation
