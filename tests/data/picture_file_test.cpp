// SPDX-License-Identifier: Apache-2.0
#include "picture_bytes.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/picture_file.h>

#include <catch2/catch.hpp>

using Catch::Contains;
using fovea::DataError;
using fovea::Image;
using fovea::PictureFile;
using namespace fovea::test;

TEST_CASE("an idx file holds many pictures, with the labels beside it") {
  const TempDir dir;
  const bool packed = GENERATE(false, true);
  const std::string bytes = idx3(13, 5, 3);
  const std::string path = dir.write("x-images-idx3-ubyte", packed ? gzip(bytes) : bytes);
  const PictureFile alone(path, 1);
  CHECK(alone.is_idx());
  CHECK(alone.size() == 13);
  CHECK_FALSE(alone.label(12));
  const Image image = alone.picture(2);
  CHECK(image.height == 5);
  CHECK(image.width == 3);
  CHECK(image.channels == 1);
  CHECK(image.pixels[14] == idx_pixel(2 * 15 + 14));

  dir.write("x-labels-idx1-ubyte", idx1(13));
  CHECK(PictureFile(path, 1).label(12) == 2);
  dir.write("x-labels-idx1-ubyte", idx1(12));
  CHECK_THROWS_WITH(PictureFile(path, 1), Contains("12 labels") && Contains("13 images"));
}

TEST_CASE("an image file holds one picture") {
  const TempDir dir;
  const PictureFile file(dir.write("a.pgm", "P5 3 2 255\nabcdef"), 3);
  CHECK_FALSE(file.is_idx());
  CHECK(file.size() == 1);
  CHECK_FALSE(file.label(0));
  CHECK(file.picture(0).channels == 3);
  CHECK(file.picture(0).pixels[15] == 'f');
}

TEST_CASE("files of other kinds are named") {
  const TempDir dir;
  const auto message = [&](const std::string& bytes) {
    const std::string path = dir.write("some.file", bytes);
    try {
      PictureFile(path, 1);
    } catch (const DataError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  for (const std::string& bytes :
       {std::string(), std::string("text"), gzip("text"), std::string("\0\0\x08", 3), idx1(3)}) {
    CHECK_THAT(message(bytes), Contains("some.file"));
  }
  CHECK_THROWS_AS(PictureFile(dir.file("absent"), 1), DataError);
}
