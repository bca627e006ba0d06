// SPDX-License-Identifier: Apache-2.0
// From files to pictures, one after another, in memory that is kept.
#pragma once

#include "picture_decoder.h"

#include <fovea/data/picture_options.h>
#include <fovea/data/resize.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fovea::detail {

// For one thread at a time. All throw as decode_image().
class PictureReader {
 public:
  void read(const std::string& path, const PictureOptions& options, Image& image);
  // `name` stands for the file in messages.
  void decode(std::span<const uint8_t> bytes, const std::string& name,
              const PictureOptions& options, Image& image);
  // Makes a picture that is there already what `options.resize` says.
  void resize(const Image& from, const PictureOptions& options, Image& image);

 private:
  PictureDecoder decoder_;
  Resizer resizer_;
  std::vector<uint8_t> bytes_;
  Image whole_;
};

// Readers for as many threads as ask at once.
class PictureReaders {
 public:
  // Calls use(reader) with one that no other thread has.
  template <class Use>
  void with_reader(Use&& use) const {
    std::unique_ptr<PictureReader> reader = take();
    try {
      use(*reader);
    } catch (...) {
      give_back(std::move(reader));
      throw;
    }
    give_back(std::move(reader));
  }

 private:
  std::unique_ptr<PictureReader> take() const;
  void give_back(std::unique_ptr<PictureReader> reader) const;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<PictureReader>> idle_;
};

}  // namespace fovea::detail
