// SPDX-License-Identifier: Apache-2.0
#include "prepared_info.h"

#include "file_reader.h"
#include "npy_file.h"
#include "picture_sums.h"

#include <fovea/core/error.h>
#include <fovea/data/picture_statistics.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>

namespace fovea::detail {

namespace {

constexpr uint64_t kMaxInfoBytes = uint64_t{256} << 20;
constexpr int64_t kMaxSamples = int64_t{1} << 32;

// Declares the members of PreparedSplit in what is derived from it as well.
template <class Info>
Fields<Info> split_fields(Fields<Info> fields) {
  int64_t Info::*samples = &PreparedSplit::samples;
  std::string Info::*index = &PreparedSplit::index;
  std::string Info::*index_sha256 = &PreparedSplit::index_sha256;
  std::vector<ShardInfo> Info::*shards = &PreparedSplit::shards;
  std::vector<SkippedFile> Info::*skipped = &PreparedSplit::skipped;
  return fields.required("samples", samples, "pictures in all shards", between(1, kMaxSamples - 1))
      .required("index", index, "file of 32 bytes for each sample", non_empty())
      .required("index_sha256", index_sha256, "of that file")
      .required("shards", shards, "archives, in order", non_empty())
      .field("skipped", skipped, "files of the source that could not be read");
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
         name.find('\0') == name.npos;
}

// What goes beyond each member's own range; empty when all is well.
std::string mistake_in(const PreparedSplit& split, const std::string& where) {
  int64_t samples = 0;
  std::set<std::string> names;
  if (!is_plain_name(split.index)) return where + "index: a file's name without a folder is wanted";
  for (const ShardInfo& shard : split.shards) {
    if (!is_plain_name(shard.file) || !names.insert(shard.file).second)
      return where + "shards: \"" + shard.file + "\" is no file's name of its own";
    samples += shard.samples;
  }
  if (samples == split.samples) return "";
  return where + "samples: " + std::to_string(split.samples) + ", but the shards have " +
         std::to_string(samples);
}

std::string mistake_in(const PreparedInfo& info) {
  const auto& image = info.image;
  if (image.size() != 3 || (image[2] != 1 && image[2] != 3) || image[0] > kMaxImageSide ||
      image[1] > kMaxImageSide)
    return "image: [height, width, channels] wanted, with 1 or 3 channels";
  const auto channels = static_cast<size_t>(image[2]);
  if (info.mean.size() != channels || info.std_dev.size() != channels)
    return "mean and std: one number for each channel wanted";
  if (std::set<std::string>(info.classes.begin(), info.classes.end()).size() != info.classes.size())
    return "classes: a name is there twice";
  if (info.pca) {
    bool three = info.pca->eigval.size() == 3 && info.pca->eigvec.size() == 3;
    for (const auto& vector : info.pca->eigvec) three = three && vector.size() == 3;
    if (!three) return "pca: three eigenvalues and three vectors of three numbers wanted";
  }
  std::string mistake = mistake_in(info.split(), "");
  if (mistake.empty() && info.val) mistake = mistake_in(*info.val, "val.");
  return mistake;
}

void check_mean_image(const FileReader& reader, const NpyHeader& header) {
  const NpyType& type = header.type;
  if (type.kind != 'f' || type.bytes != 4 || type.big_endian || header.fortran_order ||
      header.shape.size() != 3)
    reader.fail("a mean image is float32 (height, width, channels) in C order, not " + type.name() +
                " " + npy_shape_text(header.shape));
}

std::vector<float> read_mean_image(const std::string& path, const std::vector<int64_t>& image) {
  const NpyFile file = read_npy(path, check_mean_image);
  if (file.header.shape != image)
    throw DataError(path + ": has shape " + npy_shape_text(file.header.shape) +
                    ", but the pictures " + npy_shape_text(image));
  std::vector<float> values(file.elements.size() / sizeof(float));
  std::memcpy(values.data(), file.elements.data(), file.elements.size());
  for (size_t i = 0; i < values.size(); i++) {
    if (!std::isfinite(values[i]))
      throw DataError(path + ": value " + std::to_string(i) + " is not finite");
  }
  return values;
}

}  // namespace

Fields<ShardInfo> ShardInfo::fields() {
  return Fields<ShardInfo>("shard", "an archive of samples")
      .required("file", &ShardInfo::file, "its name")
      .required("samples", &ShardInfo::samples, "pictures in it", between(1, kMaxSamples - 1))
      .required("bytes", &ShardInfo::bytes, "its size")
      .required("sha256", &ShardInfo::sha256, "of its bytes");
}

Fields<SkippedFile> SkippedFile::fields() {
  return Fields<SkippedFile>("skipped", "a file that could not be read")
      .required("file", &SkippedFile::file, "its path")
      .required("reason", &SkippedFile::reason, "why");
}

Fields<PreparedSplit> PreparedSplit::fields() {
  return split_fields(Fields<PreparedSplit>("split", "samples of one use"));
}

Fields<PreparedJob> PreparedJob::fields() {
  return Fields<PreparedJob>("job", "what was prepared")
      .required("source", &PreparedJob::source, "the pictures")
      .field("val", &PreparedJob::val, "those to validate on")
      .required("list", &PreparedJob::list, "SHA-256 of the samples' names and labels")
      .required("resize", &PreparedJob::resize, "side of the pictures; 0: as they were",
                between(0, kMaxImageSide))
      .field("gray", &PreparedJob::gray, "picture files were read with one channel")
      .field("exif", &PreparedJob::exif, "what became of the photos' orientation")
      .required("encode", &PreparedJob::encode, "raw or jpeg:QUALITY")
      .required("shard_bytes", &PreparedJob::shard_bytes, "a shard ends when it has so many");
}

Fields<PreparedPca> PreparedPca::fields() {
  return Fields<PreparedPca>("pca", "principal components of the colours")
      .required("eigval", &PreparedPca::eigval, "largest first")
      .required("eigvec", &PreparedPca::eigvec, "a vector for each");
}

Fields<PreparedInfo> PreparedInfo::fields() {
  auto fields = Fields<PreparedInfo>("dataset", "a prepared data set")
                    .required("version", &PreparedInfo::version, "of this format");
  return split_fields(std::move(fields))
      .required("classes", &PreparedInfo::classes, "names, in the labels' order", non_empty())
      .required("image", &PreparedInfo::image, "height, width, channels", between(1, kMaxImageSide))
      .required("mean", &PreparedInfo::mean, "of each channel, 0..255", between(0, 255))
      .required("std", &PreparedInfo::std_dev, "of each channel", between(0, 255))
      .required("mean_image", &PreparedInfo::mean_image, "file of the mean image")
      .field("pca", &PreparedInfo::pca, "of pictures with three channels")
      .field("val", &PreparedInfo::val, "the samples to validate on")
      .required("job", &PreparedInfo::job, "what was prepared, and how");
}

bool is_prepared(const std::string& path) {
  const std::filesystem::path file(path);
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    return std::filesystem::is_regular_file(file / kPreparedInfoFile, ignored);
  return file.filename() == kPreparedInfoFile;
}

std::string prepared_folder_of(const std::string& path) {
  const std::filesystem::path file(path);
  if (file.filename() != kPreparedInfoFile) return path;
  return file.has_parent_path() ? file.parent_path().string() : ".";
}

std::string file_in(const std::string& folder, const std::string& file) {
  return (std::filesystem::path(folder) / file).string();
}

PreparedInfo read_prepared_info(const std::string& folder) {
  const std::string path = file_in(folder, kPreparedInfoFile);
  const std::vector<uint8_t> bytes = read_whole_file(path, kMaxInfoBytes);
  try {
    const Config config =
        Config::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
    const int64_t version = config.get<int64_t>("version");
    config.check();
    if (version != 1)
      throw DataError(path + ": version " + std::to_string(version) +
                      " of the format; this program reads version 1");
    PreparedInfo info = PreparedInfo::fields().read(config);
    config.check();
    const std::string mistake = mistake_in(info);
    if (!mistake.empty()) throw DataError(path + ": " + mistake);
    return info;
  } catch (const ConfigError& error) {
    throw DataError(error.what());
  }
}

std::string text_of(const PreparedInfo& info) {
  JsonWriter json;
  PreparedInfo::fields().write(json, info);
  return format_json(json.str());
}

}  // namespace fovea::detail

namespace fovea {

namespace {

detail::ColorComponents components_of(const detail::PreparedPca& pca) {
  detail::ColorComponents components;
  for (size_t i = 0; i < 3; i++) {
    components.eigval[i] = pca.eigval[i];
    std::ranges::copy(pca.eigvec[i], components.eigvec[i].begin());
  }
  return components;
}

}  // namespace

PictureStatistics load_statistics(const std::string& path) {
  if (!detail::is_prepared(path))
    throw DataError(path +
                    ": is neither a prepared folder nor a dataset.json; fovea prepare makes them");
  const std::string folder = detail::prepared_folder_of(path);
  const detail::PreparedInfo info = detail::read_prepared_info(folder);
  const std::string mean_image = detail::file_in(folder, info.mean_image);
  detail::PreciseStatistics precise{.mean_image = detail::read_mean_image(mean_image, info.image),
                                    .mean = info.mean,
                                    .std_dev = info.std_dev};
  if (info.pca) precise.pca = components_of(*info.pca);
  return detail::rounded(precise, info.samples, info.shape());
}

}  // namespace fovea
