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
  if (!variable || !variable->shared) return Verdict::other;
  if (offset + bytes > variable->offset + variable->size) return Verdict::outside;
  last_ = variable;
  return Verdict::inside;
}

std::string SharedVariables::describe(size_t offset) const {
  const Variable* variable = before(offset);
  if (!variable) return "?";
  const Variable* next =
      variable + 1 < variables_.data() + variables_.size() ? variable + 1 : nullptr;
  const size_t end = variable->offset + variable->size;
  if (next && next->shared && offset >= end && next->offset - offset < offset - end + 1) {
    return demangle(next->name) + " (" + std::to_string(next->size) + " bytes) - " +
           std::to_string(next->offset - offset);
  }
  return demangle(variable->name) + " (" + std::to_string(variable->size) + " bytes) + " +
         std::to_string(offset - variable->offset);
}

}  // namespace cuda_emulation
