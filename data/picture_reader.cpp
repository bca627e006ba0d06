// SPDX-License-Identifier: Apache-2.0
#include "picture_reader.h"

#include "file_reader.h"

#include <utility>

namespace fovea::detail {

namespace {

// What is kept between pictures: a single huge one does not hold on to its memory.
constexpr size_t kMostKept = size_t{32} << 20;

void trim(std::vector<uint8_t>& bytes) {
  if (bytes.capacity() > kMostKept) std::vector<uint8_t>().swap(bytes);
}

}  // namespace

void PictureReader::read(const std::string& path, const PictureOptions& options, Image& image) {
  read_bytes(path, kMaxPictureBytes, bytes_);
  decode(bytes_, path, options, image);
  trim(bytes_);
}

void PictureReader::decode(std::span<const uint8_t> bytes, const std::string& name,
                           const PictureOptions& options, Image& image) {
  Image& decoded = options.resize ? whole_ : image;
  decoder_.decode(bytes, name, options.channels, options.exif, decoded);
  decoder_.trim(kMostKept);
  if (!options.resize) return;
  resizer_.resize_and_crop(decoded, *options.resize, image);
  trim(whole_.pixels);
}

void PictureReader::resize(const Image& from, const PictureOptions& options, Image& image) {
  resizer_.resize_and_crop(from, *options.resize, image);
}

std::unique_ptr<PictureReader> PictureReaders::take() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<PictureReader> reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  return std::make_unique<PictureReader>();
}

void PictureReaders::give_back(std::unique_ptr<PictureReader> reader) const {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

}  // namespace fovea::detail
