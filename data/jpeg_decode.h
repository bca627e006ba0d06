// SPDX-License-Identifier: Apache-2.0
// JPEG through libjpeg-turbo: the pixels that Pillow gives, to the last bit.
#pragma once

#include "encoded_image.h"
#include "jpeg_check.h"

#include <fovea/data/image.h>

#include <memory>
#include <vector>

namespace fovea::detail {

// Keeps the decoder and its memory between pictures. For one thread at a time.
class JpegDecoder {
 public:
  JpegDecoder();
  ~JpegDecoder();
  JpegDecoder(JpegDecoder&&) noexcept;
  JpegDecoder& operator=(JpegDecoder&&) noexcept;

  // Gray gives one channel, all else three; black is multiplied into the colours. `parts` are
  // those of the file. Throws DataError for damaged pixels, or std::bad_alloc.
  void decode(const EncodedImage& file, const JpegParts& parts, Image& image);

 private:
  struct Close {
    void operator()(void* handle) const;
  };
  void decompress(const EncodedImage& file, const JpegParts& parts, int format, uint8_t* pixels);

  std::unique_ptr<void, Close> handle_;  // opened with the first picture
  std::vector<uint8_t> four_;            // the pixels of a picture with four components
};

}  // namespace fovea::detail
