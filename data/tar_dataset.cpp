// SPDX-License-Identifier: Apache-2.0
#include "tar_dataset.h"

#include "brace_pattern.h"

#include <fovea/core/error.h>
#include <fovea/data/class_names.h>
#include <fovea/data/image_size.h>

#include <algorithm>

namespace fovea::detail {

std::shared_ptr<TarDataset> TarDataset::open(const std::string& pattern,
                                             std::vector<std::string> classes,
                                             const PictureOptions& pictures) {
  Files files;
  for (const std::string& path : expand_braces(pattern)) {
    const auto number = static_cast<uint32_t>(files.archives.size());
    add_tar_samples(files.archives.emplace_back(path), number, files.samples);
  }
  if (files.samples.empty())
    throw DataError(pattern + ": holds no sample, a picture NAME.jpg and its label NAME.cls, say");
  const auto largest =
      std::max_element(files.samples.begin(), files.samples.end(),
                       [](const TarSample& a, const TarSample& b) { return a.label < b.label; });
  if (classes.empty()) classes = numbered_classes(int64_t{largest->label} + 1);
  if (largest->label >= static_cast<int64_t>(classes.size())) {
    throw ConfigError(name_in(files, largest - files.samples.begin()) + ": label " +
                      std::to_string(largest->label) + " is outside the " +
                      std::to_string(classes.size()) + " classes");
  }
  Shape image;
  if (pictures.resize) {
    image = {*pictures.resize, *pictures.resize, pictures.channels};
  } else {
    Image first;
    PictureReader reader;
    decode(files, 0, pictures, reader, first);
    image = {first.height, first.width, first.channels};
  }
  return std::shared_ptr<TarDataset>(
      new TarDataset(std::move(files), image, std::move(classes), pictures));
}

TarDataset::TarDataset(Files files, Shape image, std::vector<std::string> classes,
                       const PictureOptions& pictures)
    : Dataset(static_cast<int64_t>(files.samples.size()), image, std::move(classes)),
      files_(std::move(files)),
      pictures_(pictures) {}

std::string TarDataset::name_in(const Files& files, int64_t i) {
  const TarSample& s = files.samples[static_cast<size_t>(i)];
  return files.archives[s.archive].path() + ": sample " + std::to_string(i) + " (byte " +
         std::to_string(s.offset) + ")";
}

std::string TarDataset::name(int64_t i) const { return name_in(files_, i); }

void TarDataset::decode(const Files& files, int64_t i, const PictureOptions& pictures,
                        PictureReader& reader, Image& image) {
  const TarSample& s = files.samples[static_cast<size_t>(i)];
  const MappedFile& archive = files.archives[s.archive];
  archive.will_need(s.offset, s.size);
  reader.decode(archive.bytes().subspan(s.offset, s.size), name_in(files, i), pictures, image);
}

void TarDataset::read(int64_t i, Image& image) const {
  readers_.with_reader([&](PictureReader& reader) { decode(files_, i, pictures_, reader, image); });
  const ImageSize size = {image.height, image.width}, wanted = {this->image()[0], this->image()[1]};
  if (size == wanted) return;
  throw ConfigError("data: " + name(i) + " has " + size.to_string() +
                    " pixels (height x width), the first " + wanted.to_string() +
                    "; where pictures differ in size, set \"resize\": 256, say");
}

void TarDataset::read_whole(int64_t i, Image& image) const {
  PictureOptions whole = pictures_;
  whole.resize.reset();
  readers_.with_reader([&](PictureReader& reader) { decode(files_, i, whole, reader, image); });
}

}  // namespace fovea::detail
