// SPDX-License-Identifier: Apache-2.0
#include "byte_files.h"
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/idx_dataset.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

const std::vector<std::string> kTen = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

void check_twenty(const IdxDataset& data) {
  REQUIRE(data.size() == 20);
  REQUIRE(data.image() == Shape{28, 28, 1});
  REQUIRE(data.classes() == kTen);
  Image image;
  for (int64_t i = 0; i < 20; i++) {
    CHECK(data.label(i) == i % 10);
    data.read(i, image);
    REQUIRE(image.pixels.size() == 784);
    for (int64_t p = 0; p < 784; p++) {
      REQUIRE(image.pixels[static_cast<size_t>(p)] == idx_pixel(784 * i + p));
    }
  }
}

std::string open_error(const std::string& images, const std::string& labels = "") {
  return error_message<DataError>([&] { IdxDataset::open(images, labels, kTen); });
}

// The message for these bytes as image file, with 20 good labels beside it.
std::string image_error(const std::string& images) {
  const TempDir dir;
  dir.write("t-labels-idx1-ubyte", idx1(20));
  const std::string path = dir.write("t-images-idx3-ubyte", images);
  const std::string message = open_error(path);
  CHECK_THAT(message, Catch::Matchers::StartsWith(path));
  return message;
}

std::string label_error(const std::string& labels) {
  const TempDir dir;
  const std::string path = dir.write("t-labels-idx1-ubyte", labels);
  const std::string message = open_error(dir.write("t-images-idx3-ubyte", idx3(20)));
  CHECK_THAT(message, Catch::Matchers::StartsWith(path));
  return message;
}

}  // namespace

TEST_CASE("idx: plain, gzip, and gzip without the ending", "[data]") {
  const TempDir dir;
  const std::string ending = GENERATE("", ".gz");
  const bool packed = GENERATE(false, true);
  const auto pack = [&](const std::string& bytes) { return packed ? gzip(bytes) : bytes; };
  dir.write("train-labels-idx1-ubyte" + ending, pack(idx1(20)));
  check_twenty(
      *IdxDataset::open(dir.write("train-images-idx3-ubyte" + ending, pack(idx3(20))), "", kTen));
}

TEST_CASE("idx: labels beside images, named or packed in another way", "[data]") {
  const TempDir dir;
  SECTION("packed images, plain labels") {
    dir.write("train-labels-idx1-ubyte", idx1(20));
    check_twenty(
        *IdxDataset::open(dir.write("train-images-idx3-ubyte.gz", gzip(idx3(20))), "", kTen));
  }
  SECTION("plain images, packed labels") {
    dir.write("train-labels-idx1-ubyte.gz", gzip(idx1(20)));
    check_twenty(*IdxDataset::open(dir.write("train-images-idx3-ubyte", idx3(20)), "", kTen));
  }
  SECTION("with a point") {
    dir.write("train-labels.idx1-ubyte", idx1(20));
    check_twenty(*IdxDataset::open(dir.write("train-images.idx3-ubyte", idx3(20)), "", kTen));
  }
  SECTION("given") {
    const std::string labels = dir.write("answers", idx1(20));
    check_twenty(*IdxDataset::open(dir.write("pictures", idx3(20)), labels, kTen));
  }
  SECTION("two gzip members") {
    dir.write("t-labels-idx1", idx1(20));
    const std::string bytes = idx3(20);
    const std::string images = gzip(bytes.substr(0, 5000)) + gzip(bytes.substr(5000));
    check_twenty(*IdxDataset::open(dir.write("t-images-idx3", images), "", kTen));
  }
}

TEST_CASE("idx: images need not be square", "[data]") {
  const TempDir dir;
  dir.write("t-labels-idx1", idx1(3));
  const auto data = IdxDataset::open(dir.write("t-images-idx3", idx3(3, 2, 5)), "", kTen);
  REQUIRE(data->image() == Shape{2, 5, 1});
  Image image;
  data->read(2, image);
  CHECK(image.height == 2);
  CHECK(image.width == 5);
  CHECK(image.pixels[9] == idx_pixel(29));
}

TEST_CASE("idx: damaged image files end in one message", "[data]") {
  const std::string good = idx3(20);
  CHECK_THAT(image_error(good.substr(0, good.size() - 100)),
             Contains("needs 15696 bytes, has 15596"));
  CHECK_THAT(image_error(good + "x"), Contains("needs 15696 bytes, has 15697: trailing bytes"));
  CHECK_THAT(image_error(""), Contains("has 0 bytes; the header alone needs 16"));
  CHECK_THAT(image_error(good.substr(0, 11)), Contains("has 11 bytes; the header alone needs 16"));
  CHECK_THAT(image_error(idx3(0)), Contains("0 samples (byte 4)"));
  CHECK_THAT(image_error(idx3(20, 0, 28)), Contains("images of 0x28 pixels"));
}

TEST_CASE("idx: absurd extents take no memory", "[data]") {
  CHECK_THAT(image_error(idx3_header(20, 0xffffffff, 0xffffffff)),
             Contains("4294967295x4294967295"));
  CHECK_THAT(image_error(idx3_header(0xffffffff, 10000, 10000)),
             Contains("needs 429496729500000016 bytes, has 16"));
  CHECK_THAT(image_error(gzip(idx3_header(0xffffffff, 10000, 10000))),
             Contains("needs 429496729500000016 bytes, but a gzip file of this size"));
}

TEST_CASE("idx: foreign image files are named", "[data]") {
  CHECK_THAT(image_error(idx1(20)), Contains("magic 0x801 is a label file, 0x803 (images) wanted"));
  CHECK_THAT(image_error(idx3(20, 28, 28, 0xd03)),
             Contains("magic 0xd03 is an idx file of 32-bit floats with 3 axes"));
  CHECK_THAT(image_error("PK\x03\x04 and so on"), Contains("starts with 50 4b 03 04 (a zip file)"));
  CHECK_THAT(image_error("<!DOCTYPE html>"), Contains("starts with \"<!DO\""));
  CHECK_THAT(image_error(idx3(20, 28, 28, 0x03080000)), Contains("not an idx file"));
  CHECK_THAT(image_error(gzip(gzip(idx3(20)))), Contains("gzip"));
}

TEST_CASE("idx: damaged gzip", "[data]") {
  const std::string good = gzip(idx3(20));
  CHECK_THAT(image_error(good.substr(0, good.size() / 2)), Contains("the gzip stream is cut off"));
  CHECK_THAT(image_error(good.substr(0, good.size() - 1)), Contains("the gzip stream is cut off"));
  CHECK_THAT(image_error(good.substr(0, 2)), Contains("the gzip stream is cut off"));
  std::string wrong_sum = good;
  wrong_sum[wrong_sum.size() - 7] = static_cast<char>(wrong_sum[wrong_sum.size() - 7] ^ 1);
  CHECK_THAT(image_error(wrong_sum), Contains("damaged") && Contains("incorrect data check"));
  CHECK_THAT(image_error(good + "junk"), Contains("damaged"));
  CHECK_THAT(image_error(gzip(idx3(20).substr(0, 1000))),
             Contains("needs 15696 bytes, has 1000 after unpacking"));
  CHECK_THAT(image_error(gzip(idx3(20) + "x")), Contains("trailing bytes"));
}

TEST_CASE("idx: wrong label files", "[data]") {
  CHECK_THAT(label_error(idx3(20)),
             Contains("magic 0x803 is an image file, 0x801 (labels) wanted"));
  CHECK_THAT(label_error(idx1(21)), Contains("has 21 labels, but") && Contains("has 20 images"));
  CHECK_THAT(label_error(idx1(20).substr(0, 27)), Contains("needs 28 bytes, has 27"));
  std::string eleventh = idx1(20);
  eleventh[8 + 3] = 10;
  CHECK_THAT(label_error(eleventh),
             Contains("label 10 of sample 3 (byte 11) is outside the 10 classes"));
}

TEST_CASE("idx: missing files", "[data]") {
  const TempDir dir;
  CHECK_THAT(open_error(dir.file("no-images-idx3")), Contains("there is no such file"));
  CHECK_THAT(open_error(dir.path().string()), Contains("is a folder"));
  CHECK_THAT(open_error("/dev/zero"), Contains("is not a regular file"));
  CHECK_THAT(
      open_error(dir.write("t-images-idx3-ubyte", idx3(20))),
      Contains("labels are missing") && Contains("t-labels-idx1-ubyte nor t-labels-idx1-ubyte.gz"));
  CHECK_THAT(open_error(dir.write("pictures", idx3(20))), Contains("where are its labels?"));
}
