// SPDX-License-Identifier: Apache-2.0
// Labelled pictures in tar archives, as the webdataset package names them.
#pragma once

#include <fovea/core/io/mapped_file.h>

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::detail {

struct TarSample {
  uint64_t offset = 0;  // of the picture's bytes in its archive
  uint32_t size = 0;
  uint32_t archive = 0;  // which
  int32_t label = 0;
};

// Members of one sample stand together and have one key: the name up to the first dot of its last
// part. Behind the dot are "jpg", "jpeg", "png", "bmp", "ppm" or "pgm" for the picture, and "cls"
// for the label in decimal digits; all else is left alone. Appends the samples of archive number
// `archive`. Throws DataError, naming the file, the key and the byte, for a sample that lacks one
// of them or has it twice, a label that is no number from 0 to 65535, and a damaged archive.
void add_tar_samples(const MappedFile& archive, uint32_t number, std::vector<TarSample>& samples);

}  // namespace fovea::detail
