// SPDX-License-Identifier: Apache-2.0
// Pictures as the bytes that a shard holds.
#pragma once

#include <fovea/data/image.h>
#include <fovea/data/prepare.h>

#include <memory>
#include <string>

namespace fovea::detail {

// For one thread at a time.
class PictureEncoder {
 public:
  explicit PictureEncoder(PictureEncoding encoding);
  ~PictureEncoder();
  PictureEncoder(PictureEncoder&&) noexcept;
  PictureEncoder& operator=(PictureEncoder&&) = delete;

  // JPEG: 4:2:0 by libjpeg-turbo with its accurate transform; else PPM or PGM.
  void encode(const Image& image, std::string& bytes);

 private:
  PictureEncoding encoding_;
  void* jpeg_ = nullptr;
};

// Of a member's name: "jpg", "ppm" or "pgm".
std::string picture_ending(PictureEncoding encoding, int64_t channels);

}  // namespace fovea::detail
