// SPDX-License-Identifier: Apache-2.0
// fovea prepare, from pictures to weights.
#include "apps/workplace.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <map>

using Catch::Contains;
using fovea::test::ProgramResult;
using fovea::test::sha256_in;
using fovea::test::Workplace;

namespace {

namespace fs = std::filesystem;

// Pictures of several sizes whose colours tell their class.
void write_pictures(const Workplace& place, const std::string& folder, int count) {
  for (int i = 0; i < count; i++) {
    const int height = 17 + i % 5, width = 33 - i % 7;
    std::string ppm = "P6\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n";
    for (int at = 0; at < 3 * height * width; at++)
      ppm += static_cast<char>((i % 4) * 50 * (1 + at % 3) + (at * (i + 7) >> 3) % 40);
    place.write(folder + "/class" + std::to_string(i % 4) + "/" + std::to_string(i) + ".ppm", ppm);
  }
}

const char* const kFolderConfig = R"({
  "name": "packed", "seed": 3,
  "data": {"train": "pics/train", "val": "pics/val", "resize": 16, "mean": 0.4,
           "augment": [{"type": "random_crop", "size": 12}, {"type": "horizontal_flip"}]},
  "model": {"input": [3, 12, 12], "layers": [
    {"type": "conv2d", "out_channels": 6, "kernel_size": 3}, {"type": "relu"}, {"type": "flatten"},
    {"type": "linear", "out_features": 4}]},
  "train": {"epochs": 2, "batch_size": 8, "optimizer": {"type": "sgd", "lr": 0.02}}
})";

const char* const kWithoutResize = R"({
  "name": "packed", "seed": 3,
  "data": {"train": "raw", "val": "raw", "mean": 0.4, "workers": 4,
           "augment": [{"type": "random_crop", "size": 12}, {"type": "horizontal_flip"}]},
  "model": {"input": [3, 12, 12], "layers": [
    {"type": "conv2d", "out_channels": 6, "kernel_size": 3}, {"type": "relu"}, {"type": "flatten"},
    {"type": "linear", "out_features": 4}]},
  "train": {"epochs": 2, "batch_size": 8, "optimizer": {"type": "sgd", "lr": 0.02}}
})";

std::map<std::string, std::string> files_in(const Workplace& place, const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(place.path(folder))) {
    const std::string name = entry.path().filename().string();
    files[name] = place.read(folder + "/" + name);
  }
  return files;
}

}  // namespace

TEST_CASE("training from raw shards gives the weights of training from the pictures") {
  const Workplace place;
  write_pictures(place, "pics/train", 40);
  write_pictures(place, "pics/val", 12);
  place.write("folder.json", kFolderConfig);
  place.write("shards.json", kWithoutResize);
  const ProgramResult prepared = place.fovea({"prepare", "pics", "raw", "--size", "16", "--encode",
                                              "raw", "--shard-size", "20K", "--check"});
  INFO(prepared.err);
  REQUIRE(prepared.exit_code == 0);
  CHECK_THAT(prepared.out, Contains("16x16") && Contains("40 pictures in ") &&
                               Contains("12 pictures in ") && Contains("eigenvalues") &&
                               Contains("all is well"));
  const auto weights = [&](const std::string& config, const std::vector<std::string>& more) {
    std::vector<std::string> words{"train", config, "--force", "-o", "run"};
    words.insert(words.end(), more.begin(), more.end());
    const ProgramResult run = place.fovea(words);
    INFO(run.err);
    CHECK(run.exit_code == 0);
    return sha256_in(run.out);
  };
  const std::string wanted = weights("folder.json", {"data.workers=1"});
  CHECK(wanted.size() == 64);
  CHECK(weights("folder.json", {"data.workers=4"}) == wanted);
  CHECK(weights("folder.json", {"data.train=raw", "data.val=raw"}) == wanted);
  CHECK(weights("shards.json", {}) == wanted);  // 16 pixels are known from the folder
  // And of the model, which takes pictures of any size.
  const ProgramResult said = place.fovea({"predict", "run", "pics/val/class1/1.ppm"});
  INFO(said.err);
  CHECK(said.exit_code == 0);
  CHECK_THAT(said.out, Contains("class1"));
}

TEST_CASE("what prepare says of pictures that cannot be read, and of wrong words") {
  const Workplace place;
  write_pictures(place, "pics", 8);
  place.write("pics/class1/bad.png", "no picture");
  const ProgramResult some = place.fovea({"prepare", "pics", "out", "--size", "8"});
  CHECK(some.exit_code == 3);
  CHECK_THAT(some.out,
             Contains("8 pictures in 1 shard") && Contains("1 skipped") && Contains("skipped.tsv"));
  CHECK_THAT(place.read("out/skipped.tsv"), Contains("train\tclass1/bad.png\t"));
  const ProgramResult again = place.fovea({"prepare", "pics", "out", "--size", "8", "--json"});
  CHECK(again.exit_code == 3);
  CHECK_THAT(again.out, Contains("\"skipped\": 1"));
  CHECK_THAT(again.err, Contains("nothing was to be done"));
  const auto refused = [&](const std::vector<std::string>& words, int code, const char* what) {
    const ProgramResult result = place.fovea(words);
    CHECK(result.exit_code == code);
    CHECK_THAT(result.err, Contains(what));
  };
  refused({"prepare", "pics"}, 2, "fovea prepare SRC DST");
  refused({"prepare", "pics", "out", "--size", "9"}, 2, "--force");
  refused({"prepare", "pics", "new", "--encode", "png"}, 2, "jpeg:QUALITY");
  refused({"prepare", "pics", "new", "--shard-size", "1X"}, 2, "--shard-size 1X");
  refused({"prepare", "nowhere", "new"}, 3, "nowhere");
  refused({"prepare", "pics", "--check"}, 3, "dataset.json");
  std::string shard = place.read("out/train-00000.tar");
  shard[600] ^= 4;
  place.write("out/train-00000.tar", shard);
  refused({"prepare", "out", "--check"}, 3, "train-00000.tar: its SHA-256");
}

#ifdef FOVEA_FAULTY_DISK
TEST_CASE("a preparation survives a fault at any file operation") {
  const Workplace place;
  const auto prepare = [&](const std::string& target, std::vector<std::string> environment) {
    if (!environment.empty()) environment.push_back("LD_PRELOAD=" FOVEA_FAULTY_DISK);
    return place.fovea({"prepare", "train-images-idx3-ubyte", "checkpoints-" + target, "--encode",
                        "raw", "--shard-size", "400K", "--threads", "1"},
                       std::move(environment));
  };
  REQUIRE(prepare("whole", {"FAULTY_DISK=count 0", "FAULTY_DISK_COUNT=count"}).exit_code == 0);
  const auto wanted = files_in(place, "checkpoints-whole");
  const int operations = std::stoi(place.read("count"));
  CHECK(operations > 20);
  for (const auto& [kind, step] : {std::pair<std::string, int>{"kill", 3}, {"enospc", 7}}) {
    for (int at = 1; at <= operations; at += step) {
      INFO(kind << " at operation " << at << " of " << operations);
      fs::remove_all(place.path("checkpoints-cut"));
      const ProgramResult cut = prepare("cut", {"FAULTY_DISK=" + kind + " " + std::to_string(at)});
      CHECK(cut.exit_code != 0);
      if (kind == "enospc") CHECK_THAT(cut.err, Contains("checkpoints-cut"));
      CHECK(prepare("cut", {}).exit_code == 0);
      CHECK(files_in(place, "checkpoints-cut") == wanted);
    }
  }
}
#endif
