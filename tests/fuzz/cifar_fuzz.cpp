// SPDX-License-Identifier: Apache-2.0
// Records without a header leave little to choose: the first byte of the input tells how many whole
// records to make of the rest, and by how many bytes too many or too few.
#include "oracle.h"

#include <fovea/data/cifar_dataset.h>

using namespace fovea;

namespace {

// `input` over and over, cut to a size near that of some records of CIFAR-10 or CIFAR-100.
std::string records_of(std::string_view input, uint8_t choice) {
  const size_t record = choice & 1 ? 3074 : 3073, records = choice >> 1 & 3, off = choice >> 3;
  const size_t size = records * record + (off < 16 ? 0 : off - 16);
  std::string bytes;
  while (!input.empty() && bytes.size() < size) bytes += input;
  bytes.resize(size, '\0');
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes = records_of(fuzz::text_of(data + 1, size - 1), data[0]);
  fuzz::read_file(bytes, [&](const std::string& path) {
    const auto dataset = CifarDataset::open({path});
    fuzz::require(bytes.size() % 3073 == 0 || bytes.size() % 3074 == 0, "whole records");
    fuzz::read_samples(*dataset);
  });
  return 0;
}
