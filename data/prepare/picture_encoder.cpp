// SPDX-License-Identifier: Apache-2.0
#include "prepare/picture_encoder.h"

#include "shard_index.h"

#include <fovea/core/error.h>

#include <turbojpeg.h>

#include <charconv>
#include <new>
#include <utility>

namespace fovea {

std::string PictureEncoding::to_string() const {
  return raw() ? "raw" : "jpeg:" + std::to_string(jpeg_quality);
}

PictureEncoding PictureEncoding::parse(const std::string& text) {
  if (text == "raw") return {0};
  if (text == "jpeg") return {};
  constexpr std::string_view kJpeg = "jpeg:";
  int quality = 0;
  if (text.starts_with(kJpeg)) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + kJpeg.size(), end, quality);
    if (error == std::errc() && stop == end && quality >= 1 && quality <= 100) return {quality};
  }
  throw ConfigError("encode \"" + text + "\": jpeg:QUALITY (1 to 100) or raw wanted");
}

namespace detail {

PictureEncoder::PictureEncoder(PictureEncoding encoding) : encoding_(encoding) {
  if (encoding_.raw()) return;
  jpeg_ = tjInitCompress();
  if (jpeg_ == nullptr) throw std::bad_alloc();
}

PictureEncoder::~PictureEncoder() {
  if (jpeg_ != nullptr) tjDestroy(jpeg_);
}

PictureEncoder::PictureEncoder(PictureEncoder&& other) noexcept
    : encoding_(other.encoding_), jpeg_(std::exchange(other.jpeg_, nullptr)) {}

void PictureEncoder::encode(const Image& image, std::string& bytes) {
  if (encoding_.raw()) {
    bytes = pnm_header(image.height, image.width, image.channels);
    bytes.append(reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size());
    return;
  }
  const bool gray = image.channels == 1;
  const int width = static_cast<int>(image.width), height = static_cast<int>(image.height);
  const int subsampling = gray ? TJSAMP_GRAY : TJSAMP_420;
  unsigned long size = tjBufSize(width, height, subsampling);
  bytes.resize(size);
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  if (tjCompress2(jpeg_, image.pixels.data(), width, 0, height, gray ? TJPF_GRAY : TJPF_RGB, &out,
                  &size, subsampling, encoding_.jpeg_quality,
                  TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
    throw SystemError(std::string("libjpeg-turbo cannot encode a picture: ") +
                      tjGetErrorStr2(jpeg_));
  }
  bytes.resize(size);
}

std::string picture_ending(PictureEncoding encoding, int64_t channels) {
  if (!encoding.raw()) return "jpg";
  return channels == 1 ? "pgm" : "ppm";
}

}  // namespace detail

}  // namespace fovea
