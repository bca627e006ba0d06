// SPDX-License-Identifier: Apache-2.0
// Makes JPEG files.
#pragma once

#include "picture_bytes.h"

#include <turbojpeg.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace fovea::test {

// `format`: TJPF_GRAY, TJPF_RGB or TJPF_CMYK (which becomes YCCK); `flags`: TJFLAG_PROGRESSIVE or
// 0.
inline std::string jpeg(int width, int height, int format, const std::string& pixels,
                        int subsampling = TJSAMP_444, int flags = 0, int quality = 100) {
  const tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  if (format == TJPF_GRAY) subsampling = TJSAMP_GRAY;
  const int result =
      tjCompress2(handle, reinterpret_cast<const unsigned char*>(pixels.data()), width, 0, height,
                  format, &out, &size, subsampling, quality, flags | TJFLAG_ACCURATEDCT);
  std::string file(reinterpret_cast<const char*>(out), size);
  tjFree(out);
  tjDestroy(handle);
  if (result != 0) throw std::runtime_error("tjCompress2");
  return file;
}

// The same colour everywhere.
inline std::string plain_jpeg(int width, int height, int format, std::initializer_list<int> colour,
                              int flags = 0) {
  std::string pixels;
  for (int i = 0; i < width * height; i++) pixels += bytes(colour);
  return jpeg(width, height, format, pixels, TJSAMP_420, flags);
}

inline std::string big_endian_16(size_t value) {
  return bytes({static_cast<int>(value >> 8), static_cast<int>(value & 255)});
}

// A segment of a JPEG file.
inline std::string jpeg_segment(int code, const std::string& content) {
  return bytes({0xff, code}) + big_endian_16(content.size() + 2) + content;
}

// A TIFF structure that says an orientation.
inline std::string exif_data(int orientation) {
  return "MM" + bytes({0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0}) +
         bytes({0, 0, 0, 0});
}

// `segment` put behind the start marker.
inline std::string with_segment(const std::string& file, const std::string& segment) {
  return file.substr(0, 2) + segment + file.substr(2);
}

}  // namespace fovea::test
