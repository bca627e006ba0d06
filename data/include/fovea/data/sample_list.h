// SPDX-License-Identifier: Apache-2.0
// Which picture files a data set consists of.
#pragma once

#include <fovea/core/export.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace FOVEA_API fovea {

// Files that are in a folder of pictures and are passed over.
struct SkippedFiles {
  int64_t hidden = 0;       // their name, or their folder's, begins with a dot
  int64_t unsupported = 0;  // .webp, .tif, .tiff, .gif, .avif, .heic
  int64_t outside = 0;      // pictures that are in no class's folder
  int64_t other = 0;        // no pictures by their names

  SkippedFiles& operator+=(const SkippedFiles& more);
  // "3 hidden, 1 that is no picture"; empty when there are none.
  std::string to_string() const;
};

// Paths and labels in few bytes: 12 for each sample and the path itself.
struct SampleList {
  std::string root;  // the folder that the names begin in
  std::vector<std::string> classes;
  SkippedFiles skipped;

  int64_t size() const { return static_cast<int64_t>(labels.size()); }
  int32_t label(int64_t i) const { return labels[static_cast<size_t>(i)]; }
  // The path below the root, or an absolute one.
  std::string_view name(int64_t i) const;
  std::string path(int64_t i) const;

  void add(std::string_view name, int32_t label);

  std::string names;           // one after the other
  std::vector<uint64_t> ends;  // of each name
  std::vector<int32_t> labels;
};

// A folder that has a folder for each class, in torchvision's order: classes by their names, byte
// by byte ("10" before "2"); in each the folders in it by their paths, in each of these the files
// by their names. Links are followed. A file counts by the ending of its name: jpg, jpeg, png, bmp,
// ppm or pgm in any case. What is hidden does not count, unlike torchvision's. Throws DataError
// when there is no class, or one without a picture.
SampleList list_image_folder(const std::string& root);

// All pictures in a folder and in the folders below, in the same order, without classes. Throws
// DataError when there is none.
SampleList list_pictures(const std::string& folder);

}  // namespace fovea
