// SPDX-License-Identifier: Apache-2.0
// Prepared folders: what is written, what is read back, and what damage is found.
#include "byte_files.h"
#include "support/error_message.h"
#include "support/file_bytes.h"
#include "support/file_size_limit.h"
#include "support/mutate.h"
#include "support/sanitized.h"
#include "support/temp_dir.h"

#include <fovea/core/error.h>
#include <fovea/data/data_options.h>
#include <fovea/data/picture_statistics.h>
#include <fovea/data/prepare.h>
#include <fovea/data/shard_dataset.h>

#include <catch2/catch.hpp>

#include <iterator>
#include <map>

using namespace fovea;
using namespace fovea::test;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> files_in(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files[entry.path().filename().string()] = test::file_bytes(entry.path());
  return files;
}

// Gray pictures of 5x4 in idx files, and a folder to prepare them in.
class Workshop {
 public:
  Workshop() {
    dir_.write("train-images-idx3-ubyte", idx3(30, 5, 4));
    dir_.write("train-labels-idx1-ubyte", idx1(30));
    dir_.write("t10k-images-idx3-ubyte", idx3(7, 5, 4));
    dir_.write("t10k-labels-idx1-ubyte", idx1(7));
  }

  // Raw, in shards of few pictures.
  PrepareOptions options(const std::string& target, int threads = 2) const {
    return {.source = dir_.file("train-images-idx3-ubyte"),
            .val = dir_.file("t10k-images-idx3-ubyte"),
            .target = dir_.file(target),
            .encoding = {0},
            .shard_bytes = 40000,
            .threads = threads};
  }
  std::string path(const std::string& name) const { return dir_.file(name); }
  void write(const std::string& name, std::string_view bytes) const { dir_.write(name, bytes); }

  std::vector<std::string> faults(const std::string& target) const {
    std::vector<std::string> lines;
    const CheckResult result =
        check_prepared(path(target), 2, [&](const std::string& line) { lines.push_back(line); });
    CHECK(result.found == static_cast<int64_t>(lines.size()));
    return lines;
  }

 private:
  TempDir dir_;
};

void require_same(const Dataset& a, const Dataset& b) {
  REQUIRE(a.size() == b.size());
  REQUIRE(a.image() == b.image());
  REQUIRE(a.classes() == b.classes());
  Image x, y;
  for (int64_t i = 0; i < a.size(); i++) {
    REQUIRE(a.label(i) == b.label(i));
    a.read(i, x);
    b.read(i, y);
    REQUIRE(x.pixels == y.pixels);
  }
}

std::string refusal(const PrepareOptions& options) {
  return error_message<ConfigError>([&] { prepare(options); });
}

}  // namespace

TEST_CASE("a prepared folder holds the pictures of its source", "[data]") {
  const Workshop place;
  const PrepareResult result = prepare(place.options("out"));
  CHECK(result.finished);
  CHECK(result.train.samples == 30);
  CHECK(result.train.shards > 1);
  CHECK(result.val.samples == 7);
  CHECK(result.skipped() == 0);
  for (const Split split : {Split::train, Split::val}) {
    const auto source = make_dataset(
        DataPath{split == Split::train ? place.options("").source : place.options("").val, ""},
        split);
    require_same(*ShardDataset::open(place.path("out"), split), *source);
    require_same(*make_dataset(DataPath{place.path("out/dataset.json"), ""}, split), *source);
  }
  CHECK(place.faults("out").empty());
  const PictureStatistics s = load_statistics(place.path("out"));
  CHECK(s.count == 30);
  CHECK(s.size == ImageSize{5, 4});
  CHECK(s.mean_image.size() == 20);
}

TEST_CASE("the same is prepared whatever the threads and the stops", "[data]") {
  const Workshop place;
  prepare(place.options("one", 1));
  prepare(place.options("three", 3));
  CHECK(files_in(place.path("one")) == files_in(place.path("three")));
  // Stopped after the training pictures; the same pictures, so the same job.
  const PrepareCallback stop = [](const PrepareStep& step) { return step.split == Split::train; };
  CHECK(!prepare(place.options("stopped"), stop).finished);
  CHECK(fs::exists(place.path("stopped/train-00000.tar")));
  CHECK(!fs::exists(place.path("stopped/dataset.json")));
  prepare(place.options("stopped"));
  CHECK(files_in(place.path("one")) == files_in(place.path("stopped")));
  CHECK(prepare(place.options("stopped")).was_done);
}

TEST_CASE("a preparation that finds the disk full goes on later", "[data]") {
  const Workshop place;
  prepare(place.options("whole"));
  {
    const FileSizeLimit limit(20000);  // no shard fits
    CHECK_THAT(error_message<SystemError>([&] { prepare(place.options("out")); }),
               Contains("cannot write " + place.path("out/train-00000.tar")) &&
                   Contains("goes on from there"));
    for (const auto& [name, bytes] : files_in(place.path("out")))
      CHECK((name == "prepare.json" || name == "prepare.lock"));
  }
  prepare(place.options("out"));
  CHECK(files_in(place.path("out")) == files_in(place.path("whole")));
}

TEST_CASE("a folder with something else in it is not prepared", "[data]") {
  const Workshop place;
  prepare(place.options("out"), [](const PrepareStep& step) { return step.split == Split::train; });
  PrepareOptions other = place.options("out");
  other.encoding.jpeg_quality = 75;
  CHECK_THAT(refusal(other), Contains("half-done") && Contains("raw") && Contains("jpeg:75") &&
                                 Contains("--force"));
  prepare(place.options("out"));
  CHECK_THAT(refusal(other), Contains("holds the result") && Contains("--force"));
  place.write("train-labels-idx1-ubyte", idx1(30).replace(9, 1, "\5"));
  CHECK_THAT(refusal(place.options("out")), Contains("have changed since"));
  other.force = true;
  CHECK(prepare(other).train.samples == 30);
  CHECK(fs::exists(place.path("out/train-00000.tar")));
  place.write("mine/notes.txt", "");
  CHECK_THAT(refusal(place.options("mine")), Contains("notes.txt") && Contains("empty folder"));
  other.target = place.path("mine");
  CHECK_THAT(refusal(other), Contains("notes.txt"));
  CHECK(fs::exists(place.path("mine/notes.txt")));
}

TEST_CASE("a check names what is damaged in a prepared folder", "[data]") {
  const Workshop place;
  prepare(place.options("good"));
  const auto damaged = [&](const std::string& name, const auto& damage) {
    fs::remove_all(place.path("bad"));
    fs::copy(place.path("good"), place.path("bad"));
    std::string bytes = test::file_bytes(place.path("bad/" + name));
    damage(bytes);
    place.write("bad/" + name, bytes);
    std::string all;
    for (const std::string& line : place.faults("bad")) all += line + "\n";
    return all;
  };
  const auto flip = [](size_t at) {
    return [at](std::string& bytes) { bytes[at] = static_cast<char>(bytes[at] ^ 1); };
  };
  CHECK_THAT(damaged("train-00001.tar", flip(512 + 20)),
             Contains("train-00001.tar: its SHA-256") && Contains("its checksum is wrong"));
  CHECK_THAT(damaged("train-00001.tar", [](std::string& b) { b.resize(b.size() - 2048); }),
             Contains("train-00001.tar") && Contains("dataset.json says"));
  CHECK_THAT(damaged("train-00000.idx", flip(30)), Contains("train-00000.idx"));
  CHECK_THAT(damaged("train.bin", flip(16)),
             Contains("train.bin: its SHA-256") && Contains("sample 0 of train-00000.tar"));
  CHECK_THAT(damaged("val.bin", flip(0)), Contains("val.bin"));
  CHECK_THAT(damaged("mean.npy", flip(150)), Contains("not those of the pictures"));
  CHECK_THAT(damaged("mean.npy", [](std::string& b) { b.resize(140); }), Contains("mean.npy"));
  fs::remove_all(place.path("bad"));
  fs::copy(place.path("good"), place.path("bad"));
  fs::remove(place.path("bad/train-00002.tar"));
  CHECK_THAT(place.faults("bad").at(0), Contains("train-00002.tar: there is no such file"));
}

TEST_CASE("damaged prepared folders are read or refused", "[data]") {
  const Workshop place;
  prepare(place.options("out"));
  const uint32_t mutants = kMutants / 25;
  for (const std::string name : {"dataset.json", "train.bin", "train-00000.tar", "mean.npy"}) {
    CAPTURE(name);
    const std::string good = test::file_bytes(place.path("out/" + name));
    survivors(good, mutants, [&](const std::string& mutant) {
      place.write("out/" + name, mutant);
      try {
        load_statistics(place.path("out"));
        const auto data = ShardDataset::open(place.path("out"), Split::train);
        Image image;
        for (int64_t i = 0; i < data->size(); i++) {
          REQUIRE(static_cast<size_t>(data->label(i)) < data->classes().size());
          data->read(i, image);
        }
      } catch (const DataError& error) {
        REQUIRE_THAT(error.what(), Contains(place.path("out/")));
        throw;
      }
    });
    place.write("out/" + name, good);
  }
}

TEST_CASE("a folder of class folders, with pictures that cannot be read", "[data]") {
  const Workshop place;
  const std::string header = "P6\n6 4\n255\n";
  for (const std::string name : {"pics/cat/1.ppm", "pics/cat/2.ppm", "pics/dog/3.ppm"})
    place.write(name, header + std::string(72, name[9]));
  place.write("pics/dog/broken.ppm", header + "short");
  place.write("pics/dog/empty.png", "");
  PrepareOptions options = place.options("out");
  options.source = place.path("pics");
  options.val.clear();
  options.size = 2;
  const PrepareResult result = prepare(options);
  CHECK(result.train.samples == 3);
  CHECK(result.skipped() == 2);
  const std::string table = test::file_bytes(place.path("out/skipped.tsv"));
  CHECK_THAT(table, Contains("train\tdog/broken.ppm\tthe PNM file is truncated") &&
                        Contains("train\tdog/empty.png\t"));
  CHECK_THAT(test::file_bytes(place.path("out/dataset.json")), Contains("broken.ppm"));
  CHECK(place.faults("out").empty());

  const auto labels = [&](const std::vector<std::string>& names) {
    const auto data = ShardDataset::open(place.path("out"), Split::train, names);
    return std::vector<int32_t>{data->label(0), data->label(1), data->label(2)};
  };
  CHECK(labels({}) == std::vector<int32_t>{0, 0, 1});
  CHECK(labels({"dog", "cat"}) == std::vector<int32_t>{1, 1, 0});
  CHECK_THAT(error_message<ConfigError>([&] { labels({"dog", "fish"}); }), Contains("cat"));
  CHECK_THAT(error_message<DataError>([&] {
               ShardDataset::open(place.path("out"), Split::val, {"cat", "fish"});
             }),
             Contains("not the classes trained on"));

  options.force = true;
  options.gray = true;
  options.encoding = {90};
  CHECK(prepare(options).train.samples == 3);
  CHECK(ShardDataset::open(place.path("out"), Split::train)->image() == Shape{2, 2, 1});
  options.source = place.path("pics/dog");
  place.write("pics/dog/sub/x.ppm", "nothing");
  CHECK_THAT(error_message<DataError>([&] { prepare(options); }), Contains("can be read"));
}

TEST_CASE("the target of a preparation is no part of its source", "[data]") {
  const Workshop place;
  place.write("pics/cat/1.ppm", "P6\n1 1\n255\nabc");
  PrepareOptions options = place.options("pics/packed");
  options.source = place.path("pics");
  CHECK_THAT(refusal(options), Contains("a folder of its own"));
  options.target = place.path("");
  CHECK_THAT(refusal(options), Contains("a folder of its own"));
}

TEST_CASE("numbers of a prepared folder take names", "[data]") {
  const Workshop place;
  prepare(place.options("out"));
  std::vector<std::string> names;
  for (int i = 0; i < 10; i++) names.push_back(std::string(1, static_cast<char>('z' - i)));
  CHECK(ShardDataset::open(place.path("out"), Split::train, names)->classes() == names);
  names.pop_back();
  CHECK_THAT(error_message<ConfigError>(
                 [&] { ShardDataset::open(place.path("out"), Split::train, names); }),
             Contains("9 names"));
}
