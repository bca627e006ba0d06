// SPDX-License-Identifier: Apache-2.0
// What a prepared folder says of itself: its dataset.json and the files beside it.
#pragma once

#include <fovea/core/fields.h>
#include <fovea/data/dataset.h>
#include <fovea/data/image_file.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fovea::detail {

inline constexpr const char* kPreparedInfoFile = "dataset.json";
inline constexpr const char* kMeanImageFile = "mean.npy";
inline constexpr const char* kSkippedFile = "skipped.tsv";

// One shard, an archive of samples.
struct ShardInfo {
  std::string file;  // beside dataset.json
  int64_t samples = 0;
  uint64_t bytes = 0;
  std::string sha256;

  static Fields<ShardInfo> fields();
};

struct SkippedFile {
  std::string file, reason;

  static Fields<SkippedFile> fields();
};

// The samples of one use.
struct PreparedSplit {
  int64_t samples = 0;
  std::string index;  // file of IndexEntry, beside dataset.json
  std::string index_sha256;
  std::vector<ShardInfo> shards;
  std::vector<SkippedFile> skipped;

  static Fields<PreparedSplit> fields();
};

// What was prepared, and how: the same again gives the same shards.
struct PreparedJob {
  std::string source, val;  // empty val: there is none
  std::string list;         // SHA-256 of the samples' names and labels
  int64_t resize = 0;       // 0: as they are
  bool gray = false;
  Exif exif = Exif::ignore;
  std::string encode;  // "raw", "jpeg:90"
  uint64_t shard_bytes = 0;

  static Fields<PreparedJob> fields();
  friend bool operator==(const PreparedJob&, const PreparedJob&) = default;
};

struct PreparedPca {
  std::vector<double> eigval;
  std::vector<std::vector<double>> eigvec;

  static Fields<PreparedPca> fields();
};

// The members of dataset.json; those of PreparedSplit are about the pictures to train on.
struct PreparedInfo : PreparedSplit {
  int64_t version = 1;
  std::vector<std::string> classes;
  std::vector<int64_t> image;  // height, width, channels
  std::vector<double> mean, std_dev;
  std::string mean_image;
  std::optional<PreparedPca> pca;
  std::optional<PreparedSplit> val;
  PreparedJob job;

  const PreparedSplit& split() const { return *this; }
  Shape shape() const { return Shape{image[0], image[1], image[2]}; }

  static Fields<PreparedInfo> fields();
};

// Whether a path is a prepared folder or its dataset.json.
bool is_prepared(const std::string& path);
// The folder of either.
std::string prepared_folder_of(const std::string& path);

// The path of one of its files.
std::string file_in(const std::string& folder, const std::string& file);

// Reads and checks dataset.json. Throws DataError.
PreparedInfo read_prepared_info(const std::string& folder);
std::string text_of(const PreparedInfo& info);

}  // namespace fovea::detail
