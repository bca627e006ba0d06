// SPDX-License-Identifier: Apache-2.0
#include "byte_files.h"
#include "npy_bytes.h"
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/data/npy_dataset.h>

#include <catch2/catch.hpp>

#include <algorithm>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

const std::string kTwoLabels = npy("|u1", "(2,)", std::string("\1\0", 2));

// The message for these bytes as x.npy beside good labels.
std::string npy_image_error(const std::string& images) {
  const TempDir dir;
  dir.write("y.npy", kTwoLabels);
  const std::string path = dir.write("x.npy", images);
  const std::string message = error_message<DataError>([&] { NpyDataset::open(path, ""); });
  CHECK_THAT(message, Catch::Matchers::StartsWith(path + ": "));
  return message;
}

std::string header_error(const std::string& dictionary) {
  return npy_image_error(npy_with_header(dictionary, counting(24)));
}

std::string npy_label_error(const std::string& labels) {
  const TempDir dir;
  const std::string path = dir.write("y.npy", labels);
  const std::string images = dir.write("x.npy", npy("|u1", "(2, 3, 4)", counting(24)));
  const std::string message = error_message<DataError>([&] { NpyDataset::open(images, ""); });
  CHECK_THAT(message, Catch::Matchers::StartsWith(path + ": "));
  return message;
}

std::vector<int32_t> labels_from(const std::string& bytes) {
  const TempDir dir;
  dir.write("y.npy", bytes);
  const auto data = NpyDataset::open(dir.write("x.npy", npy("|u1", "(3, 1, 1)", counting(3))), "");
  return {data->label(0), data->label(1), data->label(2)};
}

}  // namespace

TEST_CASE("npy: every layout of the axes gives the same pictures", "[data]") {
  // Element (n, h, w, c) of two pictures of 3x4 pixels, in the order of the file's axes.
  struct Layout {
    std::string shape;
    std::vector<int> axes;  // which of n, h, w, c
    bool fortran;
    int channels;
  };
  const Layout layout = GENERATE(
      Layout{"(2, 3, 4, 3)", {0, 1, 2, 3}, false, 3}, Layout{"(2, 3, 4, 3)", {0, 1, 2, 3}, true, 3},
      Layout{"(2, 3, 3, 4)", {0, 3, 1, 2}, false, 3}, Layout{"(2, 3, 3, 4)", {0, 3, 1, 2}, true, 3},
      Layout{"(2, 1, 3, 4)", {0, 3, 1, 2}, false, 1},
      Layout{"(2, 3, 4, 1)", {0, 1, 2, 3}, false, 1}, Layout{"(2, 3, 4)", {0, 1, 2}, false, 1},
      Layout{"(2, 3, 4)", {0, 1, 2}, true, 1});
  const int extents[4] = {2, 3, 4, layout.channels};
  std::vector<int> order = layout.axes;  // from the slowest to the fastest
  if (layout.fortran) std::reverse(order.begin(), order.end());
  std::string elements;
  std::vector<int> at(4, 0);
  const auto value = [&] { return 60 * at[0] + 12 * at[1] + 3 * at[2] + at[3]; };
  for (bool more = true; more;) {
    elements += static_cast<char>(value());
    more = false;
    for (size_t i = order.size(); i-- > 0 && !more;) {
      int& index = at[static_cast<size_t>(order[i])];
      index = (index + 1) % extents[order[i]];
      more = index != 0;
    }
  }
  const TempDir dir;
  dir.write("y.npy", kTwoLabels);
  const auto data =
      NpyDataset::open(dir.write("x.npy", npy("|u1", layout.shape, elements, layout.fortran)), "");
  CAPTURE(layout.shape, layout.fortran);
  REQUIRE(data->image() == Shape{3, 4, layout.channels});
  Image image;
  for (at[0] = 0; at[0] < 2; at[0]++) {
    data->read(at[0], image);
    size_t p = 0;
    for (at[1] = 0; at[1] < 3; at[1]++) {
      for (at[2] = 0; at[2] < 4; at[2]++) {
        for (at[3] = 0; at[3] < layout.channels; at[3]++) {
          REQUIRE(image.pixels[p++] == value());
        }
      }
    }
  }
}

TEST_CASE("npy: labels of every integer type", "[data]") {
  const std::vector<int32_t> wanted = {2, 0, 1};
  for (const int bytes : {1, 2, 4, 8}) {
    std::string little, big;
    for (const int label : wanted) {
      const std::string zeros(static_cast<size_t>(bytes - 1), '\0');
      little += static_cast<char>(label) + zeros;
      big += zeros + static_cast<char>(label);
    }
    for (const std::string kind : {"i", "u"}) {
      const std::string type = kind + std::to_string(bytes);
      CAPTURE(type);
      CHECK(labels_from(npy("<" + type, "(3,)", little)) == wanted);
      CHECK(labels_from(npy("=" + type, "(3, 1)", little)) == wanted);
      CHECK(labels_from(npy(">" + type, "(3,)", big)) == wanted);
      CHECK(labels_from(npy("|" + type, "(3, 1)", little, true)) == wanted);
    }
  }
}

TEST_CASE("npy: header versions and habits", "[data]") {
  const std::string elements("\2\0\1", 3);
  const std::vector<int32_t> wanted = {2, 0, 1};
  for (const int version : {1, 2, 3}) {
    CHECK(labels_from(npy_with_header(npy_dictionary("|u1", "(3,)"), elements, version)) == wanted);
  }
  CHECK(labels_from(npy_with_header(R"({"shape":(3L,),"fortran_order":False,"descr":"|u1"})",
                                    elements)) == wanted);
}

TEST_CASE("npy: where the labels are looked for", "[data]") {
  const TempDir dir;
  const std::string images = npy("|u1", "(2, 3, 4)", counting(24));
  const auto opens = [&](const std::string& x, const std::string& y) {
    dir.write(y, kTwoLabels);
    const std::string path = dir.write(x, images);
    const auto data = make_dataset(DataPath{path, ""}, Split::train);
    CHECK(data->classes() == std::vector<std::string>{"0", "1"});
    CHECK(data->label(0) == 1);
    std::filesystem::remove(dir.file(y));
    return error_message<DataError>([&] { make_dataset(DataPath{path, ""}, Split::train); });
  };
  CHECK_THAT(opens("x.npy", "y.npy"), Contains("There is no y.npy beside it"));
  CHECK_THAT(opens("x_train.npy", "y_train.npy"), Contains("y_train.npy"));
  CHECK_THAT(opens("train_X.npy", "train_y.npy"), Contains("train_Y.npy or train_y.npy"));
  CHECK_THAT(opens("val_images.npy", "val_labels.npy"), Contains("val_labels.npy"));
  const std::string path = dir.write("pictures.npy", images);
  CHECK_THAT(error_message<DataError>([&] { NpyDataset::open(path, ""); }),
             Contains("Give {\"path\": ..., \"labels\": ...}"));
  CHECK(NpyDataset::open(path, dir.write("answers", kTwoLabels), {"a", "b", "c"})->classes()[2] ==
        "c");
}

TEST_CASE("npy: damaged headers end in one message with its place", "[data]") {
  const std::string good = npy("|u1", "(2, 3, 4)", counting(24));
  CHECK_THAT(npy_image_error(""), Contains("is not a .npy file: it is empty"));
  CHECK_THAT(npy_image_error("PK\x03\x04"), Contains("50 4b 03 04 (a zip file)"));
  CHECK_THAT(npy_image_error(good.substr(0, 7)), Contains("header is cut off: it needs 8 bytes"));
  CHECK_THAT(npy_image_error(good.substr(0, 70)), Contains("it needs 128 bytes, the file has 70"));
  CHECK_THAT(npy_image_error("\x93NUMPY\x04" + good.substr(7)), Contains("version 4.0 (byte 6)"));
  CHECK_THAT(npy_image_error(std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12)),
             Contains("header of 4294967295 bytes (byte 8)"));
  CHECK_THAT(npy_image_error(gzip(good)), Contains("gzip"));
  CHECK_THAT(header_error("{'descr': '|u1', 'fortran_order': Fals, 'shape': (2, 3, 4), }"),
             Contains("at byte 44: True or False wanted"));
  CHECK_THAT(header_error("{'descr': '|u1', 'fortran_order': False}"), Contains("not all are"));
  CHECK_THAT(header_error("{'descr': '|u1', 'descr': '|u1'}"), Contains("'descr' stands twice"));
  CHECK_THAT(header_error("{'order': '|u1'}"), Contains("unknown key 'order'"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 3, 4)") + " x"), Contains("goes on after"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, -3, 4)")), Contains("an extent wanted"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(9999999999999999999,)")),
             Contains("an extent wanted"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2 3 4)")), Contains("',' or ')' wanted"));
  CHECK_THAT(header_error("{'descr"), Contains("without its closing quote"));
}

TEST_CASE("npy: what is no numbers is refused by name", "[data]") {
  CHECK_THAT(header_error(npy_dictionary("|O", "(2, 3, 4)")), Contains("Python objects"));
  CHECK_THAT(header_error(npy_dictionary("<U8", "(2, 3, 4)")), Contains("dtype '<U8' is not read"));
  CHECK_THAT(header_error(npy_dictionary("<c8", "(2, 3, 4)")), Contains("dtype '<c8'"));
  CHECK_THAT(header_error("{'descr': [('a', '<u1')], 'fortran_order': False, 'shape': (2,)}"),
             Contains("records of several fields"));
}

TEST_CASE("npy: images that do not suit", "[data]") {
  CHECK_THAT(header_error(npy_dictionary("<f4", "(2, 1, 3)")),
             Contains("images are float32; uint8, 0 to 255, wanted"));
  CHECK_THAT(header_error(npy_dictionary("|b1", "(2, 3, 4)")), Contains("images are bool"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 12)")), Contains("shape (2, 12)"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 2, 3, 2)")), Contains("1 or 3 channels"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "()")), Contains("shape ()"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 0, 4)")), Contains("it holds nothing"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 3, 5)")),
             Contains("needs 158 bytes for uint8 of shape (2, 3, 5), has 152"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 3, 3)")), Contains("needs 146 bytes"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(2, 99999, 99999)")), Contains("99999x99999"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(999999999999999999, 9999, 9999)")),
             Contains("more than any file holds"));
  CHECK_THAT(header_error(npy_dictionary("|u1", "(999999999999, 100, 100)")), Contains("has 152"));
}

TEST_CASE("npy: labels that do not suit", "[data]") {
  CHECK_THAT(npy_label_error(npy("<f8", "(2,)", std::string(16, '\0'))),
             Contains("labels are float64; integers wanted"));
  CHECK_THAT(npy_label_error(npy("|u1", "(2, 10)", std::string(20, '\0'))),
             Contains("shape (2, 10); (n,) wanted: save y.argmax(axis=1)"));
  CHECK_THAT(npy_label_error(npy("|u1", "(3,)", std::string(3, '\0'))),
             Contains("has 3 labels, but") && Contains("has 2 images"));
  CHECK_THAT(npy_label_error(npy("<i2", "(2,)", std::string("\0\0\xff\xff", 4))),
             Contains("label -1 of sample 1 (byte 130) is not in 0..65535"));
  CHECK_THAT(npy_label_error(npy("<u8", "(2,)", std::string(16, '\xff'))),
             Contains("label 18446744073709551615 of sample 0 (byte 128)"));
}
