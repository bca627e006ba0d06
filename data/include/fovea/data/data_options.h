// SPDX-License-Identifier: Apache-2.0
// The data part of a config, and what is made from it.
#pragma once

#include <fovea/data/cifar_dataset.h>
#include <fovea/data/class_names.h>
#include <fovea/data/loader.h>
#include <fovea/data/picture_options.h>
#include <fovea/data/picture_statistics.h>
#include <fovea/data/synthetic_dataset.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace FOVEA_API fovea {

template <>
inline constexpr auto kEnumNames<CifarLabels> = std::to_array<EnumName<CifarLabels>>(
    {{"fine", CifarLabels::fine}, {"coarse", CifarLabels::coarse}});

// Files: idx, CIFAR or .npy, told by their content; a folder with a folder of pictures for each
// class; or a list of pictures.
struct DataPath {
  std::string path;    // of the images, or of a folder that holds them
  std::string labels;  // empty: beside the images
  CifarLabels cifar100_labels = CifarLabels::fine;
  std::string root;  // of a list's paths; empty: the list's folder

  static Fields<DataPath> fields();
};

// Where a data set comes from. In configs: "path", {"path": ..., "labels": ...} or {"type": ...}.
using DataOrigin = std::variant<DataPath, SyntheticOptions>;

template <>
struct ConfigValue<DataOrigin> {
  static std::optional<DataOrigin> read(const Config& config, const Constraint& constraint);
  static ConfigType type();
  static void write(JsonWriter& json, const DataOrigin& origin);
};

// A config's "data".
struct DataOptions : Preprocessing {
  DataOrigin train;
  std::optional<DataOrigin> val;
  double val_fraction = 0;  // of `train`, where there is no `val`
  std::optional<ClassNames> classes;
  std::vector<Augmentation> augment;
  std::optional<std::string> statistics;  // none: those of a prepared `train`
  Sampling sampling = Sampling::shuffle;
  BadFiles bad_files = BadFiles::error;
  int64_t channels = 3;  // of picture files: 1 or 3; not in configs, where the net says it
  int workers = 1;
  int prefetch = 2;

  const Preprocessing& preprocessing() const { return *this; }
  PictureOptions pictures() const { return {channels, exif, resize, bad_files}; }

  static Fields<DataOptions> fields();
};

// `classes` name the labels; none: the names that CIFAR has beside its files, or those of the class
// folders; else numbers: "0" to "9" for idx files, up to the largest label for .npy and lists, as
// many as there are for synthetic pictures. Class folders get the names that fit theirs; with
// Split::val the classes are those of a net, and the folders must be the same. Throws DataError, or
// ConfigError when the number of classes does not fit.
std::shared_ptr<const Dataset> make_dataset(const DataOrigin& origin, Split split,
                                            std::vector<std::string> classes = {},
                                            const PictureOptions& pictures = {});

// The options with numbers, mean image and principal components from the statistics of the data in
// place of "per_channel" and "per_pixel". Reads the statistics only when they are asked for. Throws
// ConfigError when there are none, DataError when they cannot be read.
DataOptions measured(DataOptions options);
DataOptions measured(DataOptions options, const PictureStatistics& statistics);

struct DataSources {
  std::unique_ptr<BatchSource> train;
  std::unique_ptr<BatchSource> val;  // null when nothing is to be validated on
  Preprocessing preprocessing;       // of both, in numbers
};

// Batches to train on, sampled and augmented as the options say, and batches to evaluate on: in
// order, whole or, when `augment` crops, their centre. The latter are of options.val, or the share
// options.val_fraction of options.train, which is then not trained on: of each class that share, a
// pure function of the seed. Throw DataError, or ConfigError when the options do not fit the data.
// `as_pixels`: training batches are left as bytes (LoaderOptions), to be made floats on a GPU.
// `share`: of both (LoaderOptions).
DataSources make_sources(const DataOptions& options, int64_t batch_size, uint64_t seed,
                         bool as_pixels = false, const RowShare& share = {});
// Each alone.
std::unique_ptr<BatchSource> make_train_source(const DataOptions& options, int64_t batch_size,
                                               uint64_t seed, bool as_pixels = false,
                                               const RowShare& share = {});
std::unique_ptr<BatchSource> make_eval_source(const DataOptions& options, int64_t batch_size,
                                              uint64_t seed, const RowShare& share = {});

// What make_eval_source() reads, seen as `views_of` says for pictures of a size: several views of
// each picture, pieces of `view_size`. With none, as make_eval_source().
using ViewsOf = std::function<std::vector<CropView>(ImageSize picture)>;
std::unique_ptr<BatchSource> make_view_source(const DataOptions& options, int64_t batch_size,
                                              uint64_t seed, ImageSize view_size,
                                              const ViewsOf& views_of, const RowShare& share = {});

}  // namespace fovea
