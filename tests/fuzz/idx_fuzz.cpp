// SPDX-License-Identifier: Apache-2.0
// The input as images and as labels, each beside a good file of the other.
#include "oracle.h"

#include <fovea/data/class_names.h>
#include <fovea/data/idx_dataset.h>

using namespace fovea;

namespace {

const std::string kImages("\0\0\x8\x3\0\0\0\2\0\0\0\1\0\0\0\2abcd", 20);
const std::string kLabels("\0\0\x8\x1\0\0\0\2\0\1", 10);

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::MemoryFile images, labels;
  static const std::string& images_path = images.write(kImages);
  static const std::string& labels_path = labels.write(kLabels);
  fuzz::read_file(fuzz::text_of(data, size), [&](const std::string& path) {
    fuzz::read_samples(*IdxDataset::open(path, labels_path, numbered_classes(10)));
  });
  fuzz::read_file(fuzz::text_of(data, size), [&](const std::string& path) {
    fuzz::read_samples(*IdxDataset::open(images_path, path, numbered_classes(10)));
  });
  return 0;
}
