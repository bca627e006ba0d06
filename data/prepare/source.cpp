// SPDX-License-Identifier: Apache-2.0
#include "prepare/source.h"

#include "file_kind.h"

#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/data/data_options.h>

#include <algorithm>
#include <filesystem>
#include <span>

namespace fovea::detail {

namespace fs = std::filesystem;

namespace {

fs::path absolute(const std::string& path) {
  std::error_code ignored;
  fs::path full = fs::weakly_canonical(path, ignored);
  return full.empty() ? fs::absolute(path, ignored) : full;
}

bool is_folder_at(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool lies_in(const fs::path& inner, const fs::path& outer) {
  const auto [end, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

// A folder with "train" and "val" in it is both.
void find_splits(const PrepareOptions& options, PrepareSources& sources) {
  const fs::path source = absolute(options.source);
  const bool both = is_folder_at(source / "train") && is_folder_at(source / "val");
  sources.train_path = (both ? source / "train" : source).string();
  if (!options.val.empty()) {
    sources.val_path = absolute(options.val).string();
  } else if (both) {
    sources.val_path = (source / "val").string();
  }
}

void check_target(const std::string& source, const std::string& target) {
  const fs::path from = absolute(source), to = absolute(target);
  if (!is_folder_at(from) || (!lies_in(from, to) && !lies_in(to, from))) return;
  throw ConfigError(target + ": lies in the source " + source +
                    " or holds it; the target must be a folder of its own");
}

void hash_list(Sha256& hash, const Dataset& data) {
  for (const std::string& name : data.classes()) hash.update(name + "\n");
  for (int64_t i = 0; i < data.size(); i++) {
    const int32_t label = data.label(i);
    hash.update(data.name(i) + "\n").update(std::as_bytes(std::span(&label, 1)));
  }
}

}  // namespace

std::string PrepareSources::list_hash() const {
  Sha256 hash;
  hash_list(hash, *train);
  if (val) hash_list(hash.update("val\n"), *val);
  return hash.hex();
}

PrepareSources open_sources(const PrepareOptions& options) {
  PrepareSources sources;
  find_splits(options, sources);
  check_target(sources.train_path, options.target);
  constexpr int64_t kUsualSize = 256;
  sources.resize = options.size;
  if (!sources.resize && has_picture_files(file_kind(sources.train_path)))
    sources.resize = kUsualSize;
  const PictureOptions pictures{options.gray ? 1 : 3, options.exif, sources.resize};
  sources.train = make_dataset(DataPath{sources.train_path, ""}, Split::train, {}, pictures);
  if (sources.val_path.empty()) return sources;
  check_target(sources.val_path, options.target);
  sources.val =
      make_dataset(DataPath{sources.val_path, ""}, Split::val, sources.train->classes(), pictures);
  if (sources.val->image() != sources.train->image()) {
    throw DataError(sources.val_path + ": its pictures are " + sources.val->image().to_string() +
                    ", those to train on " + sources.train->image().to_string());
  }
  return sources;
}

}  // namespace fovea::detail
