// SPDX-License-Identifier: Apache-2.0
// Loaders from options: what is trained on, and what is evaluated on.
#include "subset.h"

#include <fovea/data/data_options.h>

#include <algorithm>

namespace fovea {

namespace {

using Data = std::shared_ptr<const Dataset>;

std::vector<std::string> classes_of(const DataOptions& options) {
  return options.classes ? options.classes->load() : std::vector<std::string>();
}

Data open_train(const DataOptions& options) {
  return make_dataset(options.train, Split::train, classes_of(options), options.pictures());
}
Data open_val(const DataOptions& options, std::vector<std::string> classes) {
  return make_dataset(*options.val, Split::val, std::move(classes), options.pictures());
}

bool is_split(const DataOptions& options) { return !options.val && options.val_fraction > 0; }

detail::TrainAndVal open_split(const DataOptions& options, uint64_t seed) {
  return detail::split(open_train(options), options.val_fraction, seed);
}

LoaderOptions loader_options(const DataOptions& options, int64_t batch_size,
                             const RowShare& share) {
  return {.batch_size = batch_size,
          .share = share,
          .workers = options.workers,
          .prefetch = options.prefetch};
}

std::unique_ptr<BatchSource> train_source(Data data, const DataOptions& options, int64_t batch_size,
                                          uint64_t seed, bool as_pixels, const RowShare& share) {
  LoaderOptions loader = loader_options(options, batch_size, share);
  loader.as_pixels = as_pixels;
  loader.sampling = options.sampling;
  loader.seed = seed;
  loader.augment = options.augment;
  return make_loader(std::move(data), options.preprocessing(), std::move(loader));
}

// The centre, when training cuts pictures, or a model says so of pictures of this size.
std::optional<CenterCrop> crop_of(const DataOptions& options, const Shape& picture) {
  if (const auto crop = evaluation_crop(options.augment)) return crop;
  const auto& known = options.crop;
  const bool same = known && known->picture == ImageSize{picture[0], picture[1]};
  return same ? std::optional(known->crop) : std::nullopt;
}

std::unique_ptr<BatchSource> eval_source(Data data, const DataOptions& options, int64_t batch_size,
                                         const RowShare& share) {
  LoaderOptions loader = loader_options(options, batch_size, share);
  if (const auto crop = crop_of(options, data->image())) loader.augment = {*crop};
  return make_loader(std::move(data), options.preprocessing(), std::move(loader));
}

// Null when there is nothing to be validated on.
Data open_validation(const DataOptions& options, uint64_t seed) {
  if (is_split(options)) return open_split(options, seed).val;
  return options.val ? open_val(options, classes_of(options)) : nullptr;
}

}  // namespace

DataSources make_sources(const DataOptions& given, int64_t batch_size, uint64_t seed,
                         bool as_pixels, const RowShare& share) {
  const DataOptions options = measured(given);
  if (!is_split(options)) {
    Data train = open_train(options);
    // The classes are those of training.
    Data val = options.val ? open_val(options, train->classes()) : nullptr;
    return {train_source(std::move(train), options, batch_size, seed, as_pixels, share),
            val ? eval_source(std::move(val), options, batch_size, share) : nullptr,
            options.preprocessing()};
  }
  detail::TrainAndVal data = open_split(options, seed);
  return {train_source(std::move(data.train), options, batch_size, seed, as_pixels, share),
          eval_source(std::move(data.val), options, batch_size, share), options.preprocessing()};
}

std::unique_ptr<BatchSource> make_train_source(const DataOptions& given, int64_t batch_size,
                                               uint64_t seed, bool as_pixels,
                                               const RowShare& share) {
  const DataOptions options = measured(given);
  Data data = is_split(options) ? open_split(options, seed).train : open_train(options);
  return train_source(std::move(data), options, batch_size, seed, as_pixels, share);
}

std::unique_ptr<BatchSource> make_eval_source(const DataOptions& given, int64_t batch_size,
                                              uint64_t seed, const RowShare& share) {
  const DataOptions options = measured(given);
  Data data = open_validation(options, seed);
  return data ? eval_source(std::move(data), options, batch_size, share) : nullptr;
}

std::unique_ptr<BatchSource> make_view_source(const DataOptions& given, int64_t batch_size,
                                              uint64_t seed, ImageSize view_size,
                                              const ViewsOf& views_of, const RowShare& share) {
  const DataOptions options = measured(given);
  Data data = open_validation(options, seed);
  if (!data) return nullptr;
  LoaderOptions loader = loader_options(options, batch_size, share);
  loader.views = views_of({data->image()[0], data->image()[1]});
  if (loader.views.empty()) return eval_source(std::move(data), options, batch_size, share);
  loader.view_size = view_size;
  loader.batch_size = std::max<int64_t>(1, batch_size / std::ssize(loader.views));
  return make_loader(std::move(data), options.preprocessing(), std::move(loader));
}

}  // namespace fovea
