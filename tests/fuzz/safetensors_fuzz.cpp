// SPDX-License-Identifier: Apache-2.0
#include "oracle.h"

#include <fovea/core/io/safetensors.h>

using namespace fovea;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::read_file(fuzz::text_of(data, size), [&](const std::string& path) {
    const SafetensorsFile file(path);
    uint64_t end = 0;  // tensors follow each other without a gap
    for (const SafetensorsEntry& entry : file.entries()) {
      fuzz::require(entry.begin == end && entry.end >= end, "tensors lie side by side");
      end = entry.end;
    }
    fuzz::require(end <= size, "tensors lie in the file");
    for (const SafetensorsEntry& entry : file.entries()) {
      const Tensor tensor = file.read(entry.name);
      fuzz::require(tensor.bytes() == entry.end - entry.begin, "a tensor has its bytes");
    }
  });
  return 0;
}
