// SPDX-License-Identifier: Apache-2.0
// For tests in other languages: what Fovea makes of pictures. Each line of standard input is
// answered by one line.
//   decode CHANNELS EXIF PATH | resize HEIGHT WIDTH PATH | crop SIZE PATH | box TOP LEFT HEIGHT
//   WIDTH SIZE PATH
// The answer is HEIGHTxWIDTHxCHANNELS and the SHA-256 of the pixels, or "error" and the message.
#include <fovea/core/error.h>
#include <fovea/core/io/sha256.h>
#include <fovea/data/image_file.h>
#include <fovea/data/resize.h>

#include <iostream>
#include <span>
#include <sstream>

using namespace fovea;

namespace {

std::string path_of(std::istringstream& words) {
  std::string path;
  std::getline(words >> std::ws, path);
  return path;
}

Image answer(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "decode") {
    int64_t channels = 0;
    std::string exif;
    words >> channels >> exif;
    return load_image(path_of(words), channels, exif == "apply" ? Exif::apply : Exif::ignore);
  }
  if (command == "resize") {
    int64_t height = 0, width = 0;
    words >> height >> width;
    return resize_bilinear(load_image(path_of(words), 3), height, width);
  }
  int64_t size = 0;
  if (command == "crop") {
    words >> size;
    return resize_and_crop(load_image(path_of(words), 3), size);
  }
  Box box;
  words >> box.corner.top >> box.corner.left >> box.size.height >> box.size.width >> size;
  Image image;
  Resizer().resize_box(load_image(path_of(words), 3), box, {size, size}, image);
  return image;
}

}  // namespace

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    try {
      const Image image = answer(line);
      Sha256 hash;
      hash.update(std::as_bytes(std::span(image.pixels)));
      std::cout << image.height << 'x' << image.width << 'x' << image.channels << ' ' << hash.hex()
                << '\n';
    } catch (const Error& error) {
      std::cout << "error " << error.what() << '\n';
    }
  }
}
