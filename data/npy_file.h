// SPDX-License-Identifier: Apache-2.0
// Numbers from .npy files: images of unsigned bytes, labels of any integer type.
#pragma once

#include "npy_header.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

struct NpyFile {
  NpyHeader header;
  std::vector<uint8_t> elements;  // as in the file
};

// A whole file. Throws DataError unless it holds as many bytes as its header says, at least one
// element, and `accept` finds nothing wrong: it gets the reader, to fail with, and the header.
// Nothing is allocated before that.
using NpyCheck = void(const FileReader& reader, const NpyHeader& header);
NpyFile read_npy(const std::string& path, NpyCheck& accept);

// Labels (n) or (n, 1) of any integer type, each in [0, classes). Throws DataError.
std::vector<int32_t> read_npy_labels(const std::string& path, int64_t classes);

// Where the labels of "x_train.npy" are: "y_train.npy"; of "images.npy": "labels.npy". Throws
// DataError when no such file exists.
std::string npy_labels_path(const std::string& images_path);

// "(60000, 28, 28)", as numpy writes it.
std::string npy_shape_text(const std::vector<int64_t>& shape);

}  // namespace fovea::detail
