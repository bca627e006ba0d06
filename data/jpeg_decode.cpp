// SPDX-License-Identifier: Apache-2.0
#include "jpeg_decode.h"

#include <turbojpeg.h>

#include <algorithm>
#include <iterator>
#include <new>
#include <string_view>

namespace fovea::detail {

namespace {

constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;

// Warnings with which all pixels are there: bytes to spare between segments, which real data sets
// have, and markers of unknown versions.
bool is_harmless(std::string_view warning) {
  constexpr std::string_view kHarmless[] = {"extraneous bytes before marker", "JFIF revision",
                                            "Adobe color transform"};
  return std::any_of(std::begin(kHarmless), std::end(kHarmless),
                     [&](std::string_view part) { return warning.find(part) != warning.npos; });
}

bool is_out_of_memory(std::string_view error) {
  return error.find("nsufficient memory") != error.npos ||
         error.find("Memory allocation") != error.npos;
}

// The planes are inverted, as Adobe's programs write them: 255 is no ink.
void multiply_black(const std::vector<uint8_t>& four, Image& image) {
  const uint8_t* from = four.data();
  for (size_t i = 0; i < image.pixels.size(); i += 3, from += 4) {
    for (size_t c = 0; c < 3; c++)
      image.pixels[i + c] = static_cast<uint8_t>((from[c] * from[3] + 127) / 255);
  }
}

}  // namespace

void JpegDecoder::Close::operator()(void* handle) const { tjDestroy(handle); }
JpegDecoder::JpegDecoder() = default;
JpegDecoder::~JpegDecoder() = default;
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;
JpegDecoder& JpegDecoder::operator=(JpegDecoder&&) noexcept = default;

void JpegDecoder::decompress(const EncodedImage& file, const JpegParts& parts, int format,
                             uint8_t* pixels) {
  const auto width = static_cast<int>(parts.width), height = static_cast<int>(parts.height);
  const auto run = [&](int flags) {
    return tjDecompress2(handle_.get(), file.bytes.data(), file.bytes.size(), pixels, width,
                         width * tjPixelSize[format], height, format, flags);
  };
  if (run(kFlags) == 0) return;
  std::string reason = tjGetErrorStr2(handle_.get());
  if (is_out_of_memory(reason)) throw std::bad_alloc();
  // The last warning is known; again, to know the first.
  if (tjGetErrorCode(handle_.get()) == TJERR_WARNING && is_harmless(reason)) {
    run(kFlags | TJFLAG_STOPONWARNING);
    reason = tjGetErrorStr2(handle_.get());
    if (is_harmless(reason)) {
      run(kFlags);
      return;
    }
  }
  file.fail("damaged JPEG file: " + reason);
}

void JpegDecoder::decode(const EncodedImage& file, const JpegParts& parts, Image& image) {
  if (!handle_) handle_.reset(tjInitDecompress());
  if (!handle_) throw std::bad_alloc();
  const bool gray = parts.components == 1;
  image.resize(parts.height, parts.width, gray ? 1 : 3);
  if (parts.components != 4) {
    return decompress(file, parts, gray ? TJPF_GRAY : TJPF_RGB, image.pixels.data());
  }
  four_.resize(static_cast<size_t>(4 * parts.height * parts.width));
  decompress(file, parts, TJPF_CMYK, four_.data());
  multiply_black(four_, image);
}

}  // namespace fovea::detail
