// SPDX-License-Identifier: Apache-2.0
// The idx container of the MNIST family: a big-endian magic number (00 00, element type, rank), one
// 32-bit extent per axis, then the elements. Plain or gzip.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

struct IdxFile {
  std::vector<int64_t> extents;
  std::vector<uint8_t> elements;
};

// Reads images (n, height, width) or labels (n) of unsigned bytes. Throws DataError for anything
// that does not fit: another magic number, an extent of 0, too few or too many bytes. Memory stays
// within the bytes that the file really holds.
IdxFile read_idx_images(const std::string& path);
IdxFile read_idx_labels(const std::string& path);

// Bytes before the elements.
constexpr int64_t idx_header_bytes(int rank) { return 4 + 4 * rank; }

// "dir/train-images-idx3-ubyte.gz" -> "dir/train-labels-idx1-ubyte.gz", or the same without or with
// ".gz", whichever exists. Throws DataError when the name has no such counterpart or none exists.
std::string idx_labels_path(const std::string& images_path);

}  // namespace fovea::detail
