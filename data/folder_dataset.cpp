// SPDX-License-Identifier: Apache-2.0
#include "folder_dataset.h"

#include <fovea/core/error.h>
#include <fovea/data/image_size.h>

#include <utility>

namespace fovea::detail {

namespace {

// Of all pictures: what they are resized to, or the size of the first.
Shape picture_shape(const SampleList& samples, const PictureOptions& options) {
  if (options.resize) return {*options.resize, *options.resize, options.channels};
  Image first;
  PictureReader().read(samples.path(0), options, first);
  return {first.height, first.width, first.channels};
}

class Resized final : public Dataset {
 public:
  Resized(std::shared_ptr<const Dataset> dataset, int64_t size)
      : Dataset(dataset->size(), {size, size, dataset->image()[2]}, dataset->classes()),
        dataset_(std::move(dataset)),
        options_{.resize = size} {}

  int32_t label(int64_t i) const override { return dataset_->label(i); }
  void read(int64_t i, Image& image) const override {
    Image whole;
    dataset_->read_whole(i, whole);
    readers_.with_reader([&](PictureReader& reader) { reader.resize(whole, options_, image); });
  }
  void read_whole(int64_t i, Image& image) const override { dataset_->read_whole(i, image); }
  std::string name(int64_t i) const override { return dataset_->name(i); }
  std::vector<std::string> notes() const override { return dataset_->notes(); }

 private:
  std::shared_ptr<const Dataset> dataset_;
  PictureOptions options_;
  PictureReaders readers_;
};

}  // namespace

FolderDataset::FolderDataset(SampleList samples, const PictureOptions& options)
    : Dataset(samples.size(), picture_shape(samples, options), samples.classes),
      samples_(std::move(samples)),
      options_(options) {}

void FolderDataset::read(int64_t i, Image& image) const {
  readers_.with_reader(
      [&](PictureReader& reader) { reader.read(samples_.path(i), options_, image); });
  const ImageSize size = {image.height, image.width}, wanted = {this->image()[0], this->image()[1]};
  if (size == wanted) return;
  throw ConfigError("data: " + samples_.path(i) + " has " + size.to_string() +
                    " pixels (height x width), " + samples_.path(0) + " " + wanted.to_string() +
                    "; where pictures differ in size, set \"resize\": 256, say");
}

void FolderDataset::read_whole(int64_t i, Image& image) const {
  PictureOptions options = options_;
  options.resize.reset();
  readers_.with_reader(
      [&](PictureReader& reader) { reader.read(samples_.path(i), options, image); });
}

std::vector<std::string> FolderDataset::notes() const {
  const std::string skipped = samples_.skipped.to_string();
  return skipped.empty() ? std::vector<std::string>()
                         : std::vector<std::string>{samples_.root + ": skipped " + skipped};
}

std::shared_ptr<const Dataset> resized(std::shared_ptr<const Dataset> dataset, int64_t size) {
  return std::make_shared<Resized>(std::move(dataset), size);
}

}  // namespace fovea::detail
