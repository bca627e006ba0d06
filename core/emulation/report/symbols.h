// SPDX-License-Identifier: Apache-2.0
// From addresses and mangled names to what a person wrote.
#pragma once
#include "cuda_emulation/report.h"

#include <string>

namespace cuda_emulation {

std::string demangle(const std::string& name);
// A demangled function without return type and parameters: "tile<64>".
std::string short_name(const std::string& demangled);
// The function that holds the address, shortened; "?" if unknown.
std::string function_name(const void* address);

struct SourceLine {
  std::string function;
  std::string file;
  int line = 0;
};
// Of the instruction before a return address, by addr2line (binutils); empty where that or the
// debug information is missing.
SourceLine source_line(const void* return_address);
// The same as a report's place; the overload leaves what a place says of kernel and thread.
Place place_of_call(const void* return_address);
void locate(Place& place, const void* return_address);

}  // namespace cuda_emulation
