// SPDX-License-Identifier: Apache-2.0
// Damages files at random.
#pragma once

#include <fovea/core/error.h>
#include <fovea/core/random.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace fovea::test {

// Cuts the end off, doubles or removes a piece, or changes a few bytes or bits, half of the time
// within the first 160 bytes, where headers are. Another number damages in another way.
inline std::string mutate(std::string file, uint32_t number) {
  const RandomStream random(1, Purpose::test, 0, 0, number);
  uint64_t element = 0;
  const auto below = [&](size_t n) { return random.below(element++, static_cast<uint32_t>(n)); };
  const uint32_t kind = below(8);
  if (kind == 0) file.resize(below(file.size()));
  if (kind == 1) file.insert(below(file.size()), file.substr(below(file.size()), 1 + below(40)));
  if (kind == 2) file.erase(below(file.size()), 1 + below(40));
  for (uint32_t changes = 1 + below(3); kind >= 3 && changes > 0; changes--) {
    char& byte = file[below(kind < 6 ? std::min<size_t>(file.size(), 160) : file.size())];
    byte = static_cast<char>(below(2) == 0 ? below(256) : byte ^ (1u << below(8)));
  }
  return file;
}

// How many of `count` mutations of `file` are read without a DataError.
template <class Read>
int survivors(const std::string& file, uint32_t count, Read&& read) {
  int survived = 0;
  for (uint32_t i = 0; i < count; i++) {
    const std::string mutant = mutate(file, i);
    try {
      read(mutant);
      survived++;
    } catch (const DataError&) {
    }
  }
  return survived;
}

}  // namespace fovea::test
