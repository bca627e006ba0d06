// SPDX-License-Identifier: Apache-2.0
// What options take from the statistics of the data.
#include "picture_sums.h"
#include "prepared_info.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/data/picture_statistics.h>

#include <algorithm>

namespace fovea {

namespace {

bool lacks_pca(const Augmentation& step) {
  const auto* color = std::get_if<PcaColor>(&step);
  return color && !color->pca;
}

// The field that asks for statistics; empty when none does.
std::string asks(const DataOptions& options) {
  const bool has_image = options.mean_image != nullptr;
  if (options.mean.measured == Measured::per_channel) return "mean";
  if (options.mean.measured == Measured::per_pixel && !has_image) return "mean";
  if (options.std_dev.measured != Measured::no) return "std";
  return std::ranges::any_of(options.augment, lacks_pca) ? "augment: pca_color" : "";
}

// The path of the training pictures, when they are prepared; else null.
const std::string* prepared_train(const DataOptions& options) {
  const auto* train = std::get_if<DataPath>(&options.train);
  return train && detail::is_prepared(train->path) ? &train->path : nullptr;
}

// A model that learns from prepared pictures sees others as these were made.
void take_resize(DataOptions& options) {
  const std::string* prepared = prepared_train(options);
  if (options.resize || !prepared) return;
  const auto job = detail::read_prepared_info(detail::prepared_folder_of(*prepared)).job;
  if (job.resize > 0) options.resize = job.resize;
  options.exif = job.exif;
}

std::string statistics_path(const DataOptions& options, const std::string& field) {
  if (options.statistics) return *options.statistics;
  if (const std::string* prepared = prepared_train(options)) return *prepared;
  throw ConfigError("data." + field +
                    " needs the statistics of the training pictures; data.statistics names the "
                    "dataset.json that has them, `fovea prepare` writes one");
}

// Of made-up pictures: the first ones stand for all.
PictureStatistics statistics_of(const SyntheticOptions& options) {
  const SyntheticDataset data(options);
  detail::PictureSums sums(data.image());
  ThreadPool pool(1);
  Image image;
  const Image* const one[] = {&image};
  for (int64_t i = 0; i < std::min<int64_t>(64, data.size()); i++) {
    data.read(i, image);
    sums.add(one, pool);
  }
  return detail::rounded(sums.statistics(), sums.count(), data.image());
}

PictureStatistics statistics_for(const DataOptions& options, const std::string& field) {
  const auto* made_up = std::get_if<SyntheticOptions>(&options.train);
  if (made_up && !options.statistics) return statistics_of(*made_up);
  return load_statistics(statistics_path(options, field));
}

PerChannel scaled(const std::vector<float>& values, PixelScale scale) {
  std::vector<float> result = values;
  for (float& value : result) value = scale == PixelScale::unit ? value / 255.0f : value;
  return result;
}

}  // namespace

DataOptions measured(DataOptions options) {
  take_resize(options);
  const std::string field = asks(options);
  if (field.empty()) return options;
  const PictureStatistics statistics = statistics_for(options, field);
  return measured(std::move(options), statistics);
}

DataOptions measured(DataOptions options, const PictureStatistics& statistics) {
  if (options.mean.measured == Measured::per_channel)
    options.mean = scaled(statistics.mean, options.scale);
  if (options.std_dev.measured == Measured::per_channel)
    options.std_dev = scaled(statistics.std_dev, options.scale);
  if (options.mean.measured == Measured::per_pixel && !options.mean_image) {
    options.mean_image = std::make_shared<MeanImage>(
        MeanImage{statistics.size, statistics.channels, statistics.mean_image});
  }
  for (Augmentation& step : options.augment) {
    if (!lacks_pca(step)) continue;
    if (statistics.channels != 3)
      throw ConfigError("data.augment: pca_color takes pictures with 3 channels");
    std::get<PcaColor>(step).pca = statistics.pca;
  }
  return options;
}

}  // namespace fovea
