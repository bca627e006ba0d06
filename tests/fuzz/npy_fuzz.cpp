// SPDX-License-Identifier: Apache-2.0
// The input as images and as labels, each beside a good file of the other.
#include "oracle.h"

#include <fovea/data/npy_dataset.h>

using namespace fovea;

namespace {

std::string npy(const std::string& header, const std::string& elements) {
  const std::string text = header + std::string(117 - header.size(), ' ') + "\n";
  return std::string("\x93NUMPY\1\0\x76\0", 10) + text + elements;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::MemoryFile images, labels;
  static const std::string& images_path =
      images.write(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 2), }", "abcd"));
  static const std::string& labels_path =
      labels.write(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", "\1\2"));
  fuzz::read_file(fuzz::text_of(data, size), [&](const std::string& path) {
    fuzz::read_samples(*NpyDataset::open(path, labels_path));
  });
  fuzz::read_file(fuzz::text_of(data, size), [&](const std::string& path) {
    fuzz::read_samples(*NpyDataset::open(images_path, path));
  });
  return 0;
}
