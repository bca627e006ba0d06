// SPDX-License-Identifier: Apache-2.0
// Damaged files: each opens as a well-formed file or ends in a DataError, nothing else.
#include "support/file_bytes.h"
#include "support/memory_file.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/core/io/safetensors.h>
#include <fovea/core/random.h>

#include <catch2/catch.hpp>

#include <string>

using namespace fovea;

namespace {

std::string mutate(std::string bytes, uint32_t number) {
  const RandomStream random(3, Purpose::test, 0, 0, number);
  const uint32_t edits = 1 + random.below(0, 3);
  for (uint32_t e = 0; e < edits && !bytes.empty(); e++) {
    const uint32_t at = random.below(3 * e + 1, static_cast<uint32_t>(bytes.size()));
    const uint32_t value = random.below(3 * e + 3, 256);
    switch (random.below(3 * e + 2, 4)) {
      case 0:
        bytes[at] = static_cast<char>(value);
        break;
      case 1:
        bytes.erase(at, 1 + value % 8);
        break;
      case 2:
        bytes.insert(at, 1 + value % 8, static_cast<char>("0\"{}[],:9"[value % 9]));
        break;
      default:
        bytes.resize(at);
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("ten thousand damaged safetensors files are read or refused") {
  const test::TempDir folder;
  const std::string saved = folder.file("m.safetensors");
  const std::vector<NamedTensor> tensors{{"fc.weight", Tensor::from<float>({2, 2}, {1, 2, 3, 4})},
                                         {"fc.bias", Tensor::from<uint8_t>({3}, {1, 2, 3})}};
  save_safetensors(saved, tensors, {{"step", "7"}});
  const std::string good = test::file_bytes(saved);
  test::MemoryFile damaged;
  const std::string& path = damaged.path();
  int refused = 0;
  for (uint32_t i = 0; i < test::kMutants; i++) {
    damaged.write(mutate(good, i));
    try {
      const SafetensorsFile file(path);
      for (const SafetensorsEntry& entry : file.entries()) file.read(entry.name);
    } catch (const DataError& error) {
      refused++;
      REQUIRE(std::string(error.what()).starts_with(path + ": "));
    }
  }
  CHECK(refused > static_cast<int>(test::kMutants) / 2);
}
