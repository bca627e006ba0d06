// SPDX-License-Identifier: Apache-2.0
// What the compiler calls where code that it compiled with -fsanitize=bounds and the like goes
// wrong; UndefinedBehaviorSanitizer's library is not linked. The layouts of the arguments are those
// of GCC's and Clang's calls.
#include "check/kernel_checker.h"
#include "cuda_emulation/thread.h"
#include "report/emit.h"

#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

using namespace cuda_emulation;

struct SourceLocation {
  const char* file;
  uint32_t line, column;
};
struct TypeDescriptor {
  uint16_t kind, info;
  char name[1];  // zero-terminated, as in 'float [64]'
};

struct OutOfBounds {
  SourceLocation location;
  const TypeDescriptor* array_type;
  const TypeDescriptor* index_type;
};
struct Overflow {
  SourceLocation location;
  const TypeDescriptor* type;
};
struct ShiftOutOfBounds {
  SourceLocation location;
  const TypeDescriptor* left_type;
  const TypeDescriptor* right_type;
};

// An index is passed by value if it fits, else by address.
std::string index_text(const TypeDescriptor& type, uintptr_t value) {
  const unsigned bits = 1u << (type.info >> 1);
  const bool is_signed = type.info & 1;
  if (bits > 64) return "?";
  if (!is_signed) return std::to_string(value);
  const int unused = int(64 - bits);
  return std::to_string(int64_t(uint64_t(value) << unused) >> unused);
}

void found(cudaError_t error, const char* kind, const std::string& message,
           const std::string& object, const SourceLocation& location) {
  Report report;
  report.kind = kind;
  report.message = message;
  report.error = error;
  report.object = object;
  if (this_thread.lane) report.place = this_thread.block->place();
  report.place.file = location.file;
  report.place.line = int(location.line);
  if (this_thread.lane) this_thread.block->fail(std::move(report));
  emit(report);
}

}  // namespace

extern "C" {

void __ubsan_handle_out_of_bounds(OutOfBounds* data, uintptr_t index) {
  const std::string text = index_text(*data->index_type, index);
  found(cudaErrorIllegalAddress, "out_of_bounds", "index " + text + " is outside of the array",
        std::string("array of type ") + data->array_type->name, data->location);
}
void __ubsan_handle_out_of_bounds_abort(OutOfBounds* data, uintptr_t index) {
  __ubsan_handle_out_of_bounds(data, index);
}

void __ubsan_handle_divrem_overflow(Overflow* data, uintptr_t, uintptr_t) {
  found(cudaErrorLaunchFailure, "arithmetic",
        "integer division by zero, or overflow of a division (a GPU gives an arbitrary result)", "",
        data->location);
}
void __ubsan_handle_divrem_overflow_abort(Overflow* data, uintptr_t a, uintptr_t b) {
  __ubsan_handle_divrem_overflow(data, a, b);
}

void __ubsan_handle_shift_out_of_bounds(ShiftOutOfBounds* data, uintptr_t, uintptr_t amount) {
  const std::string text = index_text(*data->right_type, amount);
  found(cudaErrorLaunchFailure, "arithmetic",
        "shift by " + text + ", which the type " + data->left_type->name + " does not allow", "",
        data->location);
}
void __ubsan_handle_shift_out_of_bounds_abort(ShiftOutOfBounds* data, uintptr_t a, uintptr_t b) {
  __ubsan_handle_shift_out_of_bounds(data, a, b);
}

}  // extern "C"
