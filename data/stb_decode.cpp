// SPDX-License-Identifier: Apache-2.0
#include "stb_decode.h"

#include <fovea/data/image_file.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>

// Only what is used: the JPEG part of stb_image 2.27 writes out of bounds on damaged files. Static,
// so that a program may hold an stb_image of its own.
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_MAX_DIMENSIONS 16384
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

namespace fovea::detail {

static_assert(STBI_MAX_DIMENSIONS == kMaxImageSide);

namespace {

struct Free {
  void operator()(void* pixels) const { stbi_image_free(pixels); }
};

[[noreturn]] void fail(const EncodedImage& file, const char* kind) {
  if (stbi_failure_reason() == std::string_view("outofmem")) throw std::bad_alloc();
  file.fail("damaged " + std::string(kind) + " file: " + stbi_failure_reason());
}

}  // namespace

void decode_with_stb(const EncodedImage& file, const char* kind, Image& image) {
  const stbi_uc* bytes = file.bytes.data();
  const int size = static_cast<int>(file.bytes.size());
  int width = 0, height = 0, channels = 0;
  if (!stbi_info_from_memory(bytes, size, &width, &height, &channels)) fail(file, kind);
  file.check_size(width, std::abs(height));  // negative: a BMP with its rows from the top

  const auto copy = [&](const auto* pixels, auto&& to_8_bits) {
    if (pixels == nullptr) fail(file, kind);
    image.resize(height, width, channels);
    for (size_t i = 0; i < image.pixels.size(); i++) image.pixels[i] = to_8_bits(pixels[i]);
  };
  if (stbi_is_16_bit_from_memory(bytes, size)) {
    const std::unique_ptr<stbi_us, Free> pixels(
        stbi_load_16_from_memory(bytes, size, &width, &height, &channels, 0));
    copy(pixels.get(), [](uint32_t v) { return static_cast<uint8_t>((v * 255 + 32767) / 65535); });
  } else {
    const std::unique_ptr<stbi_uc, Free> pixels(
        stbi_load_from_memory(bytes, size, &width, &height, &channels, 0));
    copy(pixels.get(), [](uint8_t v) { return v; });
  }
}

}  // namespace fovea::detail
