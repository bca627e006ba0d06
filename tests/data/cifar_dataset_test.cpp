// SPDX-License-Identifier: Apache-2.0
#include "cifar_bytes.h"
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

std::shared_ptr<const Dataset> open(const std::string& path, Split split = Split::train,
                                    CifarLabels labels = CifarLabels::fine) {
  return make_dataset(DataPath{path, "", labels}, split);
}

std::string file_error(const std::string& name, const std::string& bytes) {
  const TempDir dir;
  const std::string path = dir.write(name, bytes);
  const std::string message = error_message<DataError>([&] { open(path); });
  CHECK_THAT(message, Catch::Matchers::StartsWith(path + ": "));
  return message;
}

void check_colours(const Dataset& data, int64_t i, int red) {
  Image image;
  data.read(i, image);
  REQUIRE(image.pixels.size() == 3072);
  for (size_t p = 0; p < 3072; p += 3) {
    REQUIRE(image.pixels[p] == red);
    REQUIRE(image.pixels[p + 1] == red + 1);
    REQUIRE(image.pixels[p + 2] == red + 2);
  }
}

}  // namespace

TEST_CASE("CIFAR-10: labels, colours and places", "[data]") {
  const TempDir dir;
  std::string bytes = cifar10(12);
  bytes[3 * 3073 + 1 + 1024 + 32 * 5 + 7] = 99;  // green of row 5, column 7 of record 3
  const auto data = open(dir.write("data_batch_1.bin", bytes));
  REQUIRE(data->size() == 12);
  REQUIRE(data->image() == Shape{32, 32, 3});
  CHECK(data->classes().size() == 10);
  CHECK(data->classes()[9] == "9");
  CHECK(data->label(11) == 1);
  check_colours(*data, 11, 31);
  Image image;
  data->read(3, image);
  CHECK(image.pixels[3 * (32 * 5 + 7) + 1] == 99);
}

TEST_CASE("CIFAR-100: fine labels, or coarse ones when asked for", "[data]") {
  const TempDir dir;
  const std::string path = dir.write("train.bin", cifar100(25));
  const auto fine = open(path);
  const auto coarse = open(path, Split::train, CifarLabels::coarse);
  REQUIRE(fine->size() == 25);
  CHECK(fine->classes().size() == 100);
  CHECK(coarse->classes().size() == 20);
  CHECK(fine->label(23) == 23);
  CHECK(coarse->label(23) == 3);
  check_colours(*fine, 23, 33);
}

TEST_CASE("CIFAR: class names beside the files", "[data]") {
  const TempDir dir;
  std::string names;
  for (int i = 0; i < 10; i++) names += "name" + std::to_string(i) + "\n";
  const std::string path = dir.write("data_batch_1.bin", cifar10(2));
  const std::string meta = dir.write("batches.meta.txt", names + "\n");
  CHECK(open(path)->classes()[7] == "name7");
  dir.write("batches.meta.txt", "one\ntwo\n");
  CHECK_THAT(error_message<DataError>([&] { open(path); }),
             Contains(meta + ": has 2 names, 10 wanted"));
  const std::string hundred = dir.write("train.bin", cifar100(2));
  dir.write("coarse_label_names.txt", names + "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
  CHECK(open(hundred, Split::train, CifarLabels::coarse)->classes()[19] == "j");
  CHECK_THAT(error_message<ConfigError>([&] {
               make_dataset(DataPath{path, ""}, Split::train, {"a", "b", "c"});
             }),
             Contains("data.classes has 3 names") && Contains("has 10 classes"));
}

TEST_CASE("CIFAR: folders as published", "[data]") {
  const TempDir dir;
  for (int i = 1; i <= 11; i++) {
    dir.write("data_batch_" + std::to_string(i) + ".bin", cifar10(i));
  }
  dir.write("test_batch.bin", cifar10(4));
  dir.write("readme.html", "<html>");
  const auto train = open(dir.path());
  CHECK(train->size() == 66);
  check_colours(*train, 65, 30);  // the last of batch 11, which follows batch 10
  CHECK(open(dir.path(), Split::val)->size() == 4);
  std::filesystem::remove(dir.file("data_batch_4.bin"));
  CHECK_THAT(error_message<DataError>([&] { open(dir.path()); }),
             Contains("data_batch_4.bin is missing"));
}

TEST_CASE("CIFAR: folders that leave a question", "[data]") {
  const TempDir dir;
  dir.write("train.bin", cifar100(3));
  CHECK(open(dir.path())->size() == 3);
  CHECK_THAT(error_message<DataError>([&] { open(dir.path(), Split::val); }),
             Contains("has no test_batch.bin or test.bin"));
  dir.write("data_batch_1.bin", cifar10(3));
  CHECK_THAT(error_message<DataError>([&] { open(dir.path()); }),
             Contains("holds CIFAR-10 and CIFAR-100") && Contains("data_batch_1.bin or train.bin"));
}

TEST_CASE("CIFAR: other names are told by their size", "[data]") {
  const TempDir dir;
  CHECK(open(dir.write("ten.bin", cifar10(3)))->classes().size() == 10);
  CHECK(open(dir.write("hundred", cifar100(3)))->classes().size() == 100);
  CHECK_THAT(file_error("x.bin", std::string(3073 * 3074, '\0')),
             Contains("CIFAR-10 or CIFAR-100 by its size"));
}

TEST_CASE("CIFAR: damaged files end in one message", "[data]") {
  CHECK_THAT(file_error("data_batch_1.bin", cifar10(3).substr(0, 9000)),
             Contains("has 9000 bytes, not a whole number of CIFAR-10 records of 3073: record 2, "
                      "at byte 6146, is cut off"));
  CHECK_THAT(file_error("train.bin", cifar10(3)), Contains("CIFAR-100 records of 3074"));
  CHECK_THAT(file_error("x.bin", "abc"), Contains("has 3 bytes: neither whole records"));
  CHECK_THAT(file_error("test.bin", ""), Contains("is empty"));
  std::string bytes = cifar10(3);
  bytes[2 * 3073] = 10;
  CHECK_THAT(file_error("data_batch_1.bin", bytes),
             Contains("label 10 of record 2 (byte 6146) is outside the 10 classes of CIFAR-10"));
  bytes = cifar100(3);
  bytes[3074] = 20;
  CHECK_THAT(file_error("train.bin", bytes), Contains("coarse label 20 of record 1 (byte 3074)"));
  bytes = cifar100(3);
  bytes[3075] = 100;
  CHECK_THAT(file_error("train.bin", bytes), Contains("fine label 100 of record 1 (byte 3075)"));
  CHECK_THAT(file_error("data_batch_1", "\x80\x02}q\x01(U\x0b"),
             Contains("starts with 80 02 (a Python pickle)"));
}

TEST_CASE("CIFAR: options that do not suit it", "[data]") {
  const TempDir dir;
  const std::string path = dir.write("data_batch_1.bin", cifar10(2));
  CHECK_THAT(error_message<ConfigError>([&] { open(path, Split::train, CifarLabels::coarse); }),
             Contains("no coarse labels"));
  CHECK_THAT(error_message<ConfigError>([&] {
               make_dataset(DataPath{path, "y"}, Split::train);
             }),
             Contains("hold their labels"));
}
