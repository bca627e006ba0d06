// SPDX-License-Identifier: Apache-2.0
#include "byte_files.h"
#include "support/error_message.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>

#include <catch2/catch.hpp>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

DataOptions parse(const std::string& text) {
  const Config config = Config::parse(text, "c.json");
  DataOptions options = DataOptions::fields().read(config);
  config.finish();
  config.check();
  return options;
}

std::string mistakes(const std::string& text) {
  return error_message<ConfigError>([&] { parse(text); });
}

std::string json_of(const DataOptions& options) {
  JsonWriter json;
  ConfigValue<DataOptions>::write(json, options);
  return json.str();
}

std::string read_error(const std::string& path, Split split = Split::train) {
  return error_message<DataError>([&] { make_dataset(DataPath{path, ""}, split); });
}

const std::string kSynthetic = R"({"type": "synthetic", "shape": [3, 8, 8], "classes": 4})";

}  // namespace

TEST_CASE("data options: defaults", "[data]") {
  const DataOptions options = parse(R"({"train": "images-idx3"})");
  CHECK(std::get<DataPath>(options.train).path == "images-idx3");
  CHECK(!options.val);
  CHECK(!options.classes);
  CHECK(options.preprocessing() == Preprocessing{});
  CHECK(options.augment.empty());
  CHECK(options.workers == 1);
  CHECK(options.prefetch == 2);
}

TEST_CASE("data options: the resolved config reads back to itself", "[data]") {
  const std::string text = GENERATE(
      R"({"train": "a", "val_fraction": 0, "exif": "ignore", "scale": "unit", "mean": 0, "std": 1, )"
      R"("bad_files": "error", "augment": [], )"
      R"("sampling": "shuffle", "workers": 1, "prefetch": 2})",
      R"({"train": {"path": "a", "labels": "b", "root": "", "cifar100_labels": "fine"}, "val": "c", )"
      R"("val_fraction": 0, "classes": ["x", "y"], "resize": 256, "exif": "apply", )"
      R"("scale": "raw", "mean": [1, 2, 3], "std": 2, )"
      R"("bad_files": "error", "augment": [{"type": "horizontal_flip", "p": 0.25, "shared_by": 1}, )"
      R"({"type": "random_crop", "size": 32, "padding": 4, "fill": 0, "shared_by": 32}], )"
      R"("sampling": "balanced", "workers": 0, "prefetch": 7})",
      R"({"train": {"type": "synthetic", "shape": [3, 8, 9], "classes": 4, "samples": 50, )"
      R"("noise": 1, "seed": 2}, "val_fraction": 0.2, "classes": "names.txt", "exif": "ignore", )"
      R"("scale": "unit", )"
      R"("mean": 0.5, "std": 1, "bad_files": "error", "augment": [{"type": "center_crop", "size": [6, 7], "fill": 9}], )"
      R"("sampling": "shuffle", "workers": 1, "prefetch": 2})",
      // What the augmentation of the authors' program of 2012 comes to.
      R"({"train": "a", "val_fraction": 0, "exif": "ignore", "scale": "raw", "mean": "per_pixel", )"
      R"("mean_crop": "center", "std": 1, "statistics": "a/dataset.json", )"
      R"("bad_files": "error", "augment": [{"type": "random_crop", "size": 224, "padding": 0, "fill": 0, "shared_by": 32}, )"
      R"({"type": "horizontal_flip", "p": 0.5, "shared_by": 32}, )"
      R"({"type": "pca_color", "std": 0.1, "root": true, "divide": 1.1, "until_epoch": 67}], )"
      R"("sampling": "shuffle", "workers": 1, "prefetch": 2})");
  CHECK(json_of(parse(text)) == text);
}

TEST_CASE("data options: mistakes are named", "[data]") {
  CHECK_THAT(mistakes("{}"), Contains("train"));
  CHECK_THAT(mistakes(R"({"train": 3})"), Contains("train") && Contains("a path, {\"path\": ...}"));
  CHECK_THAT(mistakes(R"({"train": ""})"), Contains("train") && Contains("empty"));
  CHECK_THAT(mistakes(R"({"train": {"labels": "x"}})"), Contains("path"));
  CHECK_THAT(mistakes(R"({"train": {"type": "syntetic"}})"), Contains("synthetic"));
  CHECK_THAT(mistakes(R"({"train": {"type": "synthetic"}})"), Contains("shape"));
  CHECK_THAT(mistakes(R"({"train": {"type": "synthetic", "shape": [3, 8]}})"),
             Contains("train.shape") && Contains("[channels, height, width]"));
  CHECK_THAT(mistakes(R"({"train": {"type": "synthetic", "shape": [3, 99999999, 99999999]}})"),
             Contains("train.shape"));
  CHECK_THAT(mistakes(R"({"train": "a", "std": [1, 0]})"), Contains("std[1]: must be > 0"));
  CHECK_THAT(mistakes(R"({"train": "a", "mean": "per"})"), Contains("mean"));
  CHECK_THAT(mistakes(R"({"train": "a", "mean": []})"), Contains("mean") && Contains("empty"));
  CHECK_THAT(mistakes(R"({"train": "a", "val_fraction": 0, "scale": "units"})"), Contains("unit"));
  CHECK_THAT(mistakes(R"({"train": "a", "classes": ["x", "x"]})"), Contains("\"x\" twice"));
  CHECK_THAT(mistakes(R"({"train": "a", "classes": ["x", ""]})"),
             Contains("classes[1]: must not be empty"));
  CHECK_THAT(mistakes(R"({"train": "a", "augment": [{"type": "flip"}]})"),
             Contains("horizontal_flip"));
  CHECK_THAT(mistakes(R"({"train": "a", "augment": [{"type": "horizontal_flip", "p": 2}]})"),
             Contains("augment[0].p"));
  CHECK_THAT(mistakes(R"({"train": "a", "augment": [{"type": "horizontal_flip"},
                                                    {"type": "horizontal_flip"}]})"),
             Contains("augment[1]") && Contains("twice"));
  CHECK_THAT(mistakes(R"({"train": "a", "augment": [{"type": "random_crop", "size": 0}]})"),
             Contains("augment[0].size: must be >= 1"));
  CHECK_THAT(mistakes(R"({"train": "a", "augment": [{"type": "random_crop", "size": [1, 2, 3]}]})"),
             Contains("augment[0].size") && Contains("integer or [height, width] wanted"));
  CHECK_THAT(mistakes(R"({"train": "a", "augment": [{"type": "random_crop", "size": 8},
                                                    {"type": "center_crop", "size": 8}]})"),
             Contains("augment[1]") && Contains("a second crop"));
  CHECK_THAT(mistakes(R"({"train": "a", "val": "b", "val_fraction": 0.1})"),
             Contains("val_fraction: is for data without \"val\""));
  CHECK_THAT(mistakes(R"({"train": "a", "val_fraction": 1})"), Contains("val_fraction"));
  CHECK_THAT(mistakes(R"({"train": "a", "sampling": "in_order"})"), Contains("balanced"));
  CHECK_THAT(mistakes(R"({"train": "a", "worker": 3})"), Contains("did you mean \"workers\""));
  CHECK_THAT(mistakes(R"({"train": "a", "workers": -1})"), Contains("workers"));
}

TEST_CASE("sources: synthetic train and val", "[data]") {
  const DataOptions options = parse(R"({"train": )" + kSynthetic + R"(, "val": )" + kSynthetic +
                                    R"(, "classes": ["a", "b", "c", "d"], "mean": 0.5})");
  const auto train = make_train_source(options, 100, 1);
  const auto val = make_eval_source(options, 100, 1);
  REQUIRE(val);
  CHECK(train->image() == Shape{8, 8, 3});
  CHECK(train->classes() == std::vector<std::string>{"a", "b", "c", "d"});
  Batch shuffled, ordered;
  train->next(shuffled);
  val->next(ordered);
  CHECK(shuffled.samples[0] != 0);
  CHECK(ordered.samples[99] == 99);
  CHECK(ordered.images.data<float>()[0] < 0.5f);
  CHECK(!make_eval_source(parse(R"({"train": )" + kSynthetic + "}"), 100, 1));
}

TEST_CASE("sources: evaluation is not augmented", "[data]") {
  const std::string flipped = R"("augment": [{"type": "horizontal_flip", "p": 1}])";
  const auto first_images = [&](const std::string& augment) {
    const auto source =
        make_eval_source(parse(R"({"train": "-", "val": )" + kSynthetic + augment + "}"), 50, 1);
    Batch batch;
    source->next(batch);
    const auto x = batch.images.span<float>();
    return std::vector<float>(x.begin(), x.end());
  };
  CHECK(first_images("") == first_images(", " + flipped));
}

TEST_CASE("sources: the number of class names must fit", "[data]") {
  const DataOptions options = parse(R"({"train": )" + kSynthetic + R"(, "classes": ["a"]})");
  CHECK_THAT(error_message<ConfigError>([&] { make_train_source(options, 1, 1); }),
             Contains("data.classes has 1 names"));
}

TEST_CASE("sources: idx files and class names from files", "[data]") {
  const TempDir dir;
  const std::string images = dir.write("train-images-idx3-ubyte", idx3(20));
  dir.write("train-labels-idx1-ubyte", idx1(20));
  const std::string names = dir.write("names.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
  const DataOptions options =
      parse(R"({"train": ")" + images + R"(", "classes": ")" + names + R"("})");
  CHECK(make_train_source(options, 8, 1)->classes()[9] == "j");
  CHECK(make_dataset(DataPath{images, ""}, Split::train)->classes()[9] == "9");
}

TEST_CASE("a folder as MNIST is published", "[data]") {
  const TempDir dir;
  CHECK_THAT(read_error(dir.path()), Contains("is a folder without idx images"));
  dir.write("train-labels-idx1-ubyte", idx1(20));
  dir.write("train-images-idx3-ubyte", idx3(20));
  CHECK(make_dataset(DataPath{dir.path(), ""}, Split::train)->size() == 20);
  CHECK(make_dataset(DataPath{dir.path(), ""}, Split::val)->size() == 20);
  dir.write("t10k-labels-idx1-ubyte.gz", gzip(idx1(10)));
  dir.write("t10k-images-idx3-ubyte.gz", gzip(idx3(10)));
  CHECK(make_dataset(DataPath{dir.path(), ""}, Split::train)->size() == 20);
  CHECK(make_dataset(DataPath{dir.path(), ""}, Split::val)->size() == 10);
  dir.write("test-images-idx3-ubyte", idx3(10));
  CHECK_THAT(read_error(dir.path(), Split::val), Contains("which of its idx images is meant?") &&
                                                     Contains("t10k-images-idx3-ubyte.gz, test-"));
}
