// SPDX-License-Identifier: Apache-2.0
// Folders of class folders: which pictures, in which order, with which labels.
#include "jpeg_bytes.h"
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/data/fingerprint.h>
#include <fovea/data/resize.h>
#include <fovea/data/sample_list.h>

#include <catch2/catch.hpp>

#include <filesystem>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;
using Strings = std::vector<std::string>;

namespace {

// A gray picture of one value.
std::string picture(int value, uint32_t width = 2, uint32_t height = 2) {
  return png(width, 8, kGray, Strings(height, std::string(width, static_cast<char>(value))));
}

Strings names(const SampleList& list) {
  Strings all;
  for (int64_t i = 0; i < list.size(); i++)
    all.push_back(std::string(list.name(i)) + " " + std::to_string(list.label(i)));
  return all;
}

TempDir& write_all(TempDir& dir, const Strings& paths) {
  for (const std::string& path : paths) dir.write(path, "x");
  return dir;
}

std::string listing_error(const TempDir& dir) {
  return error_message<DataError>([&] { list_image_folder(dir.path()); });
}

std::shared_ptr<const Dataset> open(const TempDir& dir, const char* folder, Split split,
                                    Strings classes = {}, PictureOptions pictures = {}) {
  return make_dataset(DataPath{dir.file(folder), ""}, split, std::move(classes), pictures);
}

int32_t label_of(const Dataset& data, int value) {
  Image image;
  for (int64_t i = 0; i < data.size(); i++) {
    data.read(i, image);
    if (image.pixels[0] == value) return data.label(i);
  }
  return -1;
}

}  // namespace

TEST_CASE("class folders: torchvision's order", "[data]") {
  TempDir dir;
  write_all(dir, {"10/z.png", "2/b.PNG", "2/a.JpEg", "2/a b/1.bmp", "2/a/1.ppm", "2/a/0.pgm",
                  "2/Z.jpg", "2/a/deep/er/x.jpg"});
  write_all(dir, {"\xc3\xa9t\xc3\xa9/1.png"});
  const SampleList list = list_image_folder(dir.path());
  CHECK(list.classes == Strings{"10", "2", "\xc3\xa9t\xc3\xa9"});
  // Files of a folder, byte by byte, before the folders in it; these by their whole paths.
  CHECK(names(list) == Strings{"10/z.png 0", "2/Z.jpg 1", "2/a.JpEg 1", "2/b.PNG 1", "2/a/0.pgm 1",
                               "2/a/1.ppm 1", "2/a b/1.bmp 1", "2/a/deep/er/x.jpg 1",
                               "\xc3\xa9t\xc3\xa9/1.png 2"});
  CHECK(list.path(0) == dir.file("10/z.png"));
  CHECK(list.skipped.to_string().empty());
}

TEST_CASE("class folders: what is skipped is counted", "[data]") {
  TempDir dir;
  write_all(dir, {".DS_Store", ".ipynb_checkpoints/x.png", "README.txt", "cat/.hidden.png",
                  "cat/a.png", "cat/Thumbs.db", "cat/._a.png", "cat/.git/b.png", "dog/b.PNG",
                  "dog/notes.txt", "dog/c.webp", "dog/d.TIFF", "e.jpg"});
  const SampleList list = list_image_folder(dir.path());
  CHECK(names(list) == Strings{"cat/a.png 0", "dog/b.PNG 1"});
  CHECK(list.skipped.to_string() ==
        "5 hidden, 2 in a format that is not supported (WebP, TIFF, GIF, ...), 1 picture outside "
        "the classes' folders, 3 that are no pictures");
}

TEST_CASE("class folders: links are followed, and loops end", "[data]") {
  TempDir dir;
  write_all(dir, {"data/cat/a.png", "data/dog/b.png", "elsewhere/c.png"});
  const auto link = [&](const char* to, const char* name) {
    std::filesystem::create_symlink(to, dir.file(name));
  };
  link("../../elsewhere", "data/cat/more");
  link("..", "data/cat/up");
  link("../cat", "data/dog/../dog/cats");
  link("../elsewhere/c.png", "data/dog.png");
  link("nowhere.png", "data/dog/gone.png");
  link("../elsewhere", "data/fox");
  const SampleList list = list_image_folder(dir.file("data"));
  CHECK(list.classes == Strings{"cat", "dog", "fox"});
  const Strings all = names(list);
  CHECK(std::count(all.begin(), all.end(), "cat/more/c.png 0") == 1);
  CHECK(std::count(all.begin(), all.end(), "dog/gone.png 1") ==
        1);  // as torchvision: it fails when read
  CHECK(std::count(all.begin(), all.end(), "fox/c.png 2") == 1);
  CHECK(all.size() < 40);
}

TEST_CASE("class folders: what is wrong with a folder is said", "[data]") {
  TempDir dir;
  CHECK_THAT(listing_error(dir), Contains("holds no folders; a folder of pictures for each class"));
  write_all(dir, {"cat/a.png", "dog/notes.txt"});
  CHECK_THAT(listing_error(dir), Contains(dir.file("dog") + ": holds no picture") &&
                                     Contains("but 1 that is no picture"));
  TempDir splits;
  write_all(splits, {"train/cat/a.png", "val/cat/a.png"});
  CHECK_THAT(listing_error(splits), Contains("holds train and val, which are no classes") &&
                                        Contains(splits.file("train")));
  CHECK_THAT(error_message<DataError>([&] { list_image_folder(dir.file("none")); }),
             Contains("none: cannot be listed: No such file"));
}

TEST_CASE("a flat folder of pictures needs a list", "[data]") {
  TempDir dir;
  dir.write("val/1.JPEG", "x");
  CHECK_THAT(error_message<DataError>([&] { open(dir, "val", Split::val); }),
             Contains("without folders for their classes") && Contains("\"root\": \""));
}

TEST_CASE("class folders as a data set", "[data]") {
  TempDir dir;
  dir.write("t/cat/a.png", picture(10));
  dir.write("t/dog/b.jpg", plain_jpeg(2, 2, TJPF_GRAY, {200}));
  const auto data = open(dir, "t", Split::train);
  CHECK(data->size() == 2);
  CHECK(data->classes() == Strings{"cat", "dog"});
  CHECK(data->image() == Shape{2, 2, 3});
  CHECK(open(dir, "t", Split::train, {}, {.channels = 1})->image() == Shape{2, 2, 1});
  Image image;
  data->read(1, image);
  CHECK(image.pixels == std::vector<uint8_t>(12, 200));
  CHECK(data->label(1) == 1);
}

TEST_CASE("class folders: pictures of various sizes need a resize", "[data]") {
  TempDir dir;
  dir.write("t/cat/a.png", picture(10, 30, 20));
  dir.write("t/cat/b.png", picture(20, 8, 9));
  const auto data = open(dir, "t", Split::train);
  Image image;
  CHECK_THAT(
      error_message<ConfigError>([&] { data->read(1, image); }),
      Contains("b.png has 9x8 pixels") && Contains("a.png 20x30") && Contains("set \"resize\""));
  data->read_whole(1, image);
  CHECK(image.width == 8);
  CHECK(fingerprint(*data).size() == 64);
  const auto small = open(dir, "t", Split::train, {}, {.resize = 5});
  CHECK(small->image() == Shape{5, 5, 3});
  small->read(0, image);
  CHECK(image.pixels == std::vector<uint8_t>(75, 10));
  small->read_whole(0, image);
  CHECK(image.width == 30);
}

TEST_CASE("any data set can be resized", "[data]") {
  const SyntheticOptions options{.shape = {3, 12, 10}, .classes = 4, .samples = 5};
  const auto plain = make_dataset(options, Split::train);
  const auto data = make_dataset(options, Split::train, {}, {.resize = 6});
  CHECK(data->image() == Shape{6, 6, 3});
  Image whole, image;
  plain->read(3, whole);
  data->read(3, image);
  CHECK(image.pixels == resize_and_crop(whole, 6).pixels);
  CHECK(data->label(3) == plain->label(3));
}

TEST_CASE("class folders get the names that fit theirs", "[data]") {
  TempDir dir;
  dir.write("t/n01/a.png", picture(1));
  dir.write("t/n02/a.png", picture(2));
  const auto classes = [&](const Strings& names) {
    return open(dir, "t", Split::train, names)->classes();
  };
  CHECK(classes({"n01 tench, Tinca tinca", "n02 crane"}) ==
        Strings{"n01 tench, Tinca tinca", "n02 crane"});
  // Names without a folder are left out; the rest is in their order, labels with it.
  CHECK(classes({"n02 crane", "n03 x", "n01 tench"}) == Strings{"n02 crane", "n01 tench"});
  CHECK(label_of(*open(dir, "t", Split::train, {"n02", "n01"}), 2) == 0);
  // None fits: in the folders' order.
  CHECK(classes({"tench", "crane"}) == Strings{"n01 tench", "n02 crane"});
  const auto mistake = [&](const Strings& names) {
    return error_message<ConfigError>([&] { classes(names); });
  };
  CHECK_THAT(mistake({"n01 tench", "crane"}), Contains("no name is \"n02\" or begins with it"));
  CHECK_THAT(mistake({"tench"}), Contains("has 1 names") && Contains("2 class folders"));
}

TEST_CASE("class folders of validation are those of training", "[data]") {
  TempDir dir;
  dir.write("v/cat/a.png", picture(1));
  dir.write("v/dog/a.png", picture(2));
  const auto val = [&](const Strings& classes) { return open(dir, "v", Split::val, classes); };
  CHECK(val({"cat", "dog"})->classes() == Strings{"cat", "dog"});
  CHECK(label_of(*val({"dog", "cat a tame one"}), 1) == 1);
  CHECK(val({"0", "1"})->classes() == Strings{"0", "1"});  // classes without names
  const auto mistake = [&](const Strings& classes) {
    return error_message<DataError>([&] { val(classes); });
  };
  CHECK_THAT(mistake({"cat", "fox"}), Contains("no class trained on is \"dog\""));
  CHECK_THAT(mistake({"cat", "dog", "eel"}), Contains("no folder for \"eel\""));
  CHECK_THAT(mistake({"0", "1", "2"}), Contains("not the classes trained on (2 and 3)"));

  dir.write("t/cat/a.png", picture(1));
  dir.write("t/fox/a.png", picture(2));
  DataOptions options;
  options.train = DataPath{dir.file("t"), ""};
  options.val = DataPath{dir.file("v"), ""};
  CHECK_THAT(error_message<DataError>([&] { make_sources(options, 2, 1); }),
             Contains("no class trained on is \"dog\""));
}

namespace {

SampleList read_list(const std::string& path, const Strings& classes = {},
                     const std::string& root = "") {
  const auto data = make_dataset(DataPath{.path = path, .root = root}, Split::train, classes);
  SampleList list;
  list.classes = data->classes();
  for (int64_t i = 0; i < data->size(); i++) list.add(data->name(i), data->label(i));
  return list;
}

std::string list_error(const std::string& path, const Strings& classes = {}) {
  return error_message<DataError>([&] { read_list(path, classes); });
}

}  // namespace

TEST_CASE("lists: a path, blanks and all, and a label", "[data]") {
  TempDir dir;
  dir.write("a b.png", picture(1));
  dir.write("c/d.png", picture(2));
  const std::string list = dir.write("list.txt",
                                     "\xef\xbb\xbf"
                                     "a b.png 0\r\n  c/d.png \t 12  \n\n" +
                                         dir.file("a b.png") + "\t3\n \n");
  const SampleList samples = read_list(list);
  CHECK(names(samples) == Strings{dir.file("a b.png") + " 0", dir.file("c/d.png") + " 12",
                                  dir.file("a b.png") + " 3"});
  CHECK(samples.classes.size() == 13);
  dir.write("elsewhere/list.txt", "a b.png 1\n");
  CHECK(read_list(dir.file("elsewhere/list.txt"), {"x", "y"}, dir.path()).path(0) ==
        dir.file("a b.png"));
}

TEST_CASE("lists: mistakes have their line", "[data]") {
  TempDir dir;
  dir.write("a.png", picture(1));
  const auto mistake = [&](const std::string& text, const Strings& classes = {}) {
    return list_error(dir.write("l.txt", text), classes);
  };
  CHECK_THAT(mistake("a.png 0\na.png x\n"), Contains("l.txt:2: the last word is \"x\", a label"));
  CHECK_THAT(mistake("a.png 0\na.png -1\n"), Contains("l.txt:2: label -1; labels are 0 to"));
  CHECK_THAT(mistake("a.png 2\n", {"x", "y"}),
             Contains("l.txt:1: label 2; labels are 0 to 1, they do not count from 1"));
  CHECK_THAT(mistake("a.png 3\n", {"x", "y"}), Contains("labels are 0 to 1"));
  CHECK_THAT(mistake("a.png 99999999999\n"), Contains("a label is wanted"));
  CHECK_THAT(mistake("7\n"), Contains("l.txt:1: a path and a label are wanted"));
  CHECK_THAT(mistake("\n \n"), Contains("lists no pictures"));
  CHECK_THAT(mistake("b.png 0\n"),
             Contains("its first picture, " + dir.file("b.png")) && Contains("\"root\": FOLDER"));
}

TEST_CASE("lists: ImageNet's validation labels as Kaggle has them", "[data]") {
  TempDir dir;
  dir.write("ILSVRC/Data/CLS-LOC/val/v_1.JPEG", plain_jpeg(2, 2, TJPF_GRAY, {9}));
  const std::string header = "ImageId,PredictionString\r\n";
  const std::string csv =
      dir.write("LOC_val_solution.csv",
                header + "v_1,n02 85 1 499 272 n02 3 4 5 6 \r\nv_2,\"n01 1 2 3 4\"\r\n");
  CHECK(names(read_list(csv)) == Strings{dir.file("ILSVRC/Data/CLS-LOC/val/v_1.JPEG") + " 1",
                                         dir.file("ILSVRC/Data/CLS-LOC/val/v_2.JPEG") + " 0"});
  CHECK(read_list(csv).classes == Strings{"n01", "n02"});
  CHECK(read_list(csv, {"n02 a fox", "n00", "n01"}).label(0) == 0);
  CHECK_THAT(list_error(csv, {"n01"}), Contains("solution.csv:2: no class is \"n02\""));
  CHECK_THAT(list_error(dir.write("x.csv", "a.png,3\n")), Contains("x.csv:1: the first line"));
  CHECK_THAT(list_error(dir.write("y.csv", header + "v_1\n")), Contains("y.csv:2: ImageId,"));
}

TEST_CASE("bad files end the run, or the next picture stands in", "[data]") {
  TempDir dir;
  for (const char* name : {"0", "1", "2", "3"})
    dir.write("t/a/" + std::string(name) + ".png", picture(name[0]));
  dir.write("t/b/4.png", picture('4'));
  dir.write("t/a/3.png", "broken");
  dir.write("t/a/1.png", "");
  Image image;
  CHECK_THAT(error_message<DataError>([&] { open(dir, "t", Split::train)->read(3, image); }),
             Contains("3.png"));
  const auto data = open(dir, "t", Split::train, {}, {.bad_files = BadFiles::skip});
  CHECK(data->notes().empty());
  CHECK(data->take(1, false, image) == 0);
  CHECK(image.pixels[0] == '2');
  CHECK(data->take(3, true, image) == 1);  // with the other one's label
  CHECK(image.pixels[0] == '4');
  REQUIRE(data->notes().size() == 1);
  CHECK_THAT(data->notes()[0], Contains("2 pictures that cannot be read were passed over") &&
                                   Contains("1.png: is not a picture"));
}

TEST_CASE("too many bad files end the run all the same", "[data]") {
  TempDir dir;
  dir.write("t/a/00.png", picture(1));
  for (int i = 0; i < 12; i++) dir.write("t/a/x" + std::to_string(i) + ".png", "broken");
  const auto data = open(dir, "t", Split::train, {}, {.bad_files = BadFiles::skip});
  Image image;
  CHECK_THAT(error_message<DataError>([&] { data->read(1, image); }),
             Contains("11 of 13 pictures cannot be read"));
}
