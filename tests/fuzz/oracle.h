// SPDX-License-Identifier: Apache-2.0
// What holds for every input of a fuzz target: it is read, or refused by one typed error.
#pragma once

#include "support/memory_file.h"

#include <fovea/core/error.h>
#include <fovea/data/dataset.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fovea::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A broken promise: libFuzzer keeps the input.
inline void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

// Calls read(path) with the path of a file that holds `bytes`; a DataError must name it.
template <class Read>
void read_file(std::string_view bytes, Read&& read) {
  static test::MemoryFile file;
  file.write(bytes);
  try {
    read(file.path());
  } catch (const DataError& error) {
    require(std::string_view(error.what()).find(file.path()) != std::string_view::npos,
            error.what());
  }
}

// Every sample can be read, and its label has a class.
inline void read_samples(const Dataset& data) {
  Image image;
  for (int64_t i = 0; i < data.size(); i++) {
    const int32_t label = data.label(i);
    require(label >= 0 && label < static_cast<int64_t>(data.classes().size()), "label in range");
    data.read(i, image);
    require(static_cast<int64_t>(image.pixels.size()) == data.image().elements(), "image size");
  }
}

}  // namespace fovea::fuzz
