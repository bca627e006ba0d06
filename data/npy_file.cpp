// SPDX-License-Identifier: Apache-2.0
#include "npy_file.h"

#include <fovea/core/error.h>

#include <array>
#include <limits>
#include <new>

namespace fovea::detail {

namespace {

// Of all elements, for files of up to 2^62 bytes.
uint64_t bytes_of(const FileReader& reader, const NpyHeader& header) {
  constexpr int64_t kMaxBytes = int64_t{1} << 62;
  int64_t bytes = header.type.bytes;
  for (const int64_t extent : header.shape) {
    if (extent == 0) {
      reader.fail("has shape " + npy_shape_text(header.shape) + ": it holds nothing");
    }
    if (extent > kMaxBytes / bytes) {
      reader.fail("has shape " + npy_shape_text(header.shape) + ", more than any file holds");
    }
    bytes *= extent;
  }
  return static_cast<uint64_t>(bytes);
}

}  // namespace

std::string npy_shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "(" + text + (shape.size() == 1 ? ",)" : ")");
}

NpyFile read_npy(const std::string& path, NpyCheck& accept) {
  FileReader reader(path);
  if (reader.gzip()) reader.fail("file is gzip; unpack it first");
  NpyFile file;
  file.header = read_npy_header(reader);
  const uint64_t bytes = bytes_of(reader, file.header);
  accept(reader, file.header);
  const uint64_t needs = static_cast<uint64_t>(file.header.bytes) + bytes;
  if (needs != reader.size_limit()) {
    reader.fail("needs " + std::to_string(needs) + " bytes for " + file.header.type.name() +
                " of shape " + npy_shape_text(file.header.shape) + ", has " +
                std::to_string(reader.size_limit()));
  }
  try {
    file.elements.resize(bytes);
  } catch (const std::bad_alloc&) {
    throw SystemError(path + ": no memory for its " + std::to_string(bytes) + " bytes");
  }
  if (reader.read(file.elements) != bytes) reader.fail("became shorter while it was read");
  return file;
}

}  // namespace fovea::detail
